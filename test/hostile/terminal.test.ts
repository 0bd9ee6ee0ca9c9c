/** @module-tag slow */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { commandNodes } from '../../main/cli/completion/command-tree.ts';
import { createProgram } from '../../main/cli/program.ts';
import { ENGLISH } from '../../main/messages/messages.ts';
import { Lab, type Ended } from '../cli/lab.ts';
import { status } from '../support/http-receiver.ts';

/** Alert texts, names and answers of receivers that try to act on the terminal of whoever looks at them. */

// Each command is a separate process, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ESC = '\u001b';
const FORGED = 'FORGED 01900000-0000-7000-8000-000000000000 delivered';
const HOSTILE = [
  `${ESC}[2J${ESC}[1;1H${ESC}[31mred`,
  `${ESC}]0;title\u0007${ESC}]52;c;Y3VybCBldmls\u0007${ESC}]8;;http://evil.example\u0007link`,
  `${ESC}P1$r0m${ESC}\\${ESC}_apc${ESC}\\ \u009b2K \u0090dcs\u009c`,
  `overwritten\r${FORGED}`,
  FORGED,
  'bell \u0007 back\u0008\u0008 NUL\u0000 delete\u007f next\u0085line \u2028 \u2029 tab\t.',
  'gnp.\u202eexe \u2066isolate\u2069 \u200emark\u200f \u061c zero\u200bwidth \u{e0041}tag \ufeff',
].join('\n');
/** Without what names may not contain at all. */
const HOSTILE_NAME = 'pa\u202eger \u2066x\u2069\u200b <b> $(id) `id`';

