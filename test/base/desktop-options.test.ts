import { describe, expect, it } from 'vitest';
import { desktopOptionsOf, misuseOf } from '../../main/base/desktop-options.ts';

const NONE = {
  dataDir: null,
  host: null,
  port: null,
  adminToken: null,
  newKey: false,
  hidden: false,
  smoke: false,
};

describe('the options of the desktop app', () => {
  it('are typed or come from the environment, and what was typed wins', () => {
    expect(desktopOptionsOf([], {})).toEqual(NONE);
    const env = { BELFRY_DATA_DIR: '/env', BELFRY_PORT: '1', BELFRY_ADMIN_TOKEN: 'secret' };
    expect(desktopOptionsOf(['--data-dir', '/typed', '--hidden'], env)).toEqual({
      ...NONE,
      dataDir: '/typed',
      port: '1',
      adminToken: 'secret',
      hidden: true,
    });
  });

  it('are found among those of Electron and Chromium', () => {
    const args = ['--no-sandbox', '/opt/belfry', '--lang=de', '--port', '7', 'belfry://alert/1'];
    expect(desktopOptionsOf(args, {})).toEqual({ ...NONE, port: '7' });
  });

  it.each([
    [['--data-dri', '/x'], { kind: 'unknownOption', flag: '--data-dri' }],
    [['--allowed-host', 'x'], { kind: 'unknownOption', flag: '--allowed-host' }],
    [['-p', '1'], { kind: 'unknownOption', flag: '-p' }],
    [['--hidden', '--port'], { kind: 'missingValue', flags: '--port' }],
    [['/srv/belfry'], { kind: 'tooManyArguments', values: '/srv/belfry' }],
  ])('do not include %j', (args, misuse) => {
    expect(misuseOf(args)).toEqual(misuse);
  });
});
