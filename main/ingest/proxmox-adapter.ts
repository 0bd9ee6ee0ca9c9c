import { z } from 'zod';
import { ok } from '../contract/result.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { plainAnswers, routesAt, type IngestAdapter, type IngestContext } from './adapter.ts';
import { parsedJson, readAs } from './body.ts';
import { conditionEvent, severityIn } from './event.ts';
import { oneMessage } from './message.ts';

/** The body of the template in docs/senders.md, made of Proxmox VE's own template variables. */
const notification = z.object({
  title: z.string(),
  message: z.string(),
  severity: z.string(),
  /** Seconds since 1970. */
  timestamp: z.number().nullish(),
  fields: z.record(z.string(), z.string()).nullish(),
});
type Notification = z.infer<typeof notification>;

/** Reads Proxmox VE's severities; one that it may add some day is louder than nothing. */
const severityOf = severityIn(
  { info: ['info', 'notice', 'unknown'], critical: ['error'] },
  'warning',
);

/**
 * The kinds of alerts of what reports failures and successes, and so is a condition: backups of Proxmox VE,
 * and the jobs of Proxmox Backup Server, whose guide calls a verification `verification` and whose program
 * `verify`. The rest are messages: replications, fencing, certificates, updates and mail of the system report
 * no end, so a second failure would only repeat the first one's alert and notify nobody.
 */
const KINDS: Readonly<Record<string, string>> = {
  // As every failed backup is called.
  vzdump: 'backup_failed',
  gc: 'gc_failed',
  verify: 'verify_failed',
  verification: 'verify_failed',
  sync: 'sync_failed',
  prune: 'prune_failed',
  'tape-backup': 'tape_backup_failed',
};

/** Returns null for what is no moment: nothing that a template may send gets into the times of alerts unchecked. */
function momentOf(timestampSeconds: number): number | null {
  const ms = Math.round(timestampSeconds * 1_000);
  return ms > 0 && Number.isSafeInteger(ms) ? ms : null;
}

function eventOf(
  kind: string,
  { title, message, severity, timestamp, fields }: Notification,
  { source }: IngestContext,
): ConditionEvent {
  const { hostname = '', 'job-id': jobId = '', datastore = '' } = fields ?? {};
  const level = severityOf(severity);
  return conditionEvent({
    source,
    host: hostname || 'proxmox',
    kind,
    // Garbage collection belongs to a datastore. A backup that was started by hand belongs to nothing.
    dedupKey: jobId || datastore,
    // A job reports success as information, which ends what an earlier run of it reported.
    status: level === 'info' ? 'resolved' : 'firing',
    severity: level,
    message: `${title.trim()}\n${message}`.trim(),
    labels: Object.entries(fields ?? {}),
    occurredAt: momentOf(timestamp ?? 0),
  });
}

/**
 * The webhook target of Proxmox VE and Proxmox Backup Server with the template in docs/senders.md. A job
 * that went well ends what an earlier run of it reported.
 */
export const proxmox: IngestAdapter = {
  name: 'proxmox',
  routes: routesAt('/ingest/proxmox', 'POST', 'PUT'),
  read(request, context) {
    const body = readAs(notification, parsedJson(request));
    if (!body.ok) return body;
    const { title, message, severity, fields } = body.value;
    const type = fields?.['type'] ?? '';
    const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
    if (kind !== undefined) {
      return ok({ events: [eventOf(kind, body.value, context)], problems: [] });
    }
    const words = {
      topic: fields?.['hostname'],
      title,
      text: message,
      severity: severityOf(severity),
      labels: fields ?? {},
    };
    return oneMessage(words, request, context);
  },
  ...plainAnswers({ ok: true }, (error) => ({ error })),
};
