import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonOf, Lab, run, TOKEN } from './lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.start();
  await lab.channel('pager');
});
afterAll(() => lab[Symbol.asyncDispose]());

const keyFile = (): string => readFileSync(join(lab.dataDir, 'secret.key'), 'utf8');
const rotate = (...args: string[]) =>
  run(['rotate-key', '--data-dir', lab.dataDir, ...args], {
    env: { BELFRY_ADMIN_TOKEN: TOKEN },
  });

test('rotate-key goes through the running instance, and works while it is stopped', async () => {
  const before = keyFile();
  const running = await rotate();
  expect(running.stderr).toBe('');
  expect(running.stdout).toMatch(
    /^Key rotated\. 1 secret encrypted with the new key\.\n1 earlier key is kept[^\n]*\nCopy secret\.key again/,
  );
  const after = keyFile();
  expect(after).not.toBe(before);
  expect(await rotate('--forget-earlier')).toMatchObject({ code: 2 });
  expect(keyFile()).toBe(after);
  await lab.server.stop();
  const cores = join(lab.dataDir, 'cores.json');
  for (const list of ['{"cores":[{"token":"c2VhbGVk"}]}', 'damaged']) {
    writeFileSync(cores, list);
    const refused = await rotate('--forget-earlier', '--yes');
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(/tokens of other cores/);
    expect(keyFile()).toBe(after);
  }
  writeFileSync(cores, '{"cores":[]}');
  const stopped = await rotate('--forget-earlier', '--yes', '--json');
  expect(jsonOf(stopped)).toEqual({ resealed: 1, unreadable: 0, earlierKeys: 0 });
  expect(keyFile()).not.toBe(after);
  for (const { stdout, stderr } of [running, stopped]) {
    expect(stdout + stderr).not.toContain((JSON.parse(keyFile()) as { key: string }).key);
  }
});
