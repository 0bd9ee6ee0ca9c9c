import { describe, expect, test } from 'vitest';
import type { RouteInput } from '../../main/contract/route.ts';
import { routeInput } from '../../main/contract/route.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';

const MINUTE_MS = 60_000;

async function addRoute(
  fixture: CoreFixture,
  name: string,
  route: Partial<RouteInput>,
): Promise<string> {
  const result = await fixture.core.routes.collection.create(
    routeInput.parse({ name, ...route }),
    'test',
  );
  if (!result.ok) throw new Error(result.error.message);
  return result.value.id;
}

/** Two channels, and a core to route between them. */
async function started() {
  const fixture = await CoreFixture.start();
  const phone = await fixture.addDesktop({ name: 'Phone' });
  const mail = await fixture.addDesktop({ name: 'Mail' });
  return { fixture, phone, mail };
}

const details = (fixture: CoreFixture, type: string) =>
  fixture
    .newest()
    .timeline.filter((row) => row.type === type)
    .map(({ detail }) => detail);

describe('routes', () => {
  test('lead what matches to their channels, the first that matches only', async () => {
    const { fixture, phone, mail } = await started();
    await using _stop = fixture;
    await addRoute(fixture, 'critical', { matchers: ['severity="critical"'], channelIds: [phone] });
    await addRoute(fixture, 'rest', { channelIds: [mail] });
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    expect(details(fixture, 'routed')).toEqual(['Routes: critical (Phone).']);
    await fixture.core.alerts.ingest([firing({ host: 'pve' })]);
    await fixture.quiet();
    expect([fixture.delivered(phone), fixture.delivered(mail)]).toEqual([['raised'], ['raised']]);
  });

  test('go on to those below when they say continue, and tell each channel once', async () => {
    const { fixture, phone, mail } = await started();
    await using _stop = fixture;
    await addRoute(fixture, 'a', { channelIds: [phone], continue: true });
    await addRoute(fixture, 'b', { channelIds: [phone, mail] });
    await addRoute(fixture, 'c', { channelIds: [mail] });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    expect([fixture.delivered(phone), fixture.delivered(mail)]).toEqual([['raised'], ['raised']]);
    expect(details(fixture, 'routed')).toEqual(['Routes: a (Phone) and b (Mail).']);
  });

  test('say what becomes of an alert at each of them, with the first matcher that fails', async () => {
    const { fixture, phone } = await started();
    await using _stop = fixture;
    const off = await addRoute(fixture, 'off', { enabled: false });
    const disks = await addRoute(fixture, 'disks', {
      matchers: ['host="nas"', 'kind=~"disk_.*"', 'dedup_key="b"'],
    });
    const worse = await addRoute(fixture, 'worse', { minSeverity: 'critical' });
    const first = await addRoute(fixture, 'first', { channelIds: [phone], continue: true });
    const key = await addRoute(fixture, 'key', { matchers: ['dedup_key="a"'] });
    const rest = await addRoute(fixture, 'rest', {});
    const base = { source: 'api', kind: 'smart', severity: 'warning', labels: {} } as const;
    const preview = fixture.core.routes.preview({ ...base, host: 'nas', dedupKey: 'a' });
    expect(preview.routes).toEqual([
      { routeId: off, outcome: 'disabled', matcher: null },
      { routeId: disks, outcome: 'matcher', matcher: 'kind=~"disk_.*"' },
      { routeId: worse, outcome: 'less_severe', matcher: null },
      { routeId: first, outcome: 'matched', matcher: null },
      { routeId: key, outcome: 'matched', matcher: null },
      { routeId: rest, outcome: 'not_reached', matcher: null },
    ]);
    expect(preview.targets.map(({ routeId }) => routeId)).toEqual([first]);
  });

  test('are asked whom their escalation would notify, and when', async () => {
    const { fixture, phone, mail } = await started();
    await using _stop = fixture;
    const off = await fixture.addDesktop({ name: 'Off', enabled: false });
    const late = [{ afterMs: 3 * MINUTE_MS, channelIds: [mail, phone] }];
    const early = [
      { afterMs: MINUTE_MS, channelIds: [off] },
      { afterMs: 2 * MINUTE_MS, channelIds: [phone] },
    ];
    await addRoute(fixture, 'a', { escalation: late, continue: true });
    await addRoute(fixture, 'b', { escalation: early });
    await addRoute(fixture, 'not reached', { escalation: early });
    const base = { source: 'api', kind: 'smart', severity: 'warning', labels: {} } as const;
    const { targets, escalation } = fixture.core.routes.preview({
      ...{ ...base, host: 'nas', dedupKey: '' },
    });
    expect(targets).toEqual([]);
    expect(
      escalation.map((it) => [it.routeName, it.step, it.afterMs / MINUTE_MS, it.channelName]),
    ).toEqual([
      ['b', 2, 2, 'Phone'],
      ['a', 1, 3, 'Mail'],
      ['a', 1, 3, 'Phone'],
    ]);
  });

  test('that match nothing tell nobody, and the timeline says so', async () => {
    const { fixture, phone } = await started();
    await using _stop = fixture;
    await addRoute(fixture, 'critical', { minSeverity: 'critical', channelIds: [phone] });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.core.alerts.ingest([resolved()]);
    expect(fixture.outbox()).toEqual([]);
    expect(details(fixture, 'dropped')).toEqual(['No route matches.']);
  });

  test('see an alert again when it gets worse: who was not notified is notified once', async () => {
    const { fixture, phone, mail } = await started();
    await using _stop = fixture;
    await addRoute(fixture, 'critical', {
      minSeverity: 'critical',
      channelIds: [phone],
      continue: true,
    });
    await addRoute(fixture, 'all', { channelIds: [mail] });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    await fixture.quiet();
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.quiet();
    expect(fixture.delivered(phone)).toEqual(['escalated', 'resolved']);
    expect(fixture.delivered(mail)).toEqual(['raised', 'escalated', 'resolved']);
  });

  test('that hold for a while tell only what lasts', async () => {
    const { fixture, phone } = await started();
    await using _stop = fixture;
    await addRoute(fixture, 'patient', { channelIds: [phone], holdForMs: 5 * MINUTE_MS });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(2 * MINUTE_MS);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.pass(10 * MINUTE_MS);
    expect(fixture.delivered(phone)).toEqual([]);
    expect(fixture.outbox()).toEqual(['raised cancelled']);
    expect(details(fixture, 'held')).toEqual([
      'Phone: on hold. Route “patient” notifies once the alert has lasted 5 minutes.',
    ]);
    expect(details(fixture, 'dropped')[0]).toContain(
      'Phone: Not sent: the alert resolved while its notification was on hold (Route “patient”',
    );
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(5 * MINUTE_MS);
    expect(fixture.delivered(phone)).toEqual(['raised']);
  });

  test('that are deleted while they hold something let it go', async () => {
    const { fixture, phone } = await started();
    await using _stop = fixture;
    const id = await addRoute(fixture, 'patient', { channelIds: [phone], holdForMs: MINUTE_MS });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.core.routes.collection.delete(id, 'test');
    await fixture.pass(MINUTE_MS);
    expect(fixture.delivered(phone)).toEqual(['raised']);
  });

  test('refuse what is not there, broken matchers and names that are taken, by field', async () => {
    const { fixture, phone } = await started();
    await using _stop = fixture;
    await addRoute(fixture, 'a', { channelIds: [phone] });
    const tried = (over: Partial<RouteInput>) =>
      fixture.core.routes.collection.create(routeInput.parse({ name: 'b', ...over }), 'test');
    expect(await tried({ name: 'a' })).toMatchObject({ error: { code: 'name_taken' } });
    expect(await tried({ matchers: ['host="x"', 'host=~"("'] })).toMatchObject({
      error: { code: 'invalid_input', message: expect.stringContaining('matchers.1') as string },
    });
    const unknown = '01890000-0000-7000-8000-000000000000';
    expect(await tried({ channelIds: [unknown] })).toMatchObject({
      error: { message: 'channelIds.0: there is no such channel' },
    });
  });

  test('are asked in the order they are put into', async () => {
    const { fixture, phone, mail } = await started();
    await using _stop = fixture;
    const a = await addRoute(fixture, 'a', { channelIds: [phone] });
    const b = await addRoute(fixture, 'b', { channelIds: [mail] });
    await fixture.core.routes.order({ ids: [b, a] }, 'test');
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    expect([fixture.delivered(phone), fixture.delivered(mail)]).toEqual([[], ['raised']]);
    expect(await fixture.core.routes.order({ ids: [a] }, 'test')).toMatchObject({
      error: { message: 'ids: must contain every route exactly once' },
    });
    expect(fixture.audit('routes')).toEqual([{ actor: 'test', action: 'route.order' }]);
  });
});

