/** @module-tag slow */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { jsonPost } from './ingest-case.ts';
import { IngestLab } from './ingest-lab.ts';

const AT = Date.UTC(2026, 10, 25, 12);
const iso = (agoSeconds: number): string => new Date(AT - agoSeconds * 1_000).toISOString();

let lab: IngestLab;
let token: string;
beforeEach(async () => {
  lab = await IngestLab.start();
  lab.setTime(iso(0));
  token = await lab.newToken('ingest');
});
afterEach(() => lab[Symbol.asyncDispose]());

/** Sends an alert of one router; answers with the id that Alerta's clients see. */
async function report(alert: object): Promise<unknown> {
  const body = { resource: 'router', environment: 'Production', ...alert };
  const answer = await lab.send(jsonPost('/alert', body), token);
  expect(answer.status, answer.text).toBe(201);
  return (answer.json as { id: unknown }).id;
}

const alerts = () => lab.fixture.db.all('SELECT kind, state, severity FROM alerts ORDER BY seq');

const rows = (table: string): number | null =>
  lab.fixture.db.value<number>(`SELECT count(*) FROM ${table}`);

describe('an end', () => {
  test.each([
    ['a severity', { severity: 'normal' }],
    ['the status closed', { severity: 'major', status: 'closed' }],
  ])(
    'by %s closes what it names, also if that was reported without correlate',
    async (_by, end) => {
      await report({ event: 'LinkDown', severity: 'major' });
      await report({ event: 'LinkSlow', severity: 'major' });
      await report({ event: 'LinkClear', correlate: ['LinkDown', 'LinkDown'], ...end });
      expect(alerts()).toMatchObject([
        { kind: 'LinkDown', state: 'resolved' },
        { kind: 'LinkSlow', state: 'open' },
      ]);
    },
  );

  test('has the id of the reports with the same events, whatever else it closes', async () => {
    const correlate = ['NodeUp', 'NodeDown'];
    const down = await report({ event: 'NodeDown', severity: 'major', correlate });
    expect(await report({ event: 'NodeUp', severity: 'ok', correlate })).toBe(down);
    expect(alerts()).toMatchObject([{ kind: 'NodeDown', state: 'resolved' }]);
  });

  test('of events that nobody reported leaves nothing that anyone sees', async () => {
    const seen = ['alerts', 'alert_events', 'notifications', 'audit_log'];
    const before = seen.map(rows);
    await report({ event: 'LinkClear', severity: 'normal', correlate: ['LinkDown', 'LinkSlow'] });
    expect(lab.received.map(({ kind }) => kind)).toEqual(['LinkClear', 'LinkDown', 'LinkSlow']);
    expect(seen.map(rows)).toEqual(before);
  });

  test('that names very many events closes the first of them', async () => {
    const correlate = Array.from({ length: 2_000 }, (_, index) => `Event ${index}`);
    await report({ event: 'Clear', severity: 'normal', correlate });
    expect(lab.received).toHaveLength(21);
    expect(lab.received.at(-1)).toMatchObject({ kind: 'Event 19' });
  });
});

describe('a firing alert of a slow clock', () => {
  const down = (agoSeconds: number, severity = 'critical') =>
    report({ event: 'LinkDown', severity, createTime: iso(agoSeconds) });
  const clear = (more: object = {}) => report({ event: 'LinkDown', severity: 'normal', ...more });

  test.each([
    ['without a time', {}],
    ['by a clock that is right', { createTime: iso(0) }],
  ])('opens an alert after an end %s', async (_end, end) => {
    await down(600, 'minor');
    await clear(end);
    await down(500);
    expect(alerts()).toMatchObject([
      { state: 'resolved', severity: 'warning' },
      { state: 'open', severity: 'critical' },
    ]);
  });

  test('opens an alert after one that a person has resolved', async () => {
    await down(0);
    const id = lab.fixture.db.value<string>('SELECT id FROM alerts') ?? '';
    await lab.fixture.core.alerts.act(id, { kind: 'resolve' }, 'ann');
    await down(500);
    expect(alerts()).toMatchObject([{ state: 'resolved' }, { state: 'open' }]);
  });

  test('is closed by an end that its clock stamps before the last report', async () => {
    await report({ event: 'LinkDown', severity: 'critical' });
    await clear({ createTime: iso(500) });
    expect(alerts()).toMatchObject([{ state: 'resolved' }]);
  });
});
