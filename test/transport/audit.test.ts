/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import {
  METHODS,
  METHOD_NAMES,
  type MethodName,
  type Output,
} from '../../main/contract/methods.ts';
import type { BulkJob } from '../../main/contract/notification.ts';
import type { AuditEntry } from '../../main/contract/system.ts';
import { status } from '../support/http-receiver.ts';
import { AppLab } from './app-lab.ts';

type Prepared = (lab: AppLab) => Promise<unknown>;

const MATCHERS = ['severity="warning"'];
const HOUR_MS = 3_600_000;
const later = () => new Date(Date.now() + HOUR_MS).toISOString();

const ROUTE = { name: 'route' };
const SILENCE = { matchers: MATCHERS, comment: 'c', endsAt: later() };
const SCHEDULE = { type: 'cron', expression: '0 3 * * *', durationMs: HOUR_MS, timeZone: 'UTC' };
const WINDOW = { name: 'window', schedule: SCHEDULE };
const INHIBITION = { name: 'rule', sourceMatchers: MATCHERS, targetMatchers: MATCHERS };
const HEARTBEAT = {
  name: 'heartbeat',
  schedule: { type: 'period', periodMs: HOUR_MS },
  graceMs: HOUR_MS,
};

const VIEW = { name: 'mine', params: { q: 'nas' } };
const MAIL_RULE = { name: 'rule', subject: 'failed' };
const MAPPED = { name: 'mapped', slug: 'mapped', mapping: { host: 'h', kind: 'k' } };

/** Makes what an update or a deletion is about, then says what to call the method with. */
const about =
  (create: MethodName, input: unknown, more: object = {}): Prepared =>
  async (lab) => ({ id: (await lab.call<{ id: string }>(create, input)).id, ...more });

const anAlert: Prepared = async (lab) => ({ id: await lab.alert() });
const alertAfter =
  (method: MethodName, more: object = {}): Prepared =>
  async (lab) => {
    const id = await lab.alert();
    await lab.call(method, { id, ...more });
    return { id };
  };
const aDeadLetter: Prepared = async (lab) => ({ id: await lab.deadLetter() });
const aFailedNotification: Prepared = async (lab) => {
  lab.receiver.respond = status(503);
  const [channelId, alertId] = [await lab.channel(), await lab.alert()];
  const query = { alertId, channelId, status: ['failed'] };
  for (;;) {
    const { data } = await lab.call<{ data: { id: string }[] }>('notifications.list', query);
    if (data[0]) {
      lab.receiver.respond = status(400);
      return { id: data[0].id };
    }
    await new Promise(setImmediate);
  }
};
const deadLetters: Prepared = async (lab) => ({ ids: [await lab.deadLetter()] });