describe('grouping', () => {
  const GROUPED = { group: { by: ['host'], waitMs: 30_000 } };

  test('collects and leaves as one message that lists every member and says how many', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const hook = await fixture.addChannel(receiver.url);
    await addRoute(fixture, 'by host', { channelIds: [hook], ...GROUPED });
    for (const kind of ['disk', 'cpu', 'fan']) await fixture.core.alerts.ingest([firing({ kind })]);
    await fixture.core.alerts.ingest([firing({ host: 'pve' })]);
    await fixture.pass(29_000);
    expect(receiver.received).toEqual([]);
    await fixture.pass(1_000);
    await fixture.statusesBecome('sent', 'sent', 'sent', 'sent');
    const bodies = receiver.webhooks();
    expect(bodies).toHaveLength(2);
    const group = bodies.find(({ data }) => data.alerts !== undefined);
    expect(group).toMatchObject({ type: 'alert.raised', data: { bundle: 'group' } });
    expect(group?.data.alerts?.map(({ kind }) => kind)).toEqual(['disk', 'cpu', 'fan']);
    expect(group?.data.text).toContain('3 alerts');
    for (const kind of ['disk', 'cpu', 'fan']) expect(group?.data.text).toContain(`${kind} on nas`);
    const [first] = fixture.ids();
    expect(fixture.core.notifications.get(first ?? '')?.bundleId).toBe(group?.data.notificationId);
  });

  test('is tried again as one, with the same key, and what resolved meanwhile is not in it', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(500);
    const hook = await fixture.addChannel(receiver.url);
    await addRoute(fixture, 'by host', { channelIds: [hook], ...GROUPED });
    for (const kind of ['disk', 'cpu', 'fan']) await fixture.core.alerts.ingest([firing({ kind })]);
    await fixture.pass(30_000);
    await fixture.statusesBecome('failed', 'failed', 'failed');
    receiver.respond = status(204);
    await fixture.core.alerts.ingest([resolved({ kind: 'cpu' })]);
    await fixture.pass(MINUTE_MS);
    await fixture.statusesBecome('sent', 'cancelled', 'sent', 'sent');
    const raised = receiver.webhooks().filter(({ type }) => type === 'alert.raised');
    const rest = receiver.webhooks().filter(({ type }) => type !== 'alert.raised');
    const [once, twice] = raised;
    expect(raised).toHaveLength(2);
    expect(twice?.data.notificationId).toBe(once?.data.notificationId);
    expect(twice?.data.alerts?.map(({ kind }) => kind)).toEqual(['disk', 'fan']);
    expect(rest).toMatchObject([{ type: 'alert.resolved', data: { alert: { kind: 'cpu' } } }]);
  });

  test('survives a restart while it collects', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const hook = await fixture.addChannel(receiver.url);
    await addRoute(fixture, 'by host', { channelIds: [hook], ...GROUPED });
    await fixture.core.alerts.ingest([firing({ kind: 'disk' })]);
    await fixture.restart(5_000);
    await fixture.core.alerts.ingest([firing({ kind: 'cpu' })]);
    await fixture.pass(25_000);
    await fixture.statusesBecome('sent', 'sent');
    expect(receiver.webhooks().map(({ data }) => data.alerts?.length)).toEqual([2]);
  });

  test('says nothing of what came and went while it collected; one alone leaves as itself', async () => {
    const { fixture, phone } = await started();
    await using _stop = fixture;
    await addRoute(fixture, 'by host', { channelIds: [phone], ...GROUPED });
    await fixture.core.alerts.ingest([firing({ kind: 'disk' }), firing({ kind: 'cpu' })]);
    await fixture.core.alerts.ingest([resolved({ kind: 'cpu' })]);
    await fixture.pass(30_000);
    expect(fixture.outbox()).toEqual(['raised sent', 'raised cancelled']);
    expect(fixture.notices).toMatchObject([{ title: 'WARNING: disk on nas' }]);
  });
});

