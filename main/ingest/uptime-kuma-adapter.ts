import { z } from 'zod';
import { LIMITS } from '../contract/limits.ts';
import type { Severity } from '../contract/primitives.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { boundedText } from '../domain/bounded-text.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { parseJson } from '../domain/json-text.ts';
import {
  REFUSAL_STATUS,
  type IngestAdapter,
  type IngestContext,
  type IngestHead,
  type IngestReading,
  type IngestRequest,
} from './adapter.ts';
import { fieldsOf, firstOf, mediaTypeOf, parsedJson, valueText } from './body.ts';
import { httpLink } from './http-link.ts';
import { boundedLabels } from './labels.ts';
import { inboundMessage } from './message.ts';
import { unreadable } from './problem.ts';
import { boundedMessage } from './text.ts';

const DOWN = 0;
const UP = 1;

/** What Uptime Kuma 1 and 2 send of a heartbeat and its monitor; the rest is of no use here. */
const report = z.object({
  heartbeat: z
    .object({ status: z.int(), time: z.string().nullish(), msg: z.string().nullish() })
    .nullish(),
  monitor: z
    .object({
      id: z.int(),
      name: z.string(),
      pathName: z.string().nullish(),
      hostname: z.string().nullish(),
      url: z.string().nullish(),
      type: z.string().nullish(),
      tags: z.array(z.object({ name: z.string(), value: z.string().nullish() })).nullish(),
    })
    .nullish(),
  msg: z.string(),
});
type Report = z.infer<typeof report>;
type Monitor = NonNullable<Report['monitor']>;

/** A report about a monitor's state. */
interface Beat extends Report {
  readonly heartbeat: NonNullable<Report['heartbeat']>;
  readonly monitor: Monitor;
}

/** `2026-11-25 14:03:07.123`, in UTC, without saying so. */
function momentOf(time: string | null | undefined): number | null {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,3})?)Z?$/.exec(time ?? '');
  const ms = parts ? Date.parse(`${parts[1]}T${parts[2]}Z`) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** Where it runs: the monitor's own host, else that of its URL, else what it is called. */
function hostOf({ hostname, url, name }: Monitor): string {
  const link = httpLink(url);
  const host = hostname || (link === null ? '' : new URL(link).hostname) || name || 'unknown';
  return boundedText(host, LIMITS.identityCharsMax);
}

function labelsOf({ name, pathName, type, tags }: Monitor): Record<string, string> {
  const tagged = new Map<string, string>();
  for (const { name: tag, value } of (tags ?? []).slice(0, LIMITS.labelsMax - 2)) {
    // A monitor may have one tag several times, each with a value of its own.
    const before = tagged.get(tag);
    tagged.set(tag, `${before === undefined ? '' : `${before}, `}${value || 'true'}`);
  }
  return boundedLabels([...tagged, ['monitor', pathName || name], ['type', type ?? '']]);
}

/** It says of certificates and domains that they will expire, and nothing else that is urgent without a heartbeat. */
const severityOf = (msg: string): Severity => (/expire/i.test(msg) ? 'warning' : 'info');

/** Pending and under maintenance are no news: it has not failed yet, or is not expected to work. */
function eventOf(
  { heartbeat, monitor, msg }: Beat,
  { source }: IngestContext,
): ConditionEvent | null {
  if (heartbeat.status !== DOWN && heartbeat.status !== UP) return null;
  return {
    source,
    host: hostOf(monitor),
    kind: 'monitor_down',
    dedupKey: String(monitor.id),
    status: heartbeat.status === DOWN ? 'firing' : 'resolved',
    severity: 'critical',
    message: boundedMessage(msg),
    labels: labelsOf(monitor),
    annotations: {},
    url: httpLink(monitor.url),
    occurredAt: momentOf(heartbeat.time),
    endsAt: null,
  };
}

const FORMS: ReadonlySet<string> = new Set([
  'multipart/form-data',
  'application/x-www-form-urlencoded',
]);

/** With the method GET its parts stand in the query, each as JSON but the message. */
function inQuery({ query }: IngestHead): Result<unknown> {
  const report: Record<string, unknown> = { msg: firstOf(query['msg']) };
  for (const name of ['heartbeat', 'monitor']) {
    const text = firstOf(query[name]);
    if (text === undefined) continue;
    const part = parseJson(text, `${name}:`);
    if (!part.ok) return part;
    report[name] = part.value;
  }
  return ok(report);
}

/** JSON, a form whose field `data` is JSON, or a query. */
async function documentOf(request: IngestRequest): Promise<Result<unknown>> {
  if (request.verb === 'GET') return inQuery(request);
  if (!FORMS.has(mediaTypeOf(request))) return parsedJson(request);
  const form = await fieldsOf(request);
  if (!form.ok) return form;
  const data = valueText(form.value.values['data']);
  if (data === undefined) return fail('invalid_input', 'The form has no field "data".');
  return parseJson(data, 'data:');
}

async function read(
  request: IngestRequest,
  context: IngestContext,
): Promise<Result<IngestReading>> {
  const body = await documentOf(request);
  if (!body.ok) return body;
  const parsed = report.safeParse(body.value);
  if (!parsed.success) return unreadable(parsed.error);
  const { heartbeat, monitor, msg } = parsed.data;
  if (heartbeat && monitor) {
    const event = eventOf({ heartbeat, monitor, msg }, context);
    return ok({ events: event ? [event] : [], problems: [] });
  }
  // A test of its notification, or a certificate that runs out: worth a notification, but no monitor's state.
  const words = { topic: monitor?.name, text: msg || 'Uptime Kuma', severity: severityOf(msg) };
  return ok({ events: [], problems: [], messages: [inboundMessage(words, request, context)] });
}

/**
 * Uptime Kuma's webhook notification, as JSON, as a form or by GET, with its own bodies (no custom
 * template). The condition is the monitor, by its id, since names change.
 */
export const uptimeKuma: IngestAdapter = {
  name: 'uptime-kuma',
  routes: [
    { verb: 'POST', path: '/ingest/uptime-kuma' },
    { verb: 'GET', path: '/ingest/uptime-kuma' },
  ],
  read,
  accept: () => ({ status: 200, body: { ok: true } }),
  refuse: (reason, message) => ({
    status: REFUSAL_STATUS[reason],
    body: { ok: false, msg: message },
  }),
};
