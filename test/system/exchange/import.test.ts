import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firing } from '../../support/core-fixture.ts';
import { changes, ExchangeLab, valueOf } from './exchange-lab.ts';

let lab: ExchangeLab;
beforeEach(async () => {
  lab = await ExchangeLab.start();
});
afterEach(async () => {
  await lab[Symbol.asyncDispose]();
});

const WEBHOOK = 'kind: webhook, config: { url: "https://a.example/x" }';
const names = () => lab.core.channels.all().map(({ name }) => name);
const routeNames = () => lab.core.routes.list().map(({ name }) => name);

describe('a preview', () => {
  test('changes nothing, in the database and in memory', async () => {
    await lab.furnish();
    const before = lab.stored();
    const targets = lab.core.routes.targets({ ...firing(), severity: 'critical' });
    const yaml = 'version: 1\nchannels: []\nroutes: []\nheartbeats: []\ninhibitions: []\n';
    const preview = valueOf(await lab.preview(yaml, 'replace'));
    expect(changes(preview)).toHaveLength(8);
    expect(lab.stored()).toEqual(before);
    expect(names()).toHaveLength(3);
    expect(routeNames()).toHaveLength(2);
    expect(lab.core.inhibitions.collection.list()).toHaveLength(1);
    expect(lab.core.routes.targets({ ...firing(), severity: 'critical' })).toEqual(targets);
  });

  test('names each field that becomes another one, and of secrets no value', async () => {
    await lab.furnish();
    const yaml = `version: 1
channels:
  - name: pager
    kind: webhook
    enabled: false
    fallback: spare
    autoRequeue: false
    rateLimit: { count: 3, perMs: 1000 }
    config: { url: "https://elsewhere.example/hook" }
`;
    const preview = valueOf(await lab.preview(yaml));
    expect(preview.entries).toEqual([
      {
        section: 'channels',
        name: 'pager',
        change: 'changed',
        fields: [
          { field: 'enabled', before: 'true', after: 'false', secret: false },
          { field: 'rateLimit.count', before: null, after: '3', secret: false },
          { field: 'rateLimit.perMs', before: null, after: '1000', secret: false },
          { field: 'url', before: null, after: null, secret: true },
        ],
        notes: [],
        noteReasons: [],
      },
    ]);
    expect(JSON.stringify(preview)).not.toContain('elsewhere');
  });
});

describe('merge', () => {
  test('leaves alone what the file does not name', async () => {
    await lab.furnish();
    const yaml = `version: 1
settings: { deadLettersMax: 5000 }
channels: [{ name: new, ${WEBHOOK} }]
routes: [{ name: "2: the rest", channels: [new, pager] }, { name: last }]
`;
    const preview = await lab.import(yaml);
    expect(changes(preview)).toEqual([
      'settings settings: changed',
      'channels new: created',
      'routes 2: the rest: changed',
      'routes last: created',
    ]);
    expect(names()).toEqual(['Büro: "Theke"', 'new', 'pager', 'spare']);
    expect(routeNames()).toEqual(['everything critical', '2: the rest', 'last']);
    expect(lab.core.settings.current()).toMatchObject({
      deadLettersMax: 5_000,
      flappingThreshold: 9,
    });
    const rest = lab.core.routes.list()[1];
    const ids = ['new', 'pager'].map((name) => lab.core.channels.byName(name)?.id);
    expect(rest).toMatchObject({ channelIds: ids, holdForMs: 0 });
  });

  test('shows and keeps another order of the routes', async () => {
    await lab.import('version: 1\nroutes: [{ name: a }, { name: b }, { name: c }]\n');
    const yaml = 'version: 1\nroutes: [{ name: c }, { name: new }, { name: a }]\n';
    const preview = await lab.import(yaml);
    expect(preview.routeOrder).toEqual(['c', 'b', 'new', 'a']);
    expect(routeNames()).toEqual(['c', 'b', 'new', 'a']);
    expect(changes(valueOf(await lab.preview(yaml)))).toEqual([]);
  });

  test('fallbacks may change places', async () => {
    const both = (one: string, other: string) => `version: 1
channels:
  - { name: a, ${WEBHOOK}, fallback: ${one} }
  - { name: b, ${WEBHOOK}, fallback: ${other} }
`;
    await lab.import(both('b', '~'));
    await lab.import(both('~', 'a'));
    const { channels } = lab.core;
    expect(channels.byName('a')?.fallbackChannelId).toBeNull();
    expect(channels.byName('b')?.fallbackChannelId).toBe(channels.byName('a')?.id);
    expect(lab.fixture.audit(channels.byName('a')?.id ?? '')).toHaveLength(2);
  });
});

