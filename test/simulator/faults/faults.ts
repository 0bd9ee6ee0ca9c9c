/** A text of a file in main/, which occurs there once, and what a fault makes of it. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A defect that is put in on purpose, to see whether the simulator finds it. */
export interface Fault {
  readonly name: string;
  readonly edits: readonly Edit[];
}

const fault = (name: string, ...edits: Edit[]): Fault => ({ name, edits });
const edit = (file: string, find: string, replace = ''): Edit => ({ file, find, replace });

/** Each breaks one promise in a way that a plausible change might. */
export const FAULTS: readonly Fault[] = [
  fault(
    'reminders that wait are sent although somebody has acknowledged the alert',
    edit('alerts/engine.ts', 'this.#deps.outbox.endReminders(unit, id, now);'),
  ),
  fault(
    'what waits for an alert is not superseded when it resolves',
    edit('alerts/outbox.ts', 'this.#superseded(unit, holds.supersedeAlert(alert.id, now));'),
  ),
  fault(
    'a claim of several rows sends the first alone',
    edit(
      'queue/worker.ts',
      'for (const send of sends) this.#launch',
      'for (const send of sends.slice(0, 1)) this.#launch',
    ),
  ),
  fault(
    'a recovery is not queued where the firing still waits for its channel',
    edit(
      'alerts/outbox.ts',
      'const known = channelHistories.filter(({ unattempted }) => !unattempted);',
      'const known = channelHistories.filter(({ unattempted, unsettled }) => !unattempted && !unsettled);',
    ),
  ),
  fault(
    'a recovery is not queued where its alert continued another',
    edit(
      'store/notifications/held-rows.ts',
      "AND ${NEVER_ATTEMPTED} AND cancel_reason IS NOT 'continued')`",
      'AND ${NEVER_ATTEMPTED})`',
    ),
  ),
  fault(
    'a silence that begins while a row waits is ignored',
    edit('alerts/admission.ts', 'this.#muted(candidate, now, fresh) ??', ''),
  ),
  fault(
    'rows of a process that died stay claimed',
    edit(
      'queue/worker.ts',
      'const rows = notifications.sending();',
      'const rows = notifications.sending().slice(1);',
    ),
  ),
  fault(
    'a lane is not woken by what is queued for it',
    edit(
      'queue/worker.ts',
      'for (const id of queuedChannels) this.#lookAt(unit, this.#lane(id), 0);',
      'for (const id of queuedChannels) this.#lane(id);',
    ),
  ),
  fault(
    'a pause that was not committed stays in memory',
    edit(
      'queue/pause.ts',
      'this.#pause = before;\n      this.#shiftMs += shiftMs;',
      'this.#shiftMs += shiftMs;',
    ),
  ),
  fault(
    'a critical event opens a second alert of its condition',
    edit(
      'store/migrations/0025-open-alerts.sql',
      'CREATE UNIQUE INDEX alerts_open_condition',
      'CREATE INDEX alerts_open_condition',
    ),
    edit(
      'alerts/engine.ts',
      'return open ? this.#seen(unit, open, event, now) : this.#raise(unit, condition, event, now);',
      "return open && event.severity !== 'critical' ? this.#seen(unit, open, event, now) : this.#raise(unit, condition, event, now);",
    ),
  ),
  fault(
    'a row does not wait for an earlier one of its condition',
    edit(
      'store/notifications/notification-store.ts',
      "AND ((n.bundle_id IS NOT NULL AND n.retry_count > 0) OR ${earlierOf('n')})",
    ),
  ),
  fault(
    'a budget is one attempt too large',
    edit(
      'domain/notification-state.ts',
      'retryCount >= policy.maxAttempts',
      'retryCount > policy.maxAttempts',
    ),
  ),
  fault(
    'an event is answered before its transaction is committed',
    edit(
      'store/writer.ts',
      'value = work(unit);',
      'value = work(unit);\n          resolve(value);',
    ),
  ),
  fault(
    'nobody is told that a condition has stopped flapping',
    edit(
      'alerts/flap-detector.ts',
      'const targets = condition.flappingChannels.map(toUnroutedTarget);',
      'const targets: Target[] = [];',
    ),
  ),
  fault(
    'what waits for a deleted channel goes on waiting',
    edit(
      'queue/channel-service.ts',
      'const cancelled = notifications.cancelChannel(id, now);',
      'const cancelled: string[] = [];',
    ),
  ),
  fault(
    'repeated reports are taken from memory and not written',
    edit(
      'store/alerts/pending-touches.ts',
      'this.db.run(WRITE, [lastSeenAt, lastSeenAt, lastReportedAt, occurrences, endsAt, id]);',
    ),
  ),
  fault(
    'waits do not follow a clock that is set back',
    edit('queue/worker.ts', 'this.#deps.tables.notifications.shiftDue(shiftMs);'),
  ),
  fault(
    'a dead letter whose alert closes is not counted as obsolete',
    edit(
      'store/count-deltas.ts',
      'SET obsolete = obsolete + closed.count',
      'SET obsolete = obsolete',
    ),
  ),
  fault(
    'rows that change their status are not counted',
    edit(
      'store/notifications/move.ts',
      'for (const { channelId, status } of found) db.counts.notification(channelId, status, this.#to);',
    ),
  ),
];
