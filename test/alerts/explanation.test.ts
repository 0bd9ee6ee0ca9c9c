import { describe, expect, test } from 'vitest';
import { explain, type ExplainedChannel } from '../../main/alerts/explanation.ts';
import type { AlertEvent, AlertEventType } from '../../main/contract/timeline.ts';
import type { Notification } from '../../main/contract/notification.ts';
import type { EventReason } from '../../main/contract/reasons/event-reasons.ts';
import type { ChannelReason } from '../../main/store/alerts/alert-event-table.ts';
import { momentText, saying, sentenceOf } from '../support/sentences.ts';

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
  detail: `Silence “new disk” by ann until ${momentText(at('13:00:00'))}`,
  reason: {
    code: 'hold.silence',
    params: { comment: 'new disk', author: 'ann', until: at('13:00:00') },
  },
  until: at('13:00:00'),
} as const;

const RAISED: EventReason = { code: 'event.raised', params: { severity: 'warning' } };

const event = (type: AlertEventType, reason: EventReason = RAISED): AlertEvent => ({
  id: 1,
  at: RAISED_AT,
  type,
  actor: 'belfry',
  detail: sentenceOf(reason),
  reason,
});

const QUIET = {
  raisedAt: RAISED_AT,
  isComplete: true,
  flappingNotifications: [],
  steps: [],
  escalationChannels: [],
};

/** Explains one channel, given its notifications, newest first. */
function said(
  notifications: Notification[],
  channel: ExplainedChannel = PHONE,
  timeline = [event('raised')],
  reasons: ChannelReason[] = [],
) {
  const facts = { ...QUIET, timeline, reasons, notifications };
  const [first] = explain({ ...facts, channels: [channel] }, sentenceOf);
  return { verdict: first?.verdict, sentence: first?.sentence };
}

const sent = (over: Partial<Notification> = {}) => row({ status: 'sent', ...over });

describe('a channel that was notified', () => {
  test('of the firing', () => {
    expect(said([sent()])).toEqual({
      verdict: 'notified',
      sentence: `“Firing” sent at ${momentText(at('12:00:03'))}.`,
    });
  });

  test.each([
    ['acknowledged', 'Acknowledged'],
    ['resolved', 'Resolved'],
    ['reminder', 'Reminder'],
    ['escalated', 'Escalated'],
    ['flapping_started', 'Flapping started'],
    ['flapping_stopped', 'Flapping stopped'],
    ['test', 'Test'],
  ] as const)('of %s after it: the newest counts', (what, label) => {
    const newest = sent({ event: what, updatedAt: at('12:30:00') });
    expect(said([newest, sent()]).sentence).toBe(
      `“${label}” sent at ${momentText(at('12:30:00'))}.`,
    );
  });

  test('on a later attempt', () => {
    expect(said([sent({ retryCount: 2 })]).sentence).toBe(
      `“Firing” sent at ${momentText(at('12:00:03'))}, on attempt 3.`,
    );
  });

  test('and has more queued', () => {
    expect(said([row({ event: 'resolved', hold: HELD }), sent()])).toEqual({
      verdict: 'notified',
      sentence: `“Firing” sent at ${momentText(at('12:00:03'))}. “Resolved” is on hold: ${HELD.detail}.`,
    });
  });

  test('and for which something was superseded: that is no new information', () => {
    const old = row({ event: 'reminder', status: 'cancelled', cancelReason: 'superseded' });
    expect(said([old, sent()]).sentence).toBe(`“Firing” sent at ${momentText(at('12:00:03'))}.`);
  });
});

describe('a channel that is not notified yet', () => {
  test.each<[string, Partial<Notification>, string]>([
    ['it is its turn', { status: 'sending' }, 'Sending “Firing” now.'],
    ['nothing stands in the way', {}, '“Firing” is queued.'],
    ['it is muted', { hold: HELD }, `“Firing” is on hold: ${HELD.detail}.`],
    [
      'it failed',
      {
        status: 'failed',
        retryCount: 2,
        reason: saying('HTTP 503.'),
        nextAttemptAt: at('12:05:00'),
      },
      `“Firing” not sent yet: attempt 2 of 5 failed. HTTP 503. Next attempt at ${momentText(at('12:05:00'))}.`,
    ],
    [
      'it failed without words',
      { status: 'failed', retryCount: 1, nextAttemptAt: at('12:05:00') },
      `“Firing” not sent yet: attempt 1 of 5 failed. Next attempt at ${momentText(at('12:05:00'))}.`,
    ],
  ])('since %s', (_why, over, sentence) => {
    expect(said([row(over)])).toEqual({ verdict: 'waiting', sentence });
  });

  test('since it is disabled', () => {
    expect(said([row({ held: true })], { ...PHONE, enabled: false }).sentence).toBe(
      '“Firing” is queued: the channel is disabled.',
    );
  });

  test('since it needs attention, which is not to be disabled', () => {
    const attention = { reason: saying('The token was refused.'), holds: true };
    expect(said([row({ held: true })], { ...PHONE, attention }).sentence).toBe(
      '“Firing” is queued: the channel needs attention. The token was refused.',
    );
  });
});

