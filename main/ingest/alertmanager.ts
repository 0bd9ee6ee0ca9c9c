import { createHash } from 'node:crypto';
import { z } from 'zod';
import { LIMITS } from '../contract/limits.ts';
import type { Severity } from '../contract/primitives.ts';
import { ok } from '../contract/result.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { jsonOf } from './body.ts';
import type { IngestAdapter, IngestContext, IngestReading } from './adapter.ts';
import { httpLink } from './http-link.ts';
import { boundedMessage } from './text.ts';

/** Any text: Prometheus 3 allows UTF-8 names, and refusing an alert over its label's name would lose it. */
const labelName = z.string().min(1).max(LIMITS.labelNameCharsMax);

const pairs = (what: string, value: z.ZodType<string, string>) =>
  z.record(labelName, value).refine((set) => Object.keys(set).length <= LIMITS.labelsMax, {
    error: `more than ${LIMITS.labelsMax} ${what}`,
  });

const time = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 time' });

/** Unknown fields pass, as the real Alertmanager lets them; it adds some with every release. */
const postableAlert = z.object({
  labels: pairs('labels', z.string().max(LIMITS.labelValueCharsMax)),
  // No part of the identity, so a long one is cut instead of losing its alert.
  annotations: pairs('annotations', z.string().transform(boundedMessage)).nullish(),
  startsAt: time.nullish(),
  endsAt: time.nullish(),
  generatorURL: z.string().nullish(),
});
type PostableAlert = z.infer<typeof postableAlert>;

/** Go's zero time stands for "not given", whatever its fraction or offset; amtool sends it. */
function momentOf(value: string | null | undefined): number | null {
  if (value === null || value === undefined || value.startsWith('0001-01-01T00:00:00')) return null;
  return Date.parse(value);
}

const SEVERITIES: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  emergency: 'critical',
  fatal: 'critical',
  page: 'critical',
  high: 'critical',
  error: 'critical',
  info: 'info',
  information: 'info',
  informational: 'info',
  none: 'info',
  low: 'info',
};

/** An unknown word is a warning: louder than nothing, quieter than a page at night. */
const severityOf = (labels: Record<string, string>): Severity => {
  const word = labels['severity']?.toLowerCase() ?? '';
  return Object.hasOwn(SEVERITIES, word) ? (SEVERITIES[word] as Severity) : 'warning';
};

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

function toEvent(alert: PostableAlert, context: IngestContext): ConditionEvent | string {
  const filled = Object.entries(alert.labels).filter(([, value]) => value !== '');
  if (filled.length === 0) return 'at least one label pair required';
  const labels = Object.fromEntries(filled);
  const annotations = alert.annotations ?? {};
  const endsAt = momentOf(alert.endsAt);
  const startsAt = momentOf(alert.startsAt) ?? endsAt ?? context.now;
  if (endsAt !== null && endsAt < startsAt) return 'start time must be before end time';
  const firing = endsAt === null || endsAt > context.now;
  const kind = labels['alertname'] ?? 'alert';
  return {
    source: context.source,
    host: hostOf(labels),
    kind,
    dedupKey: labelSetKey(labels),
    status: firing ? 'firing' : 'resolved',
    severity: severityOf(labels),
    message: boundedMessage(
      annotations['summary'] ?? annotations['description'] ?? annotations['message'] ?? kind,
    ),
    labels,
    annotations,
    url: httpLink(alert.generatorURL),
    occurredAt: firing ? startsAt : endsAt,
    endsAt: firing ? (endsAt ?? context.now + context.resolveTimeoutMs) : null,
  };
}

/** Prometheus sends at most 256 at once by default; more than this in one body is not a sender we know. */
const ALERTS_PER_REQUEST_MAX = LIMITS.eventsPerRequestMax;

function readAlerts(body: unknown, context: IngestContext): IngestReading {
  if (!Array.isArray(body))
    return { events: [], problems: ['the body must be an array of alerts'] };
  if (body.length > ALERTS_PER_REQUEST_MAX) {
    return { events: [], problems: [`more than ${ALERTS_PER_REQUEST_MAX} alerts in one request`] };
  }
  const events: ConditionEvent[] = [];
  const problems: string[] = [];
  for (const [index, item] of body.entries()) {
    const parsed = postableAlert.safeParse(item);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      problems.push(`alert ${index}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
      continue;
    }
    const event = toEvent(parsed.data, context);
    if (typeof event === 'string') problems.push(`alert ${index}: ${event}`);
    else events.push(event);
  }
  return { events, problems };
}

/**
 * Alertmanager API v2, `POST /api/v2/alerts`, as Prometheus and amtool send it: identity is the label
 * set, an end in the future means firing, and valid alerts are stored beside invalid ones, for which
 * the answer is 400.
 */
export const alertmanager: IngestAdapter = {
  name: 'alertmanager',
  routes: [{ verb: 'POST', path: '/api/v2/alerts' }],
  read(request, context) {
    const body = jsonOf(request);
    return body.ok ? ok(readAlerts(body.value, context)) : body;
  },
  accept: ({ problems }) =>
    problems.length === 0
      ? { status: 200, body: null }
      : { status: 400, body: problems.slice(0, 20).join('; ') },
  refuse: (reason, message) => ({
    status: { unauthenticated: 401, forbidden: 403, unavailable: 503, invalid: 400 }[reason],
    body: message,
  }),
};