describe('storms', () => {
  const many = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => firing({ dedupKey: String(from + n) }));

  test('become one summary per channel, and every alert is still stored', async () => {
    const { fixture, phone } = await started();
    await using _stop = fixture;
    await fixture.update({ stormThreshold: 5 });
    await fixture.core.alerts.ingest(many(0, 30));
    await fixture.pass(MINUTE_MS);
    expect(fixture.delivered(phone)).toHaveLength(30);
    const onPhone = fixture.notices.length / 2;
    expect(onPhone).toBe(6);
    const summary = fixture.notices.find(({ title }) =>
      title.startsWith('Alert storm: 25 new alerts'),
    );
    expect(summary?.body.split('\n')).toHaveLength(25);
    expect(fixture.core.alerts.list({ limit: 1 })).toMatchObject({ value: { total: 30 } });
    expect(details(fixture, 'held')[0]).toContain('Alert storm: more than 5 new alerts');
    await fixture.pass(MINUTE_MS);
    await fixture.core.alerts.ingest(many(30, 31));
    await fixture.quiet();
    expect(fixture.delivered(phone)).toHaveLength(31);
  });

  test('of webhooks are passed on one by one unless the settings say otherwise', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    await fixture.update({ stormThreshold: 5 });
    await fixture.core.alerts.ingest(many(0, 10));
    await fixture.statusesBecome(...Array.from({ length: 10 }, () => 'sent' as const));
    expect(receiver.received).toHaveLength(10);
    await fixture.update({ stormWebhooks: true });
    await fixture.core.alerts.ingest(many(10, 30));
    await fixture.pass(MINUTE_MS);
    await fixture.statusesBecome(...Array.from({ length: 30 }, () => 'sent' as const));
    expect(receiver.received).toHaveLength(16);
  });
});
