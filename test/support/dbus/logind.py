"""A stand-in for logind, on a private bus that stands in for the system bus: it hands out delay inhibitors
as real file descriptors, says which are held, and sends the signals that it is told to by its input."""
import os
import sys
import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

MANAGER = 'org.freedesktop.login1.Manager'


def say(line):
    print(line, flush=True)


class Login(dbus.service.Object):
    @dbus.service.method(MANAGER, in_signature='ssss', out_signature='h')
    def Inhibit(self, what, who, why, mode):
        ours, theirs = os.pipe()
        say(f'taken {what} {mode} {who}')

        def closed(*_):
            os.close(ours)
            say('released')
            return False

        GLib.io_add_watch(ours, GLib.IO_HUP, closed)
        given = dbus.types.UnixFd(theirs)
        os.close(theirs)
        return given

    @dbus.service.signal(MANAGER, signature='b')
    def PrepareForShutdown(self, begins):
        pass

    @dbus.service.signal(MANAGER, signature='b')
    def PrepareForSleep(self, begins):
        pass


def told(source, _):
    words = source.readline().split()
    if not words:
        return False
    getattr(login, words[0])(words[1] == 'true')
    return True


DBusGMainLoop(set_as_default=True)
bus = dbus.bus.BusConnection(os.environ['DBUS_SYSTEM_BUS_ADDRESS'])
name = dbus.service.BusName('org.freedesktop.login1', bus)
login = Login(bus, '/org/freedesktop/login1')
GLib.io_add_watch(sys.stdin, GLib.IO_IN, told)
say('ready')
GLib.MainLoop().run()
