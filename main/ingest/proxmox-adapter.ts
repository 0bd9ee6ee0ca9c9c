import { z } from 'zod';
import { LIMITS } from '../contract/limits.ts';
import type { Severity } from '../contract/primitives.ts';
import { ok, type Result } from '../contract/result.ts';
import { boundedText } from '../domain/bounded-text.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import {
  REFUSAL_STATUS,
  type IngestAdapter,
  type IngestContext,
  type IngestReading,
  type IngestRequest,
} from './adapter.ts';
import { parsedJson } from './body.ts';
import { boundedLabels } from './labels.ts';
import { inboundMessage } from './message.ts';
import { unreadable } from './problem.ts';
import { boundedMessage } from './text.ts';

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

/** Proxmox VE's severities; what it may add one day is louder than nothing. */
const SEVERITIES: Readonly<Record<string, Severity>> = {
  info: 'info',
  notice: 'info',
  unknown: 'info',
  warning: 'warning',
  error: 'critical',
};

const severityOf = (word: string): Severity =>
  Object.hasOwn(SEVERITIES, word) ? (SEVERITIES[word] as Severity) : 'warning';

/**
 * What is told when it failed and when it went well, and so is a condition, with the kind of its alert:
 * backups of Proxmox VE, and the jobs of Proxmox Backup Server, whose guide calls a verification
 * `verification` and whose program `verify`. The rest is told once, each time: of replications, fencing,
 * certificates, updates and mail of the system no end is reported, so a second failure would only touch
 * the first one's alert and be heard by nobody.
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

/** Null for what is no moment: nothing that a template may send is let into the times of alerts unseen. */
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
  return {
    source,
    host: boundedText(hostname || 'proxmox', LIMITS.identityCharsMax),
    kind,
    // Garbage collection belongs to a datastore. A backup that was started by hand belongs to nothing.
    dedupKey: boundedText(jobId || datastore, LIMITS.identityCharsMax),
    // A job says that it went well as information; that is over what an earlier run of it complained of.
    status: level === 'info' ? 'resolved' : 'firing',
    severity: level,
    message: boundedMessage(`${title.trim()}\n${message}`.trim()),
    labels: boundedLabels(Object.entries(fields ?? {})),
    annotations: {},
    url: null,
    occurredAt: momentOf(timestamp ?? 0),
    endsAt: null,
  };
}

function read(request: IngestRequest, context: IngestContext): Result<IngestReading> {
  const body = parsedJson(request);
  if (!body.ok) return body;
  const parsed = notification.safeParse(body.value);
  if (!parsed.success) return unreadable(parsed.error);
  const { title, message, severity, fields } = parsed.data;
  const type = fields?.['type'] ?? '';
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind !== undefined) {
    return ok({ events: [eventOf(kind, parsed.data, context)], problems: [] });
  }
  const words = {
    topic: fields?.['hostname'],
    title,
    text: message,
    severity: severityOf(severity),
    labels: boundedLabels(Object.entries(fields ?? {})),
  };
  return ok({ events: [], problems: [], messages: [inboundMessage(words, request, context)] });
}

/**
 * The webhook target of Proxmox VE and Proxmox Backup Server with the template in docs/senders.md. A job
 * that went well ends what an earlier run of it complained of.
 */
export const proxmox: IngestAdapter = {
  name: 'proxmox',
  routes: [
    { verb: 'POST', path: '/ingest/proxmox' },
    { verb: 'PUT', path: '/ingest/proxmox' },
  ],
  read,
  accept: () => ({ status: 200, body: { ok: true } }),
  refuse: (reason, message) => ({
    status: REFUSAL_STATUS[reason],
    body: { error: message },
  }),
};
