import { expect, it } from 'vitest';
import { defaultDataDir } from '../../main/cli/data-dir.ts';
import { loginCommand } from '../../main/cli/login-command.ts';

it('names the data directory unless it is the usual one, quoted where a shell needs it', () => {
  const usual = defaultDataDir(process.platform, process.env);
  expect(loginCommand(usual, false)).toEqual({ plain: 'npm run login', here: 'npm run login' });
  expect(loginCommand('/srv/b', false).here).toBe('npm run login -- --data-dir /srv/b');
  expect(loginCommand("/home/ada/Ada's data", true)).toEqual({
    plain: 'belfry login',
    here: String.raw`belfry login --data-dir '/home/ada/Ada'\''s data'`,
  });
});
