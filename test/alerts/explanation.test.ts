import { describe, expect, test } from 'vitest';
import { explain, type ExplainedChannel } from '../../main/alerts/explanation.ts';
import type { AlertEvent, AlertEventType } from '../../main/contract/alert.ts';
import type { Notification } from '../../main/contract/notification.ts';
import type { ChannelReason } from '../../main/store/alert-event-table.ts';

const at = (time: string): number => Date.parse(`2026-01-15T${time}Z`);
const RAISED_AT = at('12:00:00');

const PHONE: ExplainedChannel = {
  id: 'phone',
  name: 'Phone',
  enabled: true,
  attention: null,
  createdAt: at('08:00:00'),
};

const row = (over: Partial<Notification>): Notification => ({
  id: 'n',
  alertId: 'a',
  channelId: 'phone',
  channelName: 'Phone',
  event: 'raised',
  status: 'pending',
  retryCount: 0,
  maxAttempts: 5,
  nextAttemptAt: null,
  lastErrorClass: null,
  lastError: null,
  reason: null,
  receiverText: null,
  cancelReason: null,
  held: false,
  hold: null,
  bundleId: null,
  obsolete: false,
  readAt: null,
  fallbackOf: null,
  requeuedBy: null,
  alert: {
    id: 'a',
    source: 'api',
    host: 'nas',
    kind: 'disk',
    dedupKey: '',
    severity: 'warning',
    state: 'open',
    message: '',
    labels: {},
    annotations: {},
    url: null,
    startedAt: RAISED_AT,
    lastSeenAt: RAISED_AT,
    occurrences: 1,
    acknowledgedAt: null,
    closedAt: null,
  },
  createdAt: RAISED_AT,
  updatedAt: at('12:00:03'),
  ...over,
});

const HELD = {
  kind: 'silence',
  detail: 'silence “new disk” of ann until 2026-01-15T13:00:00Z',
  until: at('13:00:00'),
} as const;

const event = (type: AlertEventType, detail = ''): AlertEvent => ({
  id: 1,
  at: RAISED_AT,
  type,
  actor: 'belfry',
  detail,
});

/** What is said of one channel, given what it was owed, newest first. */
function said(
  notifications: Notification[],
  channel: ExplainedChannel = PHONE,
  timeline = [event('raised')],
  reasons: ChannelReason[] = [],
) {
  const [first] = explain({
    raisedAt: RAISED_AT,
    timeline,
    reasons,
    notifications,
    channels: [channel],
    isComplete: true,
  });
  return { verdict: first?.verdict, sentence: first?.sentence };
}

const sent = (over: Partial<Notification> = {}) => row({ status: 'sent', ...over });

describe('a channel that was told', () => {
  test('of the firing', () => {
    expect(said([sent()])).toEqual({
      verdict: 'told',
      sentence: 'Told that it fires at 2026-01-15T12:00:03Z.',
    });
  });

  test.each([
    ['acknowledged', 'that it is acknowledged'],
    ['resolved', 'that it is over'],
    ['reminder', 'that it still fires'],
    ['escalated', 'that it got worse or stayed open'],
    ['flapping_started', 'that it flaps'],
    ['flapping_stopped', 'that it has calmed down'],
    ['test', 'a test'],
  ] as const)('of %s after it: the newest word counts', (what, words) => {
    const newest = sent({ event: what, updatedAt: at('12:30:00') });
    expect(said([newest, sent()]).sentence).toBe(`Told ${words} at 2026-01-15T12:30:00Z.`);
  });

  test('on a later attempt', () => {
    expect(said([sent({ retryCount: 2 })]).sentence).toBe(
      'Told that it fires at 2026-01-15T12:00:03Z, on attempt 3.',
    );
  });

  test('and is owed more', () => {
    expect(said([row({ event: 'resolved', hold: HELD }), sent()])).toEqual({
      verdict: 'told',
      sentence: `Told that it fires at 2026-01-15T12:00:03Z. Not yet told that it is over: held by ${HELD.detail}.`,
    });
  });

  test('and for which something was superseded: that is no news', () => {
    const old = row({ event: 'reminder', status: 'cancelled', cancelReason: 'superseded' });
    expect(said([old, sent()]).sentence).toBe('Told that it fires at 2026-01-15T12:00:03Z.');
  });
});

