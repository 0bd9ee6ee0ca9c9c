/** @module-tag slow */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MappedWebhook, Preview } from '../../main/contract/mapped-webhook.ts';
import { MAPPING_PRESETS } from '../../main/contract/mapping-presets.ts';
import { AppLab } from './app-lab.ts';

const MAPPING = {
  each: 'devices',
  host: 'name',
  kind: '"smart_" & check',
  dedupKey: 'serial',
  status: 'passed',
  resolvedWhen: ['true'],
  severity: 'level',
  severities: { panic: 'critical' },
  message: '$join(notes, "; ")',
  labels: '{"serial": serial, "temp": temp}',
  url: 'link',
};

const BODY = {
  devices: [
    {
      name: 'nas',
      check: 'disk',
      serial: 's1',
      passed: false,
      level: 'PANIC',
      notes: ['a', 'b'],
      temp: 51,
    },
    { name: 'nas', check: 'disk', serial: 's2', passed: true, link: 'javascript:alert(1)' },
    { name: '', check: 'disk', serial: 's3', passed: false },
  ],
};

let lab: AppLab;
beforeEach(async () => {
  lab = await AppLab.start();
});
afterEach(() => lab[Symbol.asyncDispose]());

const create = (mapping: object = MAPPING, slug = 'smart') =>
  lab.result('mappedWebhooks.create', { name: `hook ${slug}`, slug, mapping });