describe('replace', () => {
  test('removes what the file does not name, and leaves sections that it lacks', async () => {
    await lab.furnish();
    const preview = await lab.import('version: 1\nroutes: [{ name: only }]\n', 'replace');
    expect(changes(preview)).toEqual([
      'routes only: created',
      'routes everything critical: removed',
      'routes 2: the rest: removed',
    ]);
    expect(names()).toHaveLength(3);
    expect(lab.core.heartbeats.service.collection.list()).toHaveLength(2);
  });

  test('takes channels that it removes out of routes and windows that stay', async () => {
    await lab.furnish();
    await lab.import('version: 1\nchannels: [{ name: spare, kind: webhook }]\n', 'replace');
    expect(names()).toEqual(['spare']);
    const spare = lab.core.channels.byName('spare')?.id;
    const [first, rest] = lab.core.routes.list();
    expect(first).toMatchObject({ channelIds: [], escalation: [{ channelIds: [spare] }] });
    expect(rest).toMatchObject({ channelIds: [spare] });
    const windows = lab.core.maintenance.collection.list();
    expect(windows.flatMap(({ announceTo }) => announceTo)).toEqual([spare]);
  });

  test('makes room for what is new', async () => {
    const many = (prefix: string) =>
      `version: 1\nchannels:\n${Array.from({ length: 100 }, (_, n) => `  - { name: ${prefix}${n}, kind: desktop }\n`).join('')}`;
    await lab.import(many('a'), 'replace');
    await lab.import(many('b'), 'replace');
    expect(names()).toHaveLength(100);
    expect(names()).toContain('b99');
    const refused = await lab.refusal(
      'version: 1\nchannels: [{ name: one more, kind: desktop }]\n',
    );
    expect(refused.details).toEqual([
      {
        field: 'channels.0',
        line: 2,
        problem: 'At most 100 channels; delete one first.',
        reason: { code: 'error.full', params: { thing: 'channel', max: 100 } },
      },
    ]);
  });

  test('refuses templates that cannot be used, with their lines', async () => {
    const refused = await lab.refusal(`version: 1
channels:
  - name: new
    kind: desktop
    templates:
      raised:
        title: "{{ alert.hots }}"
`);
    expect(refused.details).toMatchObject([
      {
        field: 'channels.0.templates.raised.title',
        line: 7,
        reason: { code: 'template.variable', params: { line: 1, name: 'alert.hots' } },
      },
    ]);
  });

  test('says how much a removed channel still owes, and wants that confirmed', async () => {
    const id = await lab.fixture.addDesktop({ enabled: true, name: 'old' });
    await lab.core.channels.collection.update({ id, enabled: false }, 'test');
    const kept = await lab.fixture.addDesktop({ name: 'kept' });
    await lab.core.channels.collection.update({ id, enabled: true }, 'test');
    await lab.core.pause.begin(3_600_000, 'test');
    await lab.fixture.raiseMany(3);
    const yaml = 'version: 1\nchannels: [{ name: kept, kind: desktop }]\n';
    const preview = valueOf(await lab.preview(yaml, 'replace'));
    expect(preview.cancels).toBe(3);
    expect(preview.entries.at(-1)).toMatchObject({
      name: 'old',
      change: 'removed',
      notes: ['Cancels 3 queued notifications.'],
      noteReasons: [{ code: 'note.cancels', params: { count: 3 } }],
    });
    // Another one is queued meanwhile, which is no other import.
    await lab.fixture.raiseMany(1, 'more');
    const given = { mode: 'replace', expect: preview.hash } as const;
    const refused = await lab.apply(yaml, given);
    expect(refused).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
    expect(names()).toEqual(['kept', 'old']);
    valueOf(await lab.apply(yaml, { ...given, cancelOwed: true }));
    expect(names()).toEqual(['kept']);
    expect(lab.core.channels.get(kept)).not.toBeNull();
    expect(lab.fixture.outbox().filter((row) => row.endsWith('cancelled'))).toHaveLength(4);
  });
});

