import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isIssueCode } from '../contract/reasons/issue-reasons.ts';
import { reasonOf } from '../domain/issues.ts';
import { inEnglish } from '../messages/failures.ts';
import { LIMITS } from '../contract/limits.ts';
import { alertmanagerTime } from '../domain/alertmanager-labels.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { isTooDeep, TOO_DEEP } from '../domain/json-text.ts';
import type { IngestReading } from './adapter.ts';
import {
  boundedAnnotations,
  boundedLabels,
  boundedMessage,
  boundedName,
  severityIn,
} from './event.ts';

/** Shared by all formats of the Prometheus world, in which an alert is a set of labels. */

/** Go, and so Alertmanager, reads null as the empty text. */
const orEmpty = (text: string | null): string => text ?? '';

/** Names are any text: Prometheus 3 allows UTF-8, and refusing an alert over its label's name would lose it. */
const alertLabels = z
  .record(z.string().min(1), z.string().nullable().transform(orEmpty))
  .transform((set) => Object.fromEntries(Object.entries(set).filter(([, value]) => value !== '')))
  .refine((set) => Object.keys(set).length > 0, { error: 'at least one label pair required' });

const alertAnnotations = z
  .record(z.string(), z.string().nullable().transform(orEmpty))
  .transform(boundedAnnotations);

/** An alert as Prometheus and its relatives send it. Unknown fields pass, as the real Alertmanager lets them. */
export const labelledAlertInput = z.object({
  labels: alertLabels,
  annotations: alertAnnotations.nullish(),
  startsAt: alertmanagerTime.nullish(),
  endsAt: alertmanagerTime.nullish(),
  generatorURL: z.string().nullish(),
});

/** Reads a severity; an unknown word is a warning: louder than nothing, quieter than a page at night. */
const severityOf = severityIn(
  {
    critical: ['critical', 'emergency', 'fatal', 'page', 'high', 'error'],
    info: ['info', 'information', 'informational', 'none', 'low'],
  },
  'warning',
);

/** `nas:9100` and `[fd00::1]:9100` lose their port; the rest stays as it is. */
const withoutPort = (instance: string): string =>
  /^\[(.+)\](?::\d+)?$/.exec(instance)?.[1] ?? instance.replace(/^([^:]+):\d+$/, '$1');

const hostOf = (labels: Record<string, string>): string => {
  const named = labels['host'] ?? labels['hostname'] ?? labels['nodename'] ?? labels['node'];
  if (named !== undefined) return named;
  const instance = labels['instance'];
  return instance === undefined ? 'unknown' : withoutPort(instance);
};

/** Identity is the label set alone, so its digest is the dedup key: 128 bits, which nobody can make collide. */
const labelSetKey = (labels: Record<string, string>): string => {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 32);
};

/** Returns everything about an alert that its labels (those of `alertLabels`) and annotations say. */
export function labelledAlert(
  labels: Record<string, string>,
  annotations: Record<string, string>,
): Omit<ConditionEvent, 'source' | 'status' | 'url' | 'occurredAt' | 'endsAt'> {
  const kind = labels['alertname'] ?? 'alert';
  return {
    // The whole labels are in the key, so nothing is lost of the identity when these are cut.
    host: boundedName(hostOf(labels)),
    kind: boundedName(kind),
    dedupKey: labelSetKey(labels),
    severity: severityOf(labels['severity']),
    message: boundedMessage(
      // A template may well come to nothing.
      annotations['summary'] || annotations['description'] || annotations['message'] || kind,
    ),
    // Alertmanager has no limits to them, so what is too long is cut, and the key is of all of it.
    labels: boundedLabels(Object.entries(labels)),
    annotations,
  };
}

/** An answer names no more problems than this. */
export const PROBLEMS_SHOWN_MAX = 20;

/** Says where and why an alert could not be read. */
export const issueText = ({ issues: [issue] }: z.ZodError): string =>
  [issue?.path.join('.'), issue && textOf(issue)].filter(Boolean).join(' ');

/** Returns what is wrong, in the words of the schema where it has its own. */
const textOf = (issue: z.core.$ZodIssue): string =>
  isIssueCode(issue.message) ? inEnglish(reasonOf(issue)) : issue.message;

/** Reads a list of alerts one by one; a text instead of an event is what is wrong with that one. */
export function readItems(
  items: readonly unknown[],
  read: (item: unknown) => ConditionEvent | string,
): IngestReading {
  if (items.length > LIMITS.eventsPerRequestMax) {
    const most = `more than ${LIMITS.eventsPerRequestMax} alerts in one request`;
    return { events: [], problems: [most] };
  }
  const events: ConditionEvent[] = [];
  const problems: string[] = [];
  for (const [index, item] of items.entries()) {
    const event = isTooDeep(item) ? TOO_DEEP : read(item);
    if (typeof event === 'string') problems.push(`alert ${index}: ${event}`);
    else events.push(event);
  }
  return { events, problems };
}