const post = (body: unknown, slug = 'smart') => lab.http('POST', `/ingest/mapped/${slug}`, body);
const preview = (mapping: object, body: unknown) =>
  lab.call<Preview>('mappedWebhooks.preview', {
    mapping,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('a preset', () => {
  test('by its name is stored as its mapping, which can be changed', async () => {
    const input = { name: 'Zabbix', slug: 'zabbix', mapping: 'zabbix' };
    const made = await lab.call<MappedWebhook>('mappedWebhooks.create', input);
    expect(made.mapping).toEqual(MAPPING_PRESETS.zabbix.mapping);
    const problem = { host: 'nas', name: 'Down', event_id: '8', value: '1' };
    expect((await post(problem, 'zabbix')).status).toBe(200);
    expect((await post({ ...problem, value: '0' }, 'zabbix')).status).toBe(200);
    const { items } = await lab.call<{ items: object[] }>('alerts.list', {});
    expect(items).toMatchObject([{ kind: 'zabbix_problem', dedupKey: '8', state: 'resolved' }]);
  });

  test('stands in an imported file', async () => {
    const webhook = { name: 'Home Assistant', slug: 'home', mapping: 'home_assistant' };
    const yaml = JSON.stringify({ version: 1, mappedWebhooks: [webhook] });
    const { hash } = await lab.call<{ hash: string }>('config.preview', { yaml });
    await lab.call('config.apply', { yaml, expect: hash });
    const { items } = await lab.call<{ items: MappedWebhook[] }>('mappedWebhooks.list', {});
    expect(items).toMatchObject([{ mapping: MAPPING_PRESETS.home_assistant.mapping }]);
  });

  test('of another name is refused', async () => {
    const result = await lab.result('mappedWebhooks.create', {
      name: 'Other',
      slug: 'other',
      mapping: 'other',
    });
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  });
});

describe('a mapped webhook', () => {
  test('makes events of the items it finds, and says what is wrong with the others', async () => {
    await create();
    const answer = await post(BODY);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({
      accepted: 2,
      problems: ['item 2: host: no value found in this body'],
    });
    const { items } = await lab.call<{ items: object[] }>('alerts.list', {});
    expect(items).toMatchObject([
      {
        source: 'mapped',
        host: 'nas',
        kind: 'smart_disk',
        dedupKey: 's1',
        severity: 'critical',
        message: 'a; b',
        labels: { serial: 's1', temp: '51' },
        url: null,
      },
    ]);
  });

  test('resolves what it raised', async () => {
    await create({ host: 'h', kind: '"k"', status: 's' });
    expect((await post({ h: 'nas', s: 'broken' })).json).toEqual({ accepted: 1 });
    expect((await post({ h: 'nas', s: 'OK' })).json).toEqual({ accepted: 1 });
    const { items } = await lab.call<{ items: object[] }>('alerts.list', { state: 'resolved' });
    expect(items).toHaveLength(1);
  });

  test('takes no body for read in which it finds nothing, and keeps it', async () => {
    await create();
    await create({ host: '"h"', kind: '"k"' }, 'plain');
    expect((await post({ devices: [] })).json).toEqual({ accepted: 0 });
    for (const [body, slug, error] of [
      [{ disks: BODY.devices }, 'smart', 'each: no value found in this body'],
      [undefined, 'plain', 'body: must not be empty'],
    ] as const) {
      const answer = await post(body, slug);
      expect([answer.status, answer.json]).toEqual([400, { error }]);
    }
    let total = 0;
    while (total < 2) {
      ({ total } = await lab.call<{ total: number }>('rejected.list', {}));
      await new Promise(setImmediate);
    }
  });

  test('previews what it would make, and links that nobody may follow are left out', async () => {
    expect(await preview(MAPPING, BODY)).toMatchObject({
      events: [
        { dedupKey: 's1', status: 'firing', severity: 'critical' },
        { dedupKey: 's2', status: 'resolved', severity: 'warning', url: null },
      ],
      problems: [expect.stringMatching(/^item 2/)],
    });
    expect(await preview(MAPPING, '{')).toMatchObject({
      problems: [expect.stringMatching('not JSON')],
    });
    expect(await preview(MAPPING, { devices: [] })).toEqual({
      events: [],
      problems: [],
      reasons: [],
    });
    expect(await preview(MAPPING, {})).toMatchObject({
      events: [],
      problems: ['each: no value found in this body'],
    });
    const { total } = await lab.call<{ total: number }>('alerts.list', {});
    expect(total).toBe(0);
  });

  test('keeps the last body for the preview, without credentials', async () => {
    await create();
    await post({ devices: [], api_token: 'hunter2hunter2' });
    let hook: MappedWebhook | undefined;
    while ((hook?.lastReceivedAt ?? null) === null) {
      const { items } = await lab.call<{ items: MappedWebhook[] }>('mappedWebhooks.list', {});
      hook = items[0];
      await new Promise(setImmediate);
    }
    const sample = await lab.call<{ body: string }>('mappedWebhooks.sample', { id: hook?.id });
    expect(JSON.parse(sample.body)).toEqual({ devices: [], api_token: '[redacted]' });
  });

  test.each([
    [{ ...MAPPING, host: 'a.(b' }, 'mapping.host'],
    [{ ...MAPPING, each: ']' }, 'mapping.each'],
    [{ ...MAPPING, url: '/* ' }, 'mapping.url'],
    [{ ...MAPPING, host: ') & $ & (' }, 'mapping.host'],
    [{ ...MAPPING, severities: { bad: 'terrible' } }, 'mapping.severities.bad'],
  ])('is refused by the name of its field: %j', async (mapping, field) => {
    const result = await create(mapping);
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    expect(result.ok ? '' : result.error.message).toMatch(field);
  });

  test('tells names and addresses apart', async () => {
    await create();
    expect(await create()).toMatchObject({ error: { code: 'name_taken' } });
    const other = { name: 'other', slug: 'smart', mapping: MAPPING };
    const result = await lab.result('mappedWebhooks.create', other);
    expect(result.ok ? '' : result.error.message).toMatch(/^slug: /);
    expect((await post(BODY, 'unknown')).status).toBe(404);
  });

  test('is bounded, whatever a body makes it do', async () => {
    await create({
      host: '$join($map([1..9000], function($i) { $string($count($$.n[$ = $i])) }))',
      kind: '"k"',
    });
    const answer = await post({ n: Array.from({ length: 9_000 }, (_, n) => n) });
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(/timeout/i);
  });

  test.each([
    [
      'time',
      '$count($match($pad("", 900000, "word "), /(\\w+\\s?){500}/)) & "x"',
      /longer than 1 second|timeout after/i,
    ],
    ['length', '$pad(host, 100000000)', /more than \d+ characters/],
    ['depth', '($f := function($n) { 1 + $f($n) }; $string($f(1)))', /stack|depth/i],
  ])(
    'whose expression reaches its limit of %s answers 400 and keeps the body',
    async (...given) => {
      const [, host, problem] = given;
      const created = await create({ host, kind: '"k"' });
      const answer = await post({ host: 'nas' });
      expect(answer.status).toBe(400);
      expect(answer.text).toMatch(problem);
      const id = await lab.newestRejected();
      const hook = created.ok ? (created.value as MappedWebhook).id : '';
      const corrected = {
        name: 'hook smart',
        slug: 'smart',
        mapping: { host: 'host', kind: '"k"' },
      };
      await lab.call('mappedWebhooks.update', { id: hook, ...corrected });
      expect(await lab.call('rejected.replay', { id })).toMatchObject({
        accepted: 1,
        problems: [],
      });
      const { items } = await lab.call<{ items: object[] }>('alerts.list', {});
      expect(items).toMatchObject([{ host: 'nas', kind: 'k' }]);
    },
  );

  test('what it could not read can be replayed once it is mended', async () => {
    const created = await create({ host: 'hostname', kind: '"k"' });
    await post({ host: 'nas' });
    const rejected = await lab.newestRejected();
    const id = created.ok ? (created.value as MappedWebhook).id : '';
    const mended = { name: 'hook smart', slug: 'smart', mapping: { host: 'host', kind: '"k"' } };
    await lab.call('mappedWebhooks.update', { id, ...mended });
    expect(await lab.call('rejected.replay', { id: rejected })).toMatchObject({
      accepted: 1,
      problems: [],
    });
    expect(await lab.result('rejected.replay', { id: rejected })).toMatchObject({
      error: { code: 'wrong_state' },
    });
  });

  test('what of it was taken at once is not taken again by a replay, since it may be over by then', async () => {
    const created = await create({ each: 'items', host: 'host', kind: '"k"' });
    await post({ items: [{ host: 'nas' }, { name: 'pi' }, {}] });
    const rejected = await lab.newestRejected();
    const id = created.ok ? (created.value as MappedWebhook).id : '';
    const fix = (host: string) =>
      lab.call('mappedWebhooks.update', {
        id,
        name: 'hook smart',
        slug: 'smart',
        mapping: { each: 'items', host, kind: '"k"' },
      });
    const occurrences = async () => {
      const { items } = await lab.call<{ items: { host: string; occurrences: number }[] }>(
        'alerts.list',
        {},
      );
      return Object.fromEntries(items.map(({ host, occurrences: times }) => [host, times]));
    };
    await fix('host ? host : name');
    expect(await lab.call('rejected.replay', { id: rejected })).toMatchObject({
      accepted: 1,
      problems: ['item 2: host: no value found in this body'],
    });
    await fix('host ? host : name ? name : "none"');
    expect(await lab.call('rejected.replay', { id: rejected })).toMatchObject({
      accepted: 1,
      problems: [],
    });
    expect(await occurrences()).toEqual({ nas: 1, pi: 1, none: 1 });
  });
});
