/** @module-tag slow */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppLab } from './app-lab.ts';

let lab: AppLab;
beforeEach(async () => {
  lab = await AppLab.start();
});
afterEach(() => lab[Symbol.asyncDispose]());

const preview = (yaml: unknown, more: object = {}) =>
  lab.http('POST', '/api/v1/config/preview', { yaml, ...more });

interface Details {
  readonly error: {
    readonly code: string;
    readonly details: { field: string; line: number | null; problem: string }[];
  };
}

describe('a file that cannot be imported', () => {
  test.for([
    ['empty', '', 'file', null],
    ['a list', '- version: 1', 'file', 1],
    ['no version', 'routes: []', 'version', 1],
    ['of another version', 'version: 2', 'version', 1],
    ['billions of laughs', 'version: 1\na: &a [x]\nb: [*a, *a]', 'file', 2],
    ['a prototype', 'version: 1\n__proto__: { a: 1 }', 'file', 2],
    ['a name twice', 'version: 1\nroutes:\n  - name: a\n  - name: a', 'routes.1.name', 4],
    [
      'a slug twice',
      `version: 1\nheartbeats:\n${beat('A b')}${beat('a B')}`,
      'heartbeats.1.slug',
      4,
    ],
    [
      'a text for a number',
      'version: 1\nsettings:\n  deadLettersMax: "9"',
      'settings.deadLettersMax',
      3,
    ],
    ['a map for a list', 'version: 1\nchannels: {}', 'channels', 2],
    [
      'a kind that there is not',
      'version: 1\nchannels: [{ name: a, kind: fax }]',
      'channels.0.kind',
      2,
    ],
    [
      'a field that there is not',
      'version: 1\nchannels:\n  - name: a\n    kind: desktop\n    config:\n      volume: 11',
      'channels.0.config',
      6,
    ],
    [
      'a longest wait below the first',
      'version: 1\nchannels:\n  - name: a\n    kind: desktop\n    retry: { baseMs: 5000, capMs: 4999 }',
      'channels.0.retry.capMs',
      5,
    ],
    [
      'an address that is never a receiver',
      'version: 1\nchannels:\n  - name: a\n    kind: webhook\n    config:\n      url: http://169.254.169.254/x',
      'channels.0.config.url',
      6,
    ],
    [
      'a mail server that is never a receiver',
      'version: 1\nchannels:\n  - name: a\n    kind: smtp\n    config: { host: "fe80::1", from: a@b.lan, to: a@b.lan }',
      'channels.0.config.host',
      5,
    ],
    [
      'a body that cannot be read',
      'version: 1\nchannels:\n  - name: a\n    kind: webhook\n    config: { url: "http://b.lan", body: "(" }',
      'channels.0.config.body',
      5,
    ],
    [
      'a secret that is none',
      'version: 1\nchannels:\n  - name: a\n    kind: webhook\n    config:\n      url: nowhere',
      'channels.0.config.url',
      6,
    ],
    [
      'a channel that there is not',
      'version: 1\nroutes:\n  - name: a\n    channels: [b]',
      'routes.0.channels.0',
      4,
    ],
    [
      'a circle of fallbacks',
      'version: 1\nchannels:\n  - { name: a, kind: desktop, fallback: b }\n  - { name: b, kind: desktop, fallback: a }',
      'channels.0.fallback',
      3,
    ],
    [
      'a matcher that is none',
      'version: 1\nroutes: [{ name: a, matchers: ["x"] }]',
      'routes.0.matchers.0',
      2,
    ],
    [
      'an expression that does not compile',
      'version: 1\nroutes:\n  - name: a\n    matchers:\n      - host=~"("',
      'routes.0.matchers.0',
      5,
    ],
  ] as const)('%s', async ([, yaml, field, line]) => {
    const answer = await preview(yaml);
    expect(answer.status).toBe(400);
    const { code, details } = (answer.json as Details).error;
    expect(code).toBe('invalid_input');
    expect(details[0]).toMatchObject({ field, line });
  });

  test('names everything that is wrong with it, in the order of its lines', async () => {
    const answer = await preview(
      'version: 1\nroutes:\n  - name: a\n    minSeverity: bad\n  - continue: 5\nheartbeats: 3\n',
    );
    const { details } = (answer.json as Details).error;
    expect(details.map(({ field, line }) => `${line} ${field}`)).toEqual([
      '4 routes.0.minSeverity',
      '5 routes.1.continue',
      '5 routes.1.name',
      '6 heartbeats',
    ]);
  });

  test('too much of it', async () => {
    expect((await preview('#'.repeat(786_433))).status).toBe(400);
    expect((await preview('#'.repeat(1_048_577))).status).toBe(413);
    expect((await preview(5)).status).toBe(400);
  });

  test('does not show what it held in the clear', async () => {
    const yaml = 'version: 1\nchannels: [{ name: a, kind: webhook, config: { url: "s3cret" } }]';
    const answer = await preview(yaml);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.json)).not.toContain('s3cret');
  });
});

function beat(name: string): string {
  return `  - { name: ${name}, graceMs: 60000, schedule: { type: period, periodMs: 60000 } }\n`;
}

test('only an admin may take the configuration out or bring one in', async () => {
  const make = { name: 'operator', scope: 'operate' };
  const { token } = await lab.call<{ token: string }>('tokens.create', make);
  for (const what of ['export', 'preview', 'apply']) {
    const path = `/api/v1/config/${what}`;
    expect((await lab.http('POST', path, { yaml: '', expect: '' }, token)).status).toBe(403);
  }
});

test('an import that would do something else by now is a conflict', async () => {
  const yaml = 'version: 1\nroutes: [{ name: a }]\n';
  const { hash } = (await preview(yaml)).json as { hash: string };
  await lab.call('routes.create', { name: 'a', enabled: false });
  const apply = (expected: string) =>
    lab.http('POST', '/api/v1/config/apply', { yaml, expect: expected });
  expect((await apply(hash)).status).toBe(409);
  const { hash: now } = (await preview(yaml)).json as { hash: string };
  expect((await apply(now)).status).toBe(200);
  const { items } = await lab.call<{ items: { enabled: boolean }[] }>('routes.list', {});
  expect(items).toMatchObject([{ enabled: true }]);
});