/** The characters that no terminal may be sent; ends of lines are allowed. */
const ACTS =
  /(?!\n)\p{Cc}|[\u061c\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/u;

let lab: Lab;
const ids = { alert: '', dead: '', silence: '', session: '', job: '' };
let file = '';
beforeAll(async () => {
  lab = await Lab.start();
  const call = async <T>(verb: string, path: string, body?: unknown): Promise<T> => {
    const answer = await lab.server.call(verb, path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  };
  lab.receiver.respond = status(
    400,
    { 'content-type': 'text/plain' },
    HOSTILE.replaceAll('\0', ''),
  );
  await call('POST', '/api/v1/channels', {
    ...{ kind: 'webhook', name: HOSTILE_NAME, config: { url: lab.receiver.url } },
  });
  const { results } = await call<{ results: { alertId: string }[] }>('POST', '/api/v1/events', {
    ...{ host: HOSTILE.slice(0, 300), kind: HOSTILE.slice(0, 300), status: 'firing' },
    ...{ dedupKey: HOSTILE.slice(0, 300), message: HOSTILE, severity: 'critical' },
    labels: { [HOSTILE.slice(0, 200)]: HOSTILE },
    annotations: { [HOSTILE.slice(0, 200)]: HOSTILE },
  });
  ids.alert = results[0]?.alertId ?? '';
  const silence = { matchers: ['host="nowhere"'], endsAt: 4_102_444_800_000, comment: HOSTILE };
  ids.silence = (await call<{ id: string }>('POST', '/api/v1/silences', silence)).id;
  await call('POST', '/api/v1/heartbeats', {
    ...{ name: HOSTILE_NAME, graceMs: 60_000, schedule: { type: 'period', periodMs: 60_000 } },
  });
  while (ids.dead === '') {
    const { data } = await call<{ data: { id: string }[] }>(
      'GET',
      '/api/v1/notifications?status=dead',
    );
    ids.dead = data[0]?.id ?? '';
  }
  ids.session = '0199b9c8-5d2e-7c3a-8f00-0123456789ab';
  file = join(lab.dataDir, 'hostile.yaml');
  writeFileSync(file, `version: 1\nchannels:\n  "${'\\e[31m'}x": { kind: "\\e]0;t\\a" }\n`);
});
afterAll(() => lab[Symbol.asyncDispose]());

/** The arguments of each command; a new command fails until it is here or below. */
const ARGUMENTS: Readonly<Record<string, () => readonly string[]>> = {
  status: () => [],
  metrics: () => [],
  send: () => [
    '--host',
    HOSTILE.replaceAll('\0', ''),
    '--kind',
    'k',
    '--message',
    HOSTILE.replaceAll('\0', ''),
  ],
  'alerts list': () => [],
  'alerts show': () => [ids.alert],
  'alerts snooze': () => [ids.alert, '--for', '1h'],
  'alerts unsnooze': () => [ids.alert],
  'alerts settle': () => [ids.alert],
  'alerts ack': () => [ids.alert],
  'alerts unack': () => [ids.alert],
  'alerts views': () => [],
  'dead-letters list': () => [],
  'dead-letters groups': () => [],
  'dead-letters show': () => [ids.dead],
  'dead-letters requeue': () => [ids.dead],
  'dead-letters discard': () => [ids.dead],
  'dead-letters undo': () => [ids.dead],
  'dead-letters jobs': () => [],
  'dead-letters cancel': () => [ids.session],
  'notifications list': () => [],
  'notifications show': () => [ids.dead],
  'notifications retry': () => [ids.dead],
  'silences list': () => [],
  'silences add': () => [`host="${ESC}[31m\u202e"`, '--for', '1h', '--comment', `${ESC}[2J`],
  'silences expire': () => [ids.silence],
  'heartbeats list': () => [],
  'channels list': () => [],
  'channels pause': () => [HOSTILE_NAME],
  'channels resume': () => [HOSTILE_NAME],
  'channels test': () => [HOSTILE_NAME],
  'sessions list': () => [],
  'sessions end': () => [ids.session],
  'settings list': () => [],
  'settings set': () => [`${ESC}[31mflappingThreshold`, `${ESC}[31m7`],
  'backup create': () => [],
  'backup list': () => [],
  import: () => [file],
  'alerts resolve': () => [ids.alert],
  'rotate-key': () => ['--yes'],
  'cluster join': () => ['--data-dir', join(lab.dataDir, `${ESC}[31m\u202e`)],
  'cluster leave': () => ['--data-dir', join(lab.dataDir, `${ESC}[31m\u202e`)],
};
/**
 * They print nothing that came from outside, run for as long as they are wanted, or, as `export` into a file or
 * a pipe, print all of it: on a terminal it is made harmless.
 */
const WITHOUT_OUTPUT = [
  'serve',
  'login',
  'demo',
  'mcp',
  'restore',
  'completion',
  'export',
  'cluster key',
];

function expectHarmless({ stdout, stderr }: Ended): void {
  const said = `${stdout}\n${stderr}`;
  expect(said).not.toMatch(ACTS);
  expect(said.split('\n').filter((line) => line.startsWith('FORGED'))).toEqual([]);
}

test('every command of the program has its case here', () => {
  const groups = commandNodes(createProgram(ENGLISH, ''));
  const leaves = groups.filter(({ commands, path }) => commands.length === 0 && path !== '');
  const known = [...Object.keys(ARGUMENTS), ...WITHOUT_OUTPUT].sort();
  const own = leaves.map(({ path }) => path).filter((path) => !/(^| )help$/.test(path));
  expect(own.sort()).toEqual(known);
});

describe.each(Object.entries(ARGUMENTS))('belfry %s', (path, args) => {
  test('sends the terminal nothing that it acts on', async () => {
    const ended = await lab.cli(...path.split(' '), ...args());
    expect(ended.stdout + ended.stderr).not.toBe('');
    expectHarmless(ended);
  });
});

test.each([
  'alerts list',
  'dead-letters list',
  'dead-letters groups',
  'notifications list',
  'silences list',
  'channels list',
  'heartbeats list',
])('belfry %s --json is a document that means the same and acts on nothing', async (path) => {
  const ended = await lab.cli(...path.split(' '), '--json');
  expectHarmless(ended);
  expect(() => JSON.parse(ended.stdout) as unknown).not.toThrow();
});

test.each([
  ['an id', ['alerts', 'show', `${ESC}[31m\u202e`]],
  ['a channel', ['channels', 'test', `${ESC}]0;x\u0007\u202e`]],
  ['a command', [`${ESC}[2Jlist`]],
  ['an option', ['alerts', 'list', `--${ESC}[2J\u202e`]],
  ['a value', ['alerts', 'list', '--state', `${ESC}[2J\u202e`]],
  ['a server', ['serve', '--cluster', `${ESC}[2J\u202e`]],
  ['a core', ['serve', '--cluster', 'nats://a', '--cluster-core', `${ESC}[2J\u202e`]],
  ['a file', ['import', `/nowhere/${ESC}[2J\u202e`]],
])('%s that is wrong is quoted harmlessly', async (_name, args) => {
  const ended = await lab.cli(...args);
  expect(ended.code).not.toBe(0);
  expectHarmless(ended);
});