/** For each operator action: how to come to where it can be done, and its input there. */
const SCENES: Partial<Record<MethodName, Prepared>> = {
  'alerts.acknowledge': anAlert,
  'alerts.unacknowledge': alertAfter('alerts.acknowledge'),
  'alerts.resolve': anAlert,
  'alerts.snooze': async (lab) => ({ id: await lab.alert(), durationMs: HOUR_MS }),
  'alerts.settle': async (lab) => {
    for (const status of ['firing', 'resolved', 'firing', 'resolved', 'firing'])
      await lab.call('events.ingest', { host: 'nas', kind: 'port_down', status });
    const { items } = await lab.call<Output<'conditions.flapping'>>('conditions.flapping', {});
    return { id: items[0]?.alert?.id };
  },
  'alerts.unsnooze': alertAfter('alerts.snooze', { durationMs: HOUR_MS }),
  'alerts.acknowledgeMany': async (lab) => ({ ids: [await lab.alert()] }),
  'alerts.unacknowledgeMany': async (lab) => {
    const id = await lab.alert();
    await lab.call('alerts.acknowledge', { id });
    return { ids: [id] };
  },
  'alerts.resolveMany': async (lab) => ({ ids: [await lab.alert()] }),
  'alerts.snoozeMany': async (lab) => ({ ids: [await lab.alert()], durationMs: HOUR_MS }),
  'notifications.requeue': aDeadLetter,
  'notifications.retry': aFailedNotification,
  'notifications.discard': aDeadLetter,
  'notifications.read': aDeadLetter,
  'notifications.requeueMany': deadLetters,
  'notifications.retryMany': async (lab) => {
    const { id } = (await aFailedNotification(lab)) as { id: string };
    return { ids: [id] };
  },
  'notifications.discardMany': deadLetters,
  'notifications.undoDiscard': async (lab) => {
    const id = await lab.deadLetter();
    await lab.call('notifications.discard', { id });
    return { id };
  },
  // Both places are taken, so that it still waits when it is cancelled.
  'bulk.cancel': async (lab) => {
    const begin = () =>
      lab.call<BulkJob>('notifications.requeueMany', { filter: { q: 'none of them' } });
    const jobs = await Promise.all([begin(), begin(), begin()]);
    return { id: jobs.at(-1)?.id };
  },
  'channels.create': (lab) => Promise.resolve(lab.channelInput('created')),
  'channels.update': async (lab) => ({ id: await lab.channel(), name: 'another' }),
  'channels.delete': async (lab) => ({ id: await lab.channel() }),
  'channels.pause': async (lab) => ({ id: await lab.channel() }),
  'channels.resume': async (lab) => {
    const id = await lab.channel();
    await lab.call('channels.pause', { id });
    return { id };
  },
  'channels.test': async (lab) => ({ id: await lab.channel() }),
  'deliveries.pause': () => Promise.resolve({ durationMs: HOUR_MS }),
  'deliveries.resume': () => Promise.resolve({}),
  'routes.create': () => Promise.resolve(ROUTE),
  'routes.update': about('routes.create', ROUTE, ROUTE),
  'routes.delete': about('routes.create', ROUTE),
  'routes.order': async (lab) => ({
    ids: [(await lab.call<{ id: string }>('routes.create', ROUTE)).id],
  }),
  'silences.create': () => Promise.resolve(SILENCE),
  'silences.update': about('silences.create', SILENCE, { comment: 'another' }),
  'silences.expire': about('silences.create', SILENCE),
  'maintenance.create': () => Promise.resolve(WINDOW),
  'maintenance.update': about('maintenance.create', WINDOW, { ...WINDOW, enabled: false }),
  'maintenance.delete': about('maintenance.create', WINDOW),
  'inhibitions.create': () => Promise.resolve(INHIBITION),
  'inhibitions.update': about('inhibitions.create', INHIBITION, { ...INHIBITION, enabled: false }),
  'inhibitions.delete': about('inhibitions.create', INHIBITION),
  'heartbeats.create': () => Promise.resolve(HEARTBEAT),
  'heartbeats.update': about('heartbeats.create', HEARTBEAT, HEARTBEAT),
  'heartbeats.delete': about('heartbeats.create', HEARTBEAT),
  'heartbeats.pause': about('heartbeats.create', HEARTBEAT),
  'heartbeats.resume': async (lab) => {
    const { id } = await lab.call<{ id: string }>('heartbeats.create', HEARTBEAT);
    await lab.call('heartbeats.pause', { id });
    return { id };
  },
  'views.create': () => Promise.resolve(VIEW),
  'views.update': about('views.create', VIEW, { ...VIEW, name: 'another' }),
  'views.delete': about('views.create', VIEW),
  'mappedWebhooks.create': () => Promise.resolve(MAPPED),
  'mappedWebhooks.update': about('mappedWebhooks.create', MAPPED, { ...MAPPED, name: 'another' }),
  'mappedWebhooks.delete': about('mappedWebhooks.create', MAPPED),
  'mailRules.create': () => Promise.resolve(MAIL_RULE),
  'mailRules.update': about('mailRules.create', MAIL_RULE, { ...MAIL_RULE, name: 'another' }),
  'mailRules.delete': about('mailRules.create', MAIL_RULE),
  'rejected.replay': async (lab) => ({ id: await lab.rejected() }),
  'rejected.delete': async (lab) => ({ id: await lab.rejected() }),
  'rejected.clear': async (lab) => {
    await lab.rejected();
    return {};
  },
  'tokens.create': () => Promise.resolve({ name: 'token', scope: 'read' }),
  'tokens.delete': about('tokens.create', { name: 'token', scope: 'read' }),
  'sessions.end': async (lab) => ({ id: await lab.session() }),
  'sessions.endOthers': async (lab) => {
    await lab.session();
    return {};
  },
  'settings.update': () => Promise.resolve({ resolveTimeoutMs: 60_000 }),
  'backups.create': () => Promise.resolve({}),
  'keys.rotate': () => Promise.resolve({}),
  'recovery.dismiss': async (lab) => {
    await lab.loseWrites();
    return {};
  },
  'config.export': () => Promise.resolve({}),
  'config.apply': async (lab) => {
    const yaml = 'version: 1\nsettings: { deadLettersMax: 5000 }\n';
    const { hash } = await lab.call<{ hash: string }>('config.preview', { yaml });
    return { yaml, expect: hash };
  },
};