describe('a channel that was not notified, although something was queued', () => {
  test.each<[string, Partial<Notification>, string]>([
    [
      'it was given up',
      { status: 'dead', retryCount: 5, reason: saying('HTTP 503.') },
      '“Firing” not sent: gave up after attempt 5 of 5. It is a dead letter. HTTP 503.',
    ],
    [
      'somebody discarded it',
      { status: 'cancelled', cancelReason: 'discarded' },
      '“Firing” not sent: it was discarded.',
    ],
    [
      'the channel was deleted',
      { status: 'cancelled', cancelReason: 'channel_deleted' },
      '“Firing” not sent: the channel was deleted.',
    ],
    [
      'it was overtaken',
      { status: 'cancelled', cancelReason: 'superseded' },
      '“Firing” not sent: replaced by a newer update.',
    ],
    [
      'it was overtaken while it was held',
      { status: 'cancelled', cancelReason: 'superseded', hold: HELD },
      `“Firing” not sent: replaced by a newer update while on hold (${HELD.detail}).`,
    ],
  ])('since %s', (_why, over, sentence) => {
    expect(said([row(over)])).toEqual({ verdict: 'not_notified', sentence });
  });

  test('and waits for a newer one: that counts more', () => {
    const old = row({ status: 'cancelled', cancelReason: 'superseded' });
    expect(said([row({ event: 'resolved' }), old])).toEqual({
      verdict: 'waiting',
      sentence: '“Resolved” is queued.',
    });
  });
});

describe('a channel for which nothing was queued', () => {
  test('since it came later', () => {
    expect(said([], { ...PHONE, createdAt: at('12:30:00') })).toEqual({
      verdict: 'not_notified',
      sentence: `The channel was added at ${momentText(at('12:30:00'))}, after the alert fired.`,
    });
  });

  test.each<[AlertEventType, EventReason, string]>([
    [
      'routed',
      { code: 'event.routed', params: { routes: ['critical (Pager)'] } },
      'No matching route includes this channel.',
    ],
    [
      'flapping_started',
      { code: 'event.flapping_started', params: { changes: 5, windowMs: 300_000 } },
      'The alert was flapping, and this channel had not been notified before.',
    ],
  ])('since it was %s', (type, reason, sentence) => {
    expect(said([], PHONE, [event('raised'), event(type, reason)])).toEqual({
      verdict: 'not_notified',
      sentence,
    });
  });

  test('since none was, for a reason of all', () => {
    const reason = { code: 'not_notified.no_route', params: {} } as const;
    const timeline = [event('raised'), event('dropped', reason)];
    expect(said([], PHONE, timeline, [{ at: RAISED_AT, channelIds: null, reason }])).toEqual({
      verdict: 'not_notified',
      sentence: 'No route matches.',
    });
  });

  test('for its own reason, which is no other channel’s', () => {
    const [over, disabled] = ['Not sent: it was over.', 'Not sent: it is disabled.'];
    const pager = { at: RAISED_AT, channelIds: ['pager'], reason: saying(over) };
    const own = { at: RAISED_AT, channelIds: [PHONE.id], reason: saying(disabled) };
    const timeline = [event('raised'), event('dropped', saying('Not sent to Pager: it was over.'))];
    expect(said([], PHONE, timeline, [own, pager]).sentence).toBe(disabled);
    expect(said([], PHONE, timeline, [pager]).sentence).not.toContain('over');
    expect(said([sent()], PHONE, timeline, [pager]).sentence).not.toContain('over');
    expect(said([sent()], PHONE, timeline, [own]).sentence).toContain(disabled);
  });

  test('since it was disabled', () => {
    expect(said([], { ...PHONE, enabled: false }).sentence).toBe(
      'The channel was disabled when the alert fired.',
    );
    expect(said([]).sentence).toBe(
      'The channel was disabled when the alert fired. It has been enabled since.',
    );
  });

  test('for a reason that is gone', () => {
    expect(said([], PHONE, []).sentence).toBe('The reason is no longer stored.');
  });
});

test('every channel is spoken of, and those that are gone by the name they had', () => {
  const mail = { ...PHONE, id: 'mail', name: 'Mail' };
  const gone = sent({ channelId: 'old', channelName: 'Old pager' });
  const facts = { ...QUIET, timeline: [event('raised')], reasons: [] };
  const all = explain(
    { ...facts, notifications: [sent(), gone], channels: [PHONE, mail] },
    sentenceOf,
  );
  expect(all.map(({ channelName, verdict }) => `${channelName} ${verdict}`)).toEqual([
    'Phone notified',
    'Mail not_notified',
    'Old pager notified',
  ]);
});
