import { hash } from 'node:crypto';
import { z } from 'zod';
import { LIMITS } from '../contract/limits.ts';
import type { InputReason } from '../contract/reasons/input-reasons.ts';
import { issue, type IssueReason } from '../contract/reasons/issue-reasons.ts';
import { alertmanagerTime } from '../domain/alertmanager-labels.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { issuesOf } from '../domain/issues.ts';
import { isTooDeep, TOO_DEEP } from '../domain/json-text.ts';
import { fieldIssue, fieldReason } from '../messages/failures.ts';
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
  .refine((set) => Object.keys(set).length > 0, issue('issue.label_pair'));

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
  return hash('sha256', JSON.stringify(sorted)).slice(0, 32);
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

type Item = 'alert' | 'event' | 'item';

/** Returns a reason as that of one item of a list. */
export const itemReason = (item: Item, index: number, because: InputReason): InputReason =>
  because.code === 'error.item'
    ? because
    : { code: 'error.item', params: { item, index, because } };

/** An event, or why there is none. */
export type EventOrReason =
  | { readonly ok: true; readonly value: ConditionEvent }
  | { readonly ok: false; readonly reason: InputReason };

/** Returns what a schema refuses, as the reason that `readItems` takes. */
export const refusedBy = (error: z.ZodError): EventOrReason => ({
  ok: false,
  reason: fieldReason(issuesOf(error)),
});

/** Returns what is wrong with one field. */
export const refusedField = (field: string, because: IssueReason): EventOrReason => ({
  ok: false,
  reason: fieldReason([fieldIssue(field, because)]),
});

/** Reads a list one by one. `item` is what each is called; null for a body that is one report. */
export function readItems(
  items: readonly unknown[],
  item: Item | null,
  read: (item: unknown) => EventOrReason,
): IngestReading {
  if (items.length > LIMITS.eventsPerRequestMax) {
    const params = { max: String(LIMITS.eventsPerRequestMax) };
    const most = fieldIssue(item === 'item' ? 'each' : 'body', { code: 'issue.items_max', params });
    return { events: [], problems: [fieldReason([most])] };
  }
  const events: ConditionEvent[] = [];
  const problems: InputReason[] = [];
  for (const [index, each] of items.entries()) {
    const event = isTooDeep(each) ? { ok: false as const, reason: TOO_DEEP } : read(each);
    if (event.ok) events.push(event.value);
    else if (item === null) problems.push(event.reason);
    else problems.push(itemReason(item, index, event.reason));
  }
  return { events, problems };
}