/**
 * Nothing is changed by a look, by a call that goes out every few minutes anyway, or by a link that nobody
 * has used; the sign-in with it is in the log.
 */
const CHANGES_NOTHING: readonly MethodName[] = [
  'outboundHeartbeat.test',
  'session.link',
  'config.preview',
  'mappedWebhooks.preview',
  'mailRules.preview',
  'channels.previewTemplate',
];

const DEEDS = METHOD_NAMES.filter((name) => {
  const { scope, http } = METHODS[name];
  const isAction = (scope === 'operate' || scope === 'admin') && http.verb !== 'GET';
  return isAction && !CHANGES_NOTHING.includes(name);
});

const newest = async (lab: AppLab, limit = 200) =>
  (await lab.call<{ items: AuditEntry[] }>('audit.list', { limit })).items;

describe('the audit log', () => {
  test.for(DEEDS)('names who did %s', async (name) => {
    await using lab = await AppLab.start();
    const scene = SCENES[name];
    if (!scene) throw new Error(`${name} has no scene here, so nobody knows whether it is audited`);
    const input = await scene(lab);
    const before = (await newest(lab))[0]?.id ?? 0;
    await lab.call(name, input, 'ann');
    const added = (await newest(lab)).filter(({ id, actor }) => id > before && actor === 'ann');
    expect(added.length).toBeGreaterThan(0);
    for (const { action, subject } of added) {
      expect(action).toMatch(/^[a-z_]+(\.[a-z_]+)+$/);
      expect(subject).not.toBe('');
    }
  });

  test('is paged newest first, by subject too, without gaps or repeats', async () => {
    await using lab = await AppLab.start();
    const id = await lab.alert();
    for (let i = 0; i < 5; i++) {
      await lab.call('alerts.acknowledge', { id });
      await lab.call('alerts.unacknowledge', { id });
      await lab.call('settings.update', { resolveTimeoutMs: 60_000 + i });
    }
    const page = (cursor?: string) =>
      lab.call<{ items: AuditEntry[]; nextCursor: string | null }>('audit.list', {
        subject: id,
        limit: 4,
        ...(cursor === undefined ? {} : { cursor }),
      });
    const found: AuditEntry[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { items, nextCursor } = await page(cursor);
      found.push(...items);
      cursor = nextCursor;
    }
    expect(found).toHaveLength(10);
    expect(found.map((entry) => entry.id)).toEqual(
      found.map((entry) => entry.id).toSorted((a, b) => b - a),
    );
    expect(found[0]).toMatchObject({ action: 'alert.unacknowledge', subject: id, actor: 'test' });
    expect(await newest(lab, 1)).toMatchObject([{ action: 'settings.update' }]);
  });

  test.for(['x', '0', '-1', '1.5', '1e400'])('refuses %j as a cursor', async (cursor) => {
    await using lab = await AppLab.start();
    expect(await lab.result('audit.list', { cursor })).toMatchObject({
      ok: false,
      error: { code: 'invalid_input' },
    });
  });
});