describe('an import', () => {
  test('does what was shown or nothing', async () => {
    const yaml = `version: 1\nchannels: [{ name: a, kind: desktop }]\n`;
    const { hash } = valueOf(await lab.preview(yaml));
    await lab.fixture.addDesktop({ name: 'a', autoRequeue: false });
    const before = lab.stored();
    expect(await lab.apply(yaml, { expect: hash })).toMatchObject({
      ok: false,
      error: { code: 'wrong_state' },
    });
    expect(lab.stored()).toEqual(before);
    const other = yaml.replace('desktop', 'desktop ');
    expect((await lab.apply(other, { expect: hash })).ok).toBe(false);
    expect((await lab.apply(yaml, { expect: hash, mode: 'replace' })).ok).toBe(false);
  });

  test('takes the channels of announcements by their names, and refuses those that no channel has', async () => {
    const schedule = '{ type: cron, expression: "@daily", durationMs: 60000, timeZone: UTC }';
    const file = (channels: string) => `version: 1
channels: [{ name: a, kind: desktop }]
maintenanceWindows: [{ name: w, announceTo: [${channels}], schedule: ${schedule} }]
`;
    const refused = await lab.refusal(file('a, b'));
    expect(refused.message).toMatch(
      /^line 3, maintenanceWindows\.0\.announceTo\.1: there will be no channel called "b"/,
    );
    const { hash } = valueOf(await lab.preview(file('a')));
    valueOf(await lab.apply(file('a'), { expect: hash }));
    const [channel] = lab.core.channels.all();
    expect(lab.core.maintenance.collection.list()).toMatchObject([{ announceTo: [channel?.id] }]);
  });

  test('is one transaction: what fails last undoes what came first', async () => {
    await lab.furnish();
    const before = lab.stored();
    const yaml = `version: 1
channels: [{ name: new, ${WEBHOOK} }]
routes: [{ name: "2: the rest" }]
heartbeats:
  - name: Nightly
    graceMs: 3600000
    schedule: { type: cron, expression: 61 * * * *, timeZone: UTC }
`;
    const refused = await lab.refusal(yaml);
    expect(refused.message).toMatch(
      /^line 7, heartbeats\.0\.schedule\.expression: must be a cron expression/,
    );
    expect(lab.stored()).toEqual(before);
    expect(names()).not.toContain('new');
    expect(lab.core.routes.list()[1]?.channelIds).toHaveLength(1);
  });

  test('is pushed to windows and written to the audit log once it is durable', async () => {
    const seen: string[] = [];
    lab.core.writer.onCommitted(({ changes: all }) =>
      seen.push(...all.map(({ entity }) => entity)),
    );
    const yaml = `version: 1
settings: { deadLettersMax: 5000 }
channels: [{ name: a, kind: desktop }]
routes: [{ name: r, channels: [a] }]
maintenanceWindows: [{ name: w, schedule: { type: cron, expression: "@daily", durationMs: 60000, timeZone: UTC } }]
heartbeats: [{ name: h, graceMs: 60000, schedule: { type: period, periodMs: 60000 } }]
`;
    const { hash } = valueOf(await lab.preview(yaml));
    expect(seen).toEqual([]);
    valueOf(await lab.apply(yaml, { expect: hash }));
    expect(new Set(seen)).toEqual(
      new Set([
        'settings',
        'channel',
        'everything',
        'routes',
        'suppression',
        'status',
        'heartbeat',
      ]),
    );
    const audit = lab.core.tables.audit.list({ subject: null, before: null, limit: 10 });
    expect(audit.map(({ action }) => action)).toEqual([
      'config.import',
      'heartbeat.create',
      'maintenance.create',
      'route.create',
      'channel.create',
      'settings.update',
    ]);
    expect(audit[0]).toMatchObject({
      actor: 'test',
      reason: {
        code: 'audit.imported',
        params: { mode: 'merge', created: 4, changed: 1, removed: 0 },
      },
    });
  });
});
