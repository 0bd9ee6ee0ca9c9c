"""Lets Nagstamon's own Alertmanager module read alerts and acknowledge one, without its window.

Usage: nagstamon.py URL TOKEN [HOST SERVICE]; with the last two it acknowledges that service first.
Prints what it then knows as JSON: {host: {service: [status, acknowledged, information]}}.
"""

import datetime
import json
import sys

# Nagstamon reads its own command line when it is loaded.
arguments, sys.argv = sys.argv[1:], sys.argv[:1]

from Nagstamon.Config import Server  # noqa: E402
from Nagstamon.Servers import create_server  # noqa: E402

url, token = arguments[:2]

settings = Server()
settings.type = "Alertmanager"
settings.name = "belfry"
settings.enabled = True
settings.monitor_url = url
settings.username = "nagstamon"
settings.password = token
settings.save_password = True
settings.authentication = "basic"

server = create_server(settings)
server.init_HTTP()


def look():
    result = server._get_status()
    if result.error or result.result:
        sys.exit(f"Nagstamon failed: {result.error or result.result}")
    server.hosts = server.new_hosts
    return {
        name: {
            service.name: [service.status, service.acknowledged, service.status_information]
            for service in host.services.values()
        }
        for name, host in server.new_hosts.items()
    }


known = look()
if len(arguments) == 4:
    expires = datetime.datetime.now() + datetime.timedelta(hours=1)
    server._set_acknowledge(
        arguments[2], arguments[3], "anna", "on it", True, False, False, [],
        expires.strftime("%Y-%m-%d %H:%M:%S"),
    )
    known = look()
print(json.dumps(known))
