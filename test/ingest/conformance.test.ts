/** @module-tag slow */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../main/contract/limits.ts';
import type { ConditionEvent } from '../../main/domain/condition-event.ts';
import type { InboundMessage } from '../../main/domain/inbound-message.ts';
import type { Answer } from '../transport/http/fixture.ts';
import { INGEST_CASES } from './cases.ts';
import type { FuzzedRequest, IngestCase } from './ingest-case.ts';
import { IngestLab } from './ingest-lab.ts';

/** `npm run fuzz` asks for more. */
const RUNS = Number(process.env['BELFRY_FUZZ_RUNS'] ?? 500);
/** No single request may take longer, whatever is in it. */
const ANSWER_WITHIN_MS = 10_000;

let lab: IngestLab;
let token: string;
let readToken: string;
beforeAll(async () => {
  lab = await IngestLab.start();
  token = await lab.newToken('ingest');
  readToken = await lab.newToken('read');
});
afterAll(() => lab[Symbol.asyncDispose]());

test('every wire format has its case, and every route of it a recorded body', () => {
  const names = INGEST_CASES.map(({ adapter }) => adapter.name);
  expect(names.toSorted()).toEqual(lab.adapters.map(({ name }) => name).toSorted());
  for (const { adapter, recorded, broken, refusing } of INGEST_CASES) {
    for (const { verb, path } of adapter.routes) {
      const bodies = refusing?.includes(path) ? broken : recorded;
      const shown = bodies.some(
        ({ request: { verb: asked = 'POST', url } }) => asked === verb && leadsTo(path, url),
      );
      expect(shown, `${adapter.name}: ${verb} ${path} has a recorded body`).toBe(true);
    }
  }
});

/** Returns true if an address matches a route's pattern, whose parts are `:named` or `:named(expression)`. */
function leadsTo(pattern: string, url: string): boolean {
  const source = pattern.replace(/:\w+(\([^)]*\))?/g, '[^/?]+');
  return new RegExp(`^${source}(\\?|$)`).test(url);
}

const expectAnswer = (answer: Answer, wanted: { status: number; body?: unknown }): void => {
  expect(answer.status, answer.text).toBe(wanted.status);
  if (wanted.body instanceof RegExp) expect(answer.text).toMatch(wanted.body);
  else if (typeof wanted.body === 'string') expect(answer.text).toBe(wanted.body);
  else if (wanted.body !== undefined) expect(answer.json).toMatchObject(wanted.body as object);
};

const withinLimits = (event: ConditionEvent): void => {
  const { identityCharsMax, messageCharsMax, labelNameCharsMax, labelsMax, urlCharsMax } = LIMITS;
  for (const part of [event.source, event.host, event.kind, event.dedupKey]) {
    expect(part.length).toBeLessThanOrEqual(identityCharsMax);
  }
  expect(event.source).not.toBe('');
  expect(event.host).not.toBe('');
  expect(event.kind).not.toBe('');
  expect(event.message.length).toBeLessThanOrEqual(messageCharsMax);
  if (event.url !== null) {
    expect(event.url).toMatch(/^https?:\/\//);
    expect(event.url.length).toBeLessThanOrEqual(urlCharsMax);
  }
  for (const set of [event.labels, event.annotations]) {
    const pairs = Object.entries(set);
    expect(pairs.length).toBeLessThanOrEqual(labelsMax);
    for (const [name, value] of pairs) {
      expect(name.length).toBeLessThanOrEqual(labelNameCharsMax);
      expect(typeof value).toBe('string');
      expect(value.length).toBeLessThanOrEqual(messageCharsMax);
    }
  }
  for (const moment of [event.occurredAt, event.endsAt]) {
    if (moment !== null) expect(Number.isSafeInteger(moment)).toBe(true);
  }
};

const withinMessageLimits = (message: InboundMessage): void => {
  const { topic, text, labels, title, idempotencyKey, sequenceId, notBefore, ...rest } = message;
  expect(`${title}${idempotencyKey ?? ''}`.length).toBeLessThanOrEqual(LIMITS.messageCharsMax);
  withinLimits({
    ...rest,
    host: topic,
    kind: 'message',
    dedupKey: sequenceId ?? '',
    status: 'firing',
    message: text,
    labels: { ...labels, topic, title },
    occurredAt: notBefore,
    endsAt: null,
  });
};

test('a late firing report of an episode that has ended counts as no lost alert, any other does', async () => {
  const report = (times: object) => ({
    url: '/api/v2/alerts',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels: { alertname: 'EndedUnheard' }, ...times }]),
  });
  const [at, before, after] = [
    '2026-01-15T11:00:00Z',
    '2026-01-15T10:59:00Z',
    '2026-01-15T11:01:00Z',
  ];
  await lab.send(report({ startsAt: at, endsAt: at }), token);
  await lab.send(report({ startsAt: before }), token);
  expect([lab.received.length, lab.missing()]).toEqual([1, []]);
  lab.received = [{ ...lab.received[0]!, occurredAt: Date.parse(after) }];
  expect(lab.missing()).toHaveLength(1);
});

