import { describe, expect, test } from 'vitest';
import type { IngestReading } from '../../main/ingest/adapter.ts';
import { alertmanager } from '../../main/ingest/alertmanager-adapter.ts';
import { ENGLISH } from '../../main/messages/messages.ts';
import { jsonRequest } from './ingest-request.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const iso = (ms: number) => new Date(ms).toISOString();

function read(body: unknown): IngestReading {
  const context = {
    now: NOW,
    source: 'alertmanager',
    resolveTimeoutMs: 300_000,
    messages: ENGLISH,
  };
  const result = alertmanager.read(jsonRequest('/api/v2/alerts', body), context);
  if (result instanceof Promise) throw new Error('There is nothing to wait for');
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const only = (alert: Record<string, unknown>) => {
  const { events, problems } = read([{ labels: { alertname: 'Up' }, ...alert }]);
  expect(problems).toEqual([]);
  expect(events).toHaveLength(1);
  return events[0];
};

describe('identity', () => {
  test('is the label set alone: order, empty labels and annotations change nothing', () => {
    const key = (labels: unknown, annotations = {}) => only({ labels, annotations })?.dedupKey;
    const wanted = key({ alertname: 'Up', job: 'x' });
    expect(key({ job: 'x', alertname: 'Up', empty: '' }, { summary: 'other' })).toBe(wanted);
    expect(key({ alertname: 'Up', job: 'y' })).not.toBe(wanted);
    expect(key({ alertname: 'Up', 'job":"x': '' })).not.toBe(wanted);
  });

  test.each([
    [{ instance: 'nas:9100' }, 'nas'],
    [{ instance: '[fd00::1]:9100' }, 'fd00::1'],
    [{ instance: 'fd00::1' }, 'fd00::1'],
    [{ instance: 'nas:9100', host: 'storage' }, 'storage'],
    [{}, 'unknown'],
  ])('host of %j is %s', (labels, host) => {
    expect(only({ labels: { alertname: 'Up', ...labels } })?.host).toBe(host);
  });
});

test('hosts and kinds beyond their limit are cut, and still distinguished', () => {
  const events = ['a', 'b'].map((end) => {
    const long = 'x'.repeat(1_000) + end;
    return only({ labels: { alertname: long, host: long } });
  });
  for (const event of events) {
    expect(event?.host).toHaveLength(512);
    expect(event?.kind).toHaveLength(512);
  }
  expect(events[0]?.dedupKey).not.toBe(events[1]?.dedupKey);
});

test('labels beyond their limits are cut, and still distinguished', () => {
  const long = 'x'.repeat(5_000);
  const [a, b] = ['a', 'b'].map((end) => only({ labels: { alertname: 'Up', q: long + end } }));
  expect(a?.labels).toEqual(b?.labels);
  expect(a?.dedupKey).not.toBe(b?.dedupKey);
});

test('annotations beyond their limits are cut, since they are no part of the identity', () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`a${n}`, 'x']));
  expect(Object.keys(only({ annotations: many })?.annotations ?? {})).toHaveLength(128);
  const [name = ''] = Object.keys(
    only({ annotations: { ['n'.repeat(300)]: '' } })?.annotations ?? {},
  );
  expect(name).toHaveLength(256);
});

describe('times', () => {
  test.each([
    ['2026-01-15T12:00:00+01:00', '2026-01-15T11:00:00Z'],
    ['2026-01-15T11:00:00.123456', '2026-01-15T11:00:00.123Z'],
    ['2026-01-15 11:00:00', '2026-01-15T11:00:00Z'],
  ])('%s is taken, as Alertmanager takes it', (written, meant) => {
    expect(only({ startsAt: written })?.occurredAt).toBe(Date.parse(meant));
  });

  test('an end in the future is firing, and is kept', () => {
    expect(only({ startsAt: iso(NOW - 60_000), endsAt: iso(NOW + 60_000) })).toMatchObject({
      status: 'firing',
      occurredAt: NOW - 60_000,
      endsAt: NOW + 60_000,
    });
  });

  test('an end that has passed is resolved', () => {
    expect(only({ startsAt: iso(NOW - 60_000), endsAt: iso(NOW - 1) })).toMatchObject({
      status: 'resolved',
      occurredAt: NOW - 1,
      endsAt: null,
    });
  });

  test.each(['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z', undefined, null])(
    'no end (%s) means firing until the resolve timeout',
    (endsAt) => {
      expect(only({ startsAt: '0001-01-01T00:00:00Z', endsAt })).toMatchObject({
        status: 'firing',
        occurredAt: NOW,
        endsAt: NOW + 300_000,
      });
    },
  );
});

describe('severity and message', () => {
  test.each([
    ['critical', 'critical'],
    ['PAGE', 'critical'],
    ['info', 'info'],
    ['none', 'info'],
    ['whatever', 'warning'],
    ['constructor', 'warning'],
  ])('%s is %s', (word, severity) => {
    expect(only({ labels: { alertname: 'Up', severity: word } })?.severity).toBe(severity);
  });

  test('the summary is the message, else the description, else the name', () => {
    const message = (annotations: unknown) => only({ annotations })?.message;
    expect(message({ summary: 's', description: 'd' })).toBe('s');
    expect(message({ description: 'd' })).toBe('d');
    expect(message({})).toBe('Up');
  });

  test('a message of any length is taken, cut with a mark and never within a character', () => {
    const message = only({ annotations: { summary: '😀'.repeat(5_000) } })?.message ?? '';
    expect(message.isWellFormed()).toBe(true);
    expect(message.length).toBeLessThanOrEqual(8_192);
    const longer = only({ annotations: { summary: `a${'😀'.repeat(2_000)}` } })?.message;
    expect(longer).toHaveLength(4_001);
  });

  test('a generator URL that no person may follow is left out', () => {
    expect(only({ generatorURL: 'javascript:alert(1)' })?.url).toBeNull();
    expect(only({ generatorURL: 'http://prometheus/graph' })?.url).toBe('http://prometheus/graph');
  });
});

describe('what is broken', () => {
  test('keeps nothing else from being read, and is answered with 400', () => {
    const reading = read([
      { labels: { alertname: 'Good' } },
      { labels: {} },
      { labels: { alertname: 7 } },
      { labels: { alertname: 'Backwards' }, startsAt: iso(NOW), endsAt: iso(NOW - 1) },
      'nonsense',
    ]);
    expect(reading.events.map(({ kind }) => kind)).toEqual(['Good']);
    expect(reading.problems).toHaveLength(4);
    expect(alertmanager.accept(reading, [])).toMatchObject({ status: 400 });
  });

  test.each([[undefined], [{}], ['x'], [null]])(
    'a body of %j is a problem, not a crash',
    (body) => {
      expect(read(body)).toMatchObject({ events: [], problems: [{ code: 'error.field' }] });
    },
  );

  test('all good is 200 with an empty body', () => {
    expect(alertmanager.accept(read([{ labels: { a: 'b' } }]), [])).toEqual({
      status: 200,
      body: null,
    });
  });
});
