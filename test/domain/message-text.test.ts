import { describe, expect, test } from 'vitest';
import type { AlertState } from '../../main/contract/alert.ts';
import type { AlertSnapshot, NotificationEvent } from '../../main/contract/notification.ts';
import {
  bundleText as bundleTextIn,
  messageText as messageTextIn,
  type Situation,
} from '../../main/domain/message-text.ts';
import { messagesFor } from '../../main/messages/messages.ts';

const NOW = Date.UTC(2026, 0, 15, 12, 30);
const messageText = (
  event: NotificationEvent,
  about: AlertSnapshot,
  overtakenBy: Situation | null,
) => messageTextIn(messagesFor('en'), event, about, { overtakenBy, at: NOW });
const bundleText = bundleTextIn.bind(null, messagesFor('en'));

const alert: AlertSnapshot = {
  id: '01890000-0000-7000-8000-000000000000',
  source: 'api',
  host: 'nas',
  kind: 'backup_failed',
  dedupKey: '',
  severity: 'critical',
  state: 'open',
  message: 'no space left',
  labels: {},
  annotations: {},
  url: null,
  startedAt: Date.UTC(2026, 0, 15, 12),
  lastSeenAt: Date.UTC(2026, 0, 15, 12),
  occurrences: 1,
  acknowledgedAt: null,
  closedAt: null,
};

describe('what a person reads', () => {
  test('of a raised alert', () => {
    expect(messageText('raised', alert, null)).toEqual({
      title: 'CRITICAL: backup_failed on nas',
      body: 'no space left',
    });
  });

  test('of a resolved one: when it began and how long it lasted', () => {
    const closed = { ...alert, closedAt: alert.startedAt + 7_500_000 };
    expect(messageText('resolved', closed, null)).toEqual({
      title: 'Resolved: backup_failed on nas',
      body: 'no space left\nStarted 2026-01-15T12:00:00Z, lasted 2 hours, 5 minutes.',
    });
  });

  test('of a reminder: for how long it has been firing', () => {
    expect(messageText('reminder', alert, null)).toEqual({
      title: 'Still CRITICAL: backup_failed on nas',
      body: 'no space left\nStill firing after 30 minutes, not acknowledged. Firing since 2026-01-15T12:00:00Z.',
    });
  });

  test('of one that comes late', () => {
    const late = (state: AlertState) =>
      messageText('raised', alert, { state, severity: 'warning' }).body;
    expect(late('resolved')).toContain(
      'This notification is late. The alert has since been resolved.',
    );
    expect(late('open')).toContain('This notification is late. The alert is now open (WARNING).');
  });

  test('of a message: its own title and words, or what it was sent to', () => {
    const message = { ...alert, kind: 'message', host: 'backups', message: 'went well' };
    const titled = { ...message, labels: { title: 'Nightly\nbackup' } };
    expect(messageText('raised', titled, null)).toEqual({
      title: 'Nightly backup',
      body: 'went well',
    });
    expect(messageText('raised', message, null).title).toBe('backups');
    expect(messageText('acknowledged', titled, null).title).toBe('Acknowledged: Nightly backup');
    const late = messageText('raised', titled, { state: 'resolved', severity: 'info' });
    expect(late.body).toContain('This notification is late. A newer message has replaced it.');
  });
});

describe('a message', () => {
  const message = { ...alert, kind: 'message', host: 'backups' };

  test.each([
    [{ title: 'Done' }, 'backups', 'Done'],
    [{}, 'backups', 'backups'],
    // Neither a control character nor a turn of the direction is anything to read.
    [{ title: '\u0007\u202e' }, 'backups', 'backups'],
    [{ title: '\u202e' }, '\u0000', 'Message'],
  ])('with the labels %j on %j has a title', (labels, host, title) => {
    expect(messageText('raised', { ...message, labels: { ...labels }, host }, null).title).toBe(
      title,
    );
  });
});

describe('one of many', () => {
  const line = (text: string): string =>
    bundleText('digest', [
      { event: 'raised', alert: { ...alert, message: text }, overtakenBy: null },
    ]).body.replace('CRITICAL: backup_failed on nas: ', '');

  test('is cut with a mark, also where only blanks made it long', () => {
    expect(line('a'.repeat(300))).toBe(`${'a'.repeat(199)}…`);
    expect(line(`first${' '.repeat(900)}last`)).toBe('first…');
  });

  test('is never cut within a surrogate pair', () => {
    for (const lead of ['', 'a']) {
      expect(line(`${lead}${'😀'.repeat(300)}`).isWellFormed()).toBe(true);
      expect(line(`${lead}${`😀${' '.repeat(9)}`.repeat(200)}`).isWellFormed()).toBe(true);
    }
  });
});

describe('in German', () => {
  const german = messagesFor('de');

  test('a resolved alert says when it started and how long it lasted', () => {
    const closed = { ...alert, closedAt: alert.startedAt + 7_500_000 };
    expect(messageTextIn(german, 'resolved', closed, { overtakenBy: null, at: NOW })).toEqual({
      title: 'Behoben: backup_failed auf nas',
      body: 'no space left\nBegann 2026-01-15T12:00:00Z, dauerte 2 Stunden, 5 Minuten.',
    });
  });

  test('a bundle counts its members and says which are late', () => {
    const member = { event: 'raised', alert, overtakenBy: null } as const;
    const late = { ...member, overtakenBy: { state: 'resolved', severity: 'critical' } } as const;
    expect(bundleTextIn(german, 'storm', [member, late])).toEqual({
      title: 'Alarmflut: 2 neue Alarme',
      body: [
        'KRITISCH: backup_failed auf nas: no space left',
        'KRITISCH: backup_failed auf nas (inzwischen behoben): no space left',
      ].join('\n'),
    });
  });
});
