import { describe, expect, test } from 'vitest';
import { nagiosEvent } from '../../main/cli/commands/nagios-event.ts';
import { ENGLISH } from '../../main/messages/messages.ts';

const macros = (given: Record<string, string>) =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [`NAGIOS_${name}`, value]));

const SERVICE = {
  NOTIFICATIONTYPE: 'PROBLEM',
  HOSTNAME: 'nas',
  SERVICEDESC: 'disk /srv',
  SERVICESTATE: 'CRITICAL',
  SERVICEOUTPUT: 'DISK CRITICAL',
  LONGSERVICEOUTPUT: '/srv 98%\\n/tmp 2%',
};

const read = (given: Record<string, string>) => nagiosEvent(macros(given), ENGLISH);

describe('a notification of Nagios', () => {
  test('of a service is an event of its host and service, with all of its output', () => {
    expect(read(SERVICE)).toMatchObject({
      ok: true,
      value: {
        host: 'nas',
        dedupKey: 'disk /srv',
        status: 'firing',
        severity: 'critical',
        message: 'DISK CRITICAL\n/srv 98%\n/tmp 2%',
      },
    });
  });

  test('of a host is an event without a service', () => {
    const host = { NOTIFICATIONTYPE: 'RECOVERY', HOSTNAME: 'nas', HOSTSTATE: 'UP' };
    expect(read({ ...host, HOSTOUTPUT: 'it answers', SERVICEDESC: '' })).toMatchObject({
      value: { dedupKey: '', status: 'resolved', severity: 'info', message: 'it answers' },
    });
  });

  test.each([
    ['WARNING', 'warning'],
    ['UNKNOWN', 'warning'],
    ['CRITICAL', 'critical'],
    ['constructor', 'warning'],
  ])('in the state %s is of severity %s', (state, severity) => {
    expect(read({ ...SERVICE, SERVICESTATE: state })).toMatchObject({ value: { severity } });
  });

  test.each(['ACKNOWLEDGEMENT', 'CUSTOM', 'FLAPPINGSTART', 'DOWNTIMESTART', 'toString'])(
    'of the type %s raises and resolves nothing, even when all is well',
    (type) => {
      const given = { ...SERVICE, NOTIFICATIONTYPE: type, SERVICESTATE: 'OK' };
      expect(read(given)).toEqual({ ok: true, value: { ignored: type } });
    },
  );

  test.each([
    ...['FLAPPINGSTOP', 'FLAPPINGEND', 'FLAPPINGDISABLED'],
    ...['DOWNTIMEEND', 'DOWNTIMECANCELLED', 'DOWNTIMEREMOVED'],
  ])('of the type %s resolves what ended meanwhile, and raises nothing', (type) => {
    const given = { ...SERVICE, NOTIFICATIONTYPE: type };
    expect(read(given)).toEqual({ ok: true, value: { ignored: type } });
    expect(read({ ...given, SERVICESTATE: 'OK' })).toMatchObject({ value: { status: 'resolved' } });
    const host = { NOTIFICATIONTYPE: type, HOSTNAME: 'nas', HOSTSTATE: 'UP' };
    expect(read(host)).toMatchObject({ value: { status: 'resolved' } });
  });

  test('without environment macros says how to get them', () => {
    expect(read({})).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('enable_environment_macros=1') as string },
    });
  });
});
