import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BreakerState } from '../../main/contract/channel.ts';
import {
  afterAttempt,
  attentionAfter,
  DOWN_AFTER_FAILURES,
  HEALTH_TRANSITIONS,
  HEALTHY,
  passage,
  probeAtOnce,
  probeBegins,
  REJECTIONS_MAX,
  giveUpBefore,
  WAITS_AT_MOST_MS,
  type Health,
} from '../../main/domain/channel-health.ts';
import { interrupted, type Outcome } from '../../main/domain/outcome.ts';
import { RETRY_PRESETS } from '../../main/domain/retry-policy.ts';
import { legacy } from '../support/failures.ts';

const NOW = 1_000_000_000;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

const SENT: Outcome = { kind: 'sent' };
const TRANSIENT: Outcome & { kind: 'transient' } = {
  kind: 'transient',
  class: 'connection',
  reason: legacy('refused'),
};
const PERMANENT: Outcome = { kind: 'permanent', class: 'rejected', reason: legacy('no') };
const CUT_OFF: Outcome = interrupted('crashed');

const failing = (over: Partial<Health>): Health => ({
  state: 'closed',
  failures: 1,
  failingSince: NOW - MINUTE_MS,
  reason: legacy('timeout'),
  receiverText: null,
  probeAt: null,
  rejections: 0,
  workedAt: NOW - 3_600_000,
  ...over,
});

const CLOSED = failing({});
const LAST_STRAW = failing({ failures: DOWN_AFTER_FAILURES - 1 });
const DOWN = failing({ state: 'down', failures: 7, probeAt: NOW + MINUTE_MS });
const PROBING = failing({ state: 'probing', failures: 7 });

const after = (health: Health, outcome: Outcome, probe = false, now = NOW) =>
  afterAttempt(health, { outcome, probe, policy: RETRY_PRESETS.default, now });

describe('the breaker', () => {
  test.each<[string, Health, Outcome, boolean, BreakerState, number]>([
    ['healthy, sent', HEALTHY, SENT, false, 'closed', 0],
    ['healthy, failed', HEALTHY, TRANSIENT, false, 'closed', 1],
    ['healthy, refused for good', HEALTHY, PERMANENT, false, 'closed', 0],
    ['healthy, cut off', HEALTHY, CUT_OFF, false, 'closed', 0],
    ['failing, sent', CLOSED, SENT, false, 'closed', 0],
    ['failing, failed', CLOSED, TRANSIENT, false, 'closed', 2],
    ['failing, refused for good', CLOSED, PERMANENT, false, 'closed', 1],
    ['failing, the last straw', LAST_STRAW, TRANSIENT, false, 'down', 5],
    ['down, a straggler fails', DOWN, TRANSIENT, false, 'down', 8],
    ['down, a straggler succeeds', DOWN, SENT, false, 'closed', 0],
    ['down, a straggler is refused for good', DOWN, PERMANENT, false, 'down', 7],
    ['probing, the probe succeeds', PROBING, SENT, true, 'closed', 0],
    ['probing, the probe fails', PROBING, TRANSIENT, true, 'down', 8],
    ['probing, the probe is refused for good', PROBING, PERMANENT, true, 'down', 7],
    ['probing, the probe is cut off', PROBING, CUT_OFF, true, 'down', 7],
    ['probing, a straggler fails', PROBING, TRANSIENT, false, 'probing', 8],
    ['probing, a straggler succeeds', PROBING, SENT, false, 'closed', 0],
    ['probing, a straggler is cut off', PROBING, CUT_OFF, false, 'probing', 7],
  ])('%s', (_what, health, outcome, probe, state, failures) => {
    expect(after(health, outcome, probe)).toMatchObject({ state, failures });
  });

  test('moves only as its table says, and knows when to probe exactly while it is down', () => {
    const health = fc.constantFrom(HEALTHY, CLOSED, LAST_STRAW, DOWN, PROBING);
    const outcome = fc.constantFrom(SENT, TRANSIENT, PERMANENT, CUT_OFF);
    fc.assert(
      fc.property(health, outcome, fc.boolean(), (before, seen, probe) => {
        const next = after(before, seen, probe);
        if (next.state !== before.state) {
          expect(HEALTH_TRANSITIONS[before.state]).toContain(next.state);
        }
        expect(next.probeAt !== null).toBe(next.state === 'down');
        if (next.state !== 'closed') expect(next.failingSince).not.toBeNull();
      }),
    );
  });

  test('costs no write when a healthy channel takes a message', () => {
    const worked = after(HEALTHY, SENT);
    expect(worked).toEqual({ ...HEALTHY, workedAt: NOW });
    expect(after(worked, SENT, false, NOW + 1)).toBe(worked);
    expect(after(worked, { ...PERMANENT, class: 'authentication' })).toBe(worked);
    expect(after(CLOSED, CUT_OFF)).toBe(CLOSED);
  });

  test('waits as long again as it has been failing, from 10 s to 5 min', () => {
    let now = NOW;
    let health = HEALTHY;
    for (let n = 0; n < DOWN_AFTER_FAILURES; n++) health = after(health, TRANSIENT, false, now);
    const waits: number[] = [];
    for (let probe = 0; probe < 8; probe++) {
      const probeAt = health.probeAt ?? Number.NaN;
      waits.push((probeAt - now) / SECOND_MS);
      now = probeAt;
      health = after(probeBegins(health), TRANSIENT, true, now);
    }
    expect(waits).toEqual([10, 10, 20, 40, 80, 160, 300, 300]);
  });

  test.each([
    ['a policy that is quicker decides itself', { baseMs: 100, capMs: 1_000 }, undefined, 1_000],
    ['a destination may ask for more', {}, 30 * MINUTE_MS, 30 * MINUTE_MS],
    ['but not for more than a day', {}, 100 * 3_600_000, 24 * 3_600_000],
    ['nor for less', {}, 0, MINUTE_MS],
  ])('%s', (_what, over, retryAfterMs, waitMs) => {
    const policy = { ...RETRY_PRESETS.default, ...over };
    const outcome: Outcome =
      retryAfterMs === undefined ? TRANSIENT : { ...TRANSIENT, retryAfterMs };
    const health = afterAttempt(PROBING, { outcome, probe: true, policy, now: NOW });
    expect(health.probeAt).toBe(NOW + waitMs);
  });

  test('is not put off by what else was on its way when it went down', () => {
    expect(after(DOWN, TRANSIENT).probeAt).toBe(DOWN.probeAt);
  });

  test('probes again at once when the probe was cut off, or the channel edited', () => {
    expect(after(PROBING, CUT_OFF, true).probeAt).toBe(NOW);
    expect(probeAtOnce(DOWN, NOW)).toMatchObject({ state: 'down', probeAt: NOW });
    expect(probeAtOnce(CLOSED, NOW)).toBe(CLOSED);
  });
});

