import { describe, expect, expectTypeOf, it } from 'vitest';
import { reason, reasons, type Reason } from '../../main/contract/reason.ts';
import type { MessageArguments } from '../../main/messages/arguments.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { renderReason, type ReasonArguments } from '../../main/messages/reasons.ts';
import { readCatalogue } from '../../resources/messages.ts';

type ReasonMessages = {
  [Key in Extract<keyof MessageArguments, `reason.${string}`>]: MessageArguments[Key];
};

const plain = (text: string): string => text.replace(/\s/g, ' ');

describe('the messages of reasons', () => {
  it('need no argument that their code does not have', () => {
    expectTypeOf<ReasonArguments>().toExtend<ReasonMessages>();
  });

  it('are one for each code, and none besides', () => {
    const keys = Object.keys(readCatalogue('en')).filter((key) => key.startsWith('reason.'));
    const codes = Object.keys(reasons).filter((code) => code !== 'legacy');
    expect(keys).toEqual(codes.map((code) => `reason.${code}`).sort());
  });
});

describe('renderReason', () => {
  const until = new Date(2026, 10, 21, 7, 5).getTime();

  it.each<[Reason, string, string]>([
    [
      { code: 'hold.silence', params: { comment: 'Disk swap', author: 'ada', until } },
      'Silence “Disk swap” by ada until Nov 21, 2026, 7:05:00 AM',
      'Stummschaltung „Disk swap“ von ada bis 21.11.2026, 07:05:00',
    ],
    [
      { code: 'heartbeat.paused', params: { actor: 'window' } },
      'Paused by window.',
      'Pausiert vom Fenster.',
    ],
    [
      { code: 'heartbeat.paused', params: { actor: 'token:cron' } },
      'Paused by token cron.',
      'Pausiert vom Token cron.',
    ],
    [
      { code: 'hold.storm', params: { threshold: 1_000, windowMs: 90_000, until } },
      'Alert storm: more than 1,000 new alerts within 1 minute, 30 seconds; summary at Nov 21, 2026, 7:05:00 AM',
      'Alarmflut: mehr als 1.000 neue Alarme in 1 Minute, 30 Sekunden; Zusammenfassung: 21.11.2026, 07:05:00',
    ],
    [
      {
        code: 'heartbeat.grace_renewed',
        params: { absence: { code: 'absence.clock_back', params: { jumpMs: 3_600_000 } }, until },
      },
      'The clock was set back by 1 hour. Waiting until Nov 21, 2026, 7:05:00 AM.',
      'Die Uhr wurde um 1 Stunde zurückgestellt. Neue Frist: 21.11.2026, 07:05:00.',
    ],
    [
      {
        code: 'audit.recovery',
        params: {
          recovery: {
            at: until,
            cause: 'commits_lost',
            backup: null,
            missingFrom: until,
            missingTo: null,
            commits: 3,
            alerts: null,
            owed: null,
            aside: null,
          },
        },
      },
      'Part of the database is gone: its write-ahead log (belfry.db-wal) was removed or is damaged. Missing: everything stored after Nov 21, 2026, 7:05:00 AM. That is 3 writes.',
      'Ein Teil der Datenbank fehlt: Ihr Write-Ahead-Log (belfry.db-wal) wurde entfernt oder ist beschädigt. Es fehlt alles, was nach 21.11.2026, 07:05:00 gespeichert wurde. Das sind 3 Schreibvorgänge.',
    ],
    [
      {
        code: 'audit.settings',
        params: {
          settings: ['flappingCooldownMinutes', 'backup.keep', 'quietHours', 'language', 'unknown'],
        },
      },
      'Flapping: Settle time, Backup schedule: Backups to keep, Quiet hours, Language, and unknown',
      'Flattern: Beruhigungszeit, Sicherungsplan: Höchstzahl der Sicherungen, Ruhezeiten, Sprache und unknown',
    ],
    [
      { code: 'audit.token_created', params: { name: 'pve', scope: 'ingest' } },
      'Token “pve” created with permission “Send events”',
      'Token „pve“ mit der Berechtigung „Ereignisse senden“ angelegt',
    ],
    [
      {
        code: 'error.channel_needed',
        params: {
          ...{ channel: 'Pager', quotedRoutes: ['a', 'b'], routeCount: 2 },
          ...{ quotedFallbacks: ['Phone'], fallbackCount: 1, otherCount: 3 },
          ...{ quotedWindows: ['Upgrade'], windowCount: 1 },
        },
      },
      'Pager is used by routes “a” and “b” and as the fallback of “Phone” and for announcements of the maintenance window “Upgrade”. Remove it there first, or delete it with detach=true.',
      'Pager wird noch verwendet: Routen „a“ und „b“; als Ersatzkanal von „Phone“; für Ankündigungen des Wartungsfensters „Upgrade“. Entferne den Kanal dort zuerst oder lösche ihn mit detach=true.',
    ],
    [
      {
        code: 'error.channel_needed',
        params: {
          ...{ channel: 'Pager', quotedRoutes: [], routeCount: 0 },
          ...{ quotedFallbacks: ['Phone'], fallbackCount: 1, otherCount: 1 },
          ...{ quotedWindows: [], windowCount: 0 },
        },
      },
      'Pager is used as the fallback of “Phone”. Remove it there first, or delete it with detach=true.',
      'Pager wird noch verwendet: als Ersatzkanal von „Phone“. Entferne den Kanal dort zuerst oder lösche ihn mit detach=true.',
    ],
    [
      {
        code: 'not_notified.dead_unexplained',
        params: { event: 'raised', attempt: 0, maxAttempts: 5 },
      },
      '“Firing” not sent: it is a dead letter.',
      '„Ausgelöst“ nicht gesendet: Die Benachrichtigung ist unzustellbar.',
    ],
    [
      { code: 'legacy', params: { text: 'quiet hours {now} <b>until</b> noon' } },
      'quiet hours {now} <b>until</b> noon',
      'quiet hours {now} <b>until</b> noon',
    ],
  ])('writes %j', (given, english, german) => {
    expect(reason.parse(given)).toEqual(given);
    expect(plain(renderReason(messagesFor('en'), given))).toBe(english);
    expect(plain(renderReason(messagesFor('de'), given))).toBe(german);
  });

  it('leaves out the date of a moment today', () => {
    const given: Reason = { code: 'hold.snooze', params: { until } };
    expect(plain(renderReason(messagesFor('en'), given, until - 60_000))).toBe(
      'Snoozed until 7:05 AM',
    );
  });

  it('writes the moments in a sentence from before in the reader’s time', () => {
    const text = `a snooze until ${new Date(until).toISOString().slice(0, 19)}Z, not 2026-02-32T00:00:00Z`;
    const sentence = renderReason(messagesFor('de'), { code: 'legacy', params: { text } });
    expect(sentence).toBe('a snooze until 21.11.2026, 07:05:00, not 2026-02-32T00:00:00Z');
  });
});