/** Whatever was sent: an answer that a sender can live with, within bounds, and the truth about what is stored. */
async function holds(request: FuzzedRequest): Promise<void> {
  const answer = await lab.send(request, token);
  expect(answer.status, answer.text).toBeLessThan(500);
  expect(lab.received.length).toBeLessThanOrEqual(LIMITS.eventsPerRequestMax);
  lab.received.forEach(withinLimits);
  lab.messages.forEach(withinMessageLimits);
  expect(lab.missing()).toEqual([]);
  expect(lab.missingMessages()).toEqual([]);
  if (answer.status < 300 && request.holds !== undefined) {
    expect(lab.received.length + lab.messages.length).toBe(request.holds);
  }
}

describe.each(INGEST_CASES.map((each) => [each.adapter.name, each] as const))(
  '%s',
  (_name, { adapter, recorded, broken, fuzzed }: IngestCase) => {
    const [first] = recorded;
    if (!first) throw new Error(`${adapter.name} has no recorded body`);

    test.each(recorded.map((each) => [each.name, each] as const))(
      'understands %s',
      async (_title, { at, request, events, messages = [], answer: wanted }) => {
        if (at !== undefined) lab.setTime(at);
        const answer = await lab.send(request, token);
        if (wanted) expectAnswer(answer, wanted);
        else expect(Math.floor(answer.status / 100), answer.text).toBe(2);
        expect(lab.received).toMatchObject(events);
        expect(lab.received).toHaveLength(events.length);
        lab.received.forEach(withinLimits);
        expect(lab.messages).toMatchObject(messages);
        expect(lab.messages).toHaveLength(messages.length);
        lab.messages.forEach(withinMessageLimits);
        expect(lab.missing()).toEqual([]);
        expect(lab.missingMessages()).toEqual([]);
      },
    );

    test.each(broken.map((each) => [each.name, each] as const))(
      'answers as the service does: %s',
      async (_title, { request, answer: wanted }) => {
        expectAnswer(await lab.send(request, token), wanted);
      },
    );

    test('refuses strangers, other scopes and what it cannot store in its own words', async () => {
      const shape = ({ status, text, headers }: Answer) => {
        const refused = adapter.refuse('unavailable', '');
        const type = refused.contentType ?? 'application/json';
        expect(text).not.toBe('');
        expect(headers['content-type']).toContain(type.split(';')[0]);
        return status;
      };
      const unknown = { ...first.request, url: first.request.url };
      expect(shape(await lab.send(unknown, null))).toBe(
        adapter.refuse('unauthenticated', '').status,
      );
      expect(shape(await lab.send(unknown, readToken))).toBe(
        adapter.refuse('forbidden', '').status,
      );
      lab.storeFails = true;
      try {
        const answer = await lab.send(first.request, token);
        expect(shape(answer)).toBeGreaterThanOrEqual(500);
        expect(answer.headers['retry-after']).toBe('1');
      } finally {
        lab.storeFails = false;
      }
    });

    test('a body beyond the limit is the sender’s fault', async () => {
      const body = 'x'.repeat(LIMITS.bodyBytesMax + 1);
      const { verb = 'POST' } = first.request;
      if (verb === 'GET' || verb === 'HEAD') return;
      const { status, text } = await lab.send({ ...first.request, body }, token);
      expect(Math.floor(status / 100), text).toBe(4);
    });

    test(`${RUNS} requests of any kind: no 5xx, no hang, and what was accepted is stored`, async () => {
      await fc.assert(fc.asyncProperty(fuzzed, holds), {
        numRuns: RUNS,
        timeout: ANSWER_WITHIN_MS,
      });
    });
  },
);