describe('a lane', () => {
  const attention = {
    holds: true,
    class: 'gone',
    reason: legacy('gone'),
    receiverText: null,
    since: NOW,
  } as const;
  test.each([
    ['healthy', HEALTHY, null, 'open'],
    ['failing', CLOSED, null, 'open'],
    ['down, before its next probe', DOWN, null, 'tests'],
    ['down, at its next probe', { ...DOWN, probeAt: NOW }, null, 'probe'],
    ['probing', PROBING, null, 'tests'],
    ['healthy, but wants a person', HEALTHY, attention, 'tests'],
    ['down, and wants a person', { ...DOWN, probeAt: NOW }, attention, 'tests'],
  ] as const)('%s lets pass: %#', (_what, health, wants, passes) => {
    expect(passage({ health, attention: wants, throttle: null }, NOW)).toBe(passes);
  });

  const LONG = { ...DOWN, failingSince: NOW - WAITS_AT_MOST_MS };
  const AWAKE = NOW - 3_600_000;
  test.each([
    ['healthy', HEALTHY, false, AWAKE, null],
    ['down for a minute', DOWN, false, AWAKE, null],
    ['down for a minute, with a fallback', DOWN, true, AWAKE, NOW],
    ['down for a day', LONG, false, AWAKE, NOW - WAITS_AT_MOST_MS],
    ['down for a day, asleep until now', LONG, false, NOW - MINUTE_MS, null],
    ['down for a day, about to probe', { ...LONG, probeAt: NOW }, false, AWAKE, null],
    ['probing after a day', { ...LONG, state: 'probing', probeAt: null }, true, AWAKE, null],
  ] as const)('%s gives up: %#', (_what, health, hasFallback, awakeFrom, by) => {
    expect(giveUpBefore({ health, hasFallback }, awakeFrom, NOW)).toBe(by);
  });
});

describe('attention', () => {
  const outcome = (failure: 'authentication' | 'gone' | 'configuration' | 'rejected'): Outcome => ({
    kind: 'permanent',
    class: failure,
    reason: legacy(`fix ${failure}`),
  });

  test.each(['authentication', 'gone', 'configuration'] as const)(
    '%s asks for a person',
    (word) => {
      expect(attentionAfter(null, outcome(word), 0, NOW)).toEqual({
        holds: true,
        class: word,
        reason: legacy(`fix ${word}`),
        receiverText: null,
        since: NOW,
      });
    },
  );

  test('is asked for once, until the reason is another one or a message arrives', () => {
    const first = attentionAfter(null, outcome('authentication'), 0, NOW);
    expect(attentionAfter(first, outcome('authentication'), 0, NOW + 1)).toBe(first);
    for (const seen of [TRANSIENT, CUT_OFF, outcome('rejected')]) {
      expect(attentionAfter(first, seen, REJECTIONS_MAX, NOW + 1)).toBe(first);
    }
    expect(attentionAfter(first, outcome('gone'), 0, NOW + 1)).toMatchObject({ since: NOW + 1 });
    expect(attentionAfter(first, SENT, 0, NOW + 1)).toBeNull();
  });
});