describe('a channel that is not told yet', () => {
  test.each<[string, Partial<Notification>, string]>([
    ['it is its turn', { status: 'sending' }, 'Being told that it fires at this moment.'],
    ['nothing stands in the way', {}, 'Not yet told that it fires: it waits for its turn.'],
    ['it is muted', { hold: HELD }, `Not yet told that it fires: held by ${HELD.detail}.`],
    [
      'it failed',
      { status: 'failed', retryCount: 2, lastError: 'HTTP 503', nextAttemptAt: at('12:05:00') },
      'Not yet told that it fires: attempt 2 of 5 failed (HTTP 503); the next is at 2026-01-15T12:05:00Z.',
    ],
    [
      'it failed without words',
      { status: 'failed', retryCount: 1, nextAttemptAt: at('12:05:00') },
      'Not yet told that it fires: attempt 1 of 5 failed; the next is at 2026-01-15T12:05:00Z.',
    ],
  ])('since %s', (_why, over, sentence) => {
    expect(said([row(over)])).toEqual({ verdict: 'waiting', sentence });
  });

  test('since it is disabled', () => {
    expect(said([row({ held: true })], { ...PHONE, enabled: false }).sentence).toBe(
      'Not yet told that it fires: the channel is disabled, so it waits.',
    );
  });

  test('since it needs attention, which is not to be disabled', () => {
    const attention = { message: 'The token was refused.', holds: true };
    expect(said([row({ held: true })], { ...PHONE, attention }).sentence).toBe(
      'Not yet told that it fires: the channel needs attention, so it waits. The token was refused.',
    );
  });
});

describe('a channel that was not told, although it was owed', () => {
  test.each<[string, Partial<Notification>, string]>([
    [
      'it was given up',
      { status: 'dead', retryCount: 5, lastError: 'HTTP 503' },
      'Not told that it fires: given up after attempt 5 of 5 (HTTP 503); it is among the dead letters.',
    ],
    [
      'somebody discarded it',
      { status: 'cancelled', cancelReason: 'discarded' },
      'Not told that it fires: somebody discarded it.',
    ],
    [
      'the channel was deleted',
      { status: 'cancelled', cancelReason: 'channel_deleted' },
      'Not told that it fires: the channel was deleted.',
    ],
    [
      'it was overtaken',
      { status: 'cancelled', cancelReason: 'superseded' },
      'Not told that it fires: something newer came before it could be sent.',
    ],
    [
      'it was overtaken while it was held',
      { status: 'cancelled', cancelReason: 'superseded', hold: HELD },
      `Not told that it fires: something newer came while it was held by ${HELD.detail}.`,
    ],
  ])('since %s', (_why, over, sentence) => {
    expect(said([row(over)])).toEqual({ verdict: 'not_told', sentence });
  });

  test('and waits for the next word: that counts more', () => {
    const old = row({ status: 'cancelled', cancelReason: 'superseded' });
    expect(said([row({ event: 'resolved' }), old])).toEqual({
      verdict: 'waiting',
      sentence: 'Not yet told that it is over: it waits for its turn.',
    });
  });
});

describe('a channel that was owed nothing', () => {
  test('since it came later', () => {
    expect(said([], { ...PHONE, createdAt: at('12:30:00') })).toEqual({
      verdict: 'not_told',
      sentence: 'Not told: the channel was added at 2026-01-15T12:30:00Z, after the alert began.',
    });
  });

  test.each<[AlertEventType, string, string]>([
    [
      'routed',
      'By route “critical” to Pager.',
      'Not told: no route that matched leads to this channel.',
    ],
    [
      'flapping_started',
      'Changed 5 times.',
      'Not told: the condition flapped, and this channel knew nothing of it.',
    ],
    ['dropped', 'Told to nobody: no route matches.', 'Not told: no route matches.'],
  ])('since it was %s', (type, detail, sentence) => {
    expect(said([], PHONE, [event('raised'), event(type, detail)])).toEqual({
      verdict: 'not_told',
      sentence,
    });
  });

  test('for its own reason, which is no other channel’s', () => {
    const pager = { at: RAISED_AT, channelIds: ['pager'], sentence: 'Not told: it was over.' };
    const own = { at: RAISED_AT, channelIds: [PHONE.id], sentence: 'Not told: it is disabled.' };
    const timeline = [event('raised'), event('dropped', 'Not told to Pager: it was over.')];
    expect(said([], PHONE, timeline, [own, pager]).sentence).toBe(own.sentence);
    expect(said([], PHONE, timeline, [pager]).sentence).not.toContain('over');
    expect(said([sent()], PHONE, timeline, [pager]).sentence).not.toContain('over');
    expect(said([sent()], PHONE, timeline, [own]).sentence).toContain(own.sentence);
  });

  test('since it was disabled', () => {
    expect(said([], { ...PHONE, enabled: false }).sentence).toBe(
      'Not told: the channel was disabled when the alert was raised.',
    );
    expect(said([]).sentence).toBe(
      'Not told: the channel was disabled when the alert was raised; it is enabled by now.',
    );
  });

  test('for a reason that is gone', () => {
    expect(said([], PHONE, []).sentence).toBe(
      'Not told, and what led to that is no longer stored.',
    );
  });
});

test('every channel is spoken of, and those that are gone by the name they had', () => {
  const mail = { ...PHONE, id: 'mail', name: 'Mail' };
  const gone = sent({ channelId: 'old', channelName: 'Old pager' });
  const all = explain({
    raisedAt: RAISED_AT,
    isComplete: true,
    timeline: [event('raised')],
    reasons: [],
    notifications: [sent(), gone],
    channels: [PHONE, mail],
  });
  expect(all.map(({ channelName, verdict }) => `${channelName} ${verdict}`)).toEqual([
    'Phone told',
    'Mail not_told',
    'Old pager told',
  ]);
});
