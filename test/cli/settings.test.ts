/** @module-tag slow */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { settingList } from '../../main/contract/settings.ts';
import { Lab } from './lab.ts';

// Each command is a separate process, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.start();
});
afterAll(() => lab[Symbol.asyncDispose]());

test('lists every setting by its name', async () => {
  const listed = await lab.cli('settings', 'list');
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  const names = listed.stdout
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s/)[0]);
  expect(names).toEqual(settingList.map(({ name }) => name));
  expect(listed.stdout).toMatch(/^retention\.deadDays +30 +Dead letters$/m);
});

test('changes one, in a group too, and keeps the rest', async () => {
  expect(await lab.cli('settings', 'set', 'retention.deadDays', '45')).toMatchObject({
    code: 0,
    stdout: 'retention.deadDays is now 45\n',
  });
  const link = await lab.cli('settings', 'set', 'publicUrl', 'https://belfry.lan');
  expect(link.stdout).toBe('publicUrl is now https://belfry.lan\n');
  expect(await lab.json('settings', 'list')).toMatchObject({
    publicUrl: 'https://belfry.lan',
    retention: { deadDays: 45, deliveredDays: 7 },
  });
});

test('refuses an unknown name and a value beyond the limits', async () => {
  expect(await lab.cli('settings', 'set', 'flapping', '7')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no setting called flapping') as string,
  });
  const beyond = await lab.cli('settings', 'set', 'flappingThreshold', '1000');
  expect(beyond.code).toBe(2);
  expect(beyond.stderr).toContain('flappingThreshold');
});
