import { z } from 'zod';
import { LIMITS } from '../contract/limits.ts';
import type { Severity } from '../contract/primitives.ts';
import { ok, type Result } from '../contract/result.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { parseJson } from '../domain/json-text.ts';
import { refuseField } from '../messages/failures.ts';
import {
  plainAnswers,
  routesAt,
  type IngestAdapter,
  type IngestContext,
  type IngestHead,
  type IngestRequest,
} from './adapter.ts';
import { fieldsOf, firstOf, mediaTypeOf, parsedJson, readAs, valueText } from './body.ts';
import { conditionEvent, httpLink } from './event.ts';
import { oneMessage } from './message.ts';

const DOWN = 0;
const UP = 1;

/** The part of a heartbeat and its monitor that is used, as Uptime Kuma 1 and 2 send it. */
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

/** `2026-11-25 14:03:07.123`, in UTC, without saying so. */
function momentOf(time: string | null | undefined): number | null {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,3})?)Z?$/.exec(time ?? '');
  const ms = parts ? Date.parse(`${parts[1]}T${parts[2]}Z`) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** Returns the monitor's own host, else that of its URL, else its name. */
function hostOf({ hostname, url, name }: Monitor): string {
  const link = httpLink(url);
  return hostname || (link === null ? '' : new URL(link).hostname) || name || 'unknown';
}

function labelsOf({ name, pathName, type, tags }: Monitor): (readonly [string, string])[] {
  const tagged = new Map<string, string>();
  for (const { name: tag, value } of (tags ?? []).slice(0, LIMITS.labelsMax - 2)) {
    // A monitor may have one tag several times, with different values.
    const before = tagged.get(tag);
    tagged.set(tag, `${before === undefined ? '' : `${before}, `}${value || 'true'}`);
  }
  return [...tagged, ['monitor', pathName || name], ['type', type ?? '']];
}

/** Returns a warning for certificates and domains that will expire; nothing else without a heartbeat is urgent. */
const severityOf = (msg: string): Severity => (/expire/i.test(msg) ? 'warning' : 'info');

/** Returns null for pending and under maintenance: it has not failed yet, or is not expected to work. */
function eventOf(
  heartbeat: NonNullable<Report['heartbeat']>,
  monitor: Monitor,
  message: string,
  { source }: IngestContext,
): ConditionEvent | null {
  if (heartbeat.status !== DOWN && heartbeat.status !== UP) return null;
  return conditionEvent({
    source,
    host: hostOf(monitor),
    kind: 'monitor_down',
    dedupKey: String(monitor.id),
    status: heartbeat.status === DOWN ? 'firing' : 'resolved',
    severity: 'critical',
    message,
    labels: labelsOf(monitor),
    url: monitor.url,
    occurredAt: momentOf(heartbeat.time),
  });
}

const FORMS: ReadonlySet<string> = new Set([
  'multipart/form-data',
  'application/x-www-form-urlencoded',
]);

/** Reads the parts of a GET from its query, each as JSON but the message. */
function inQuery({ query }: IngestHead): Result<unknown> {
  const report: Record<string, unknown> = { msg: firstOf(query['msg']) };
  for (const name of ['heartbeat', 'monitor']) {
    const text = firstOf(query[name]);
    if (text === undefined) continue;
    const part = parseJson(text, name);
    if (!part.ok) return part;
    report[name] = part.value;
  }
  return ok(report);
}

/** Reads JSON, a form whose field `data` is JSON, or a query. */
async function documentOf(request: IngestRequest): Promise<Result<unknown>> {
  if (request.verb === 'GET') return inQuery(request);
  if (!FORMS.has(mediaTypeOf(request))) return parsedJson(request);
  const form = await fieldsOf(request);
  if (!form.ok) return form;
  const data = valueText(form.value.values['data']);
  if (data === undefined)
    return refuseField('invalid_input', 'data', { code: 'issue.required', params: {} });
  return parseJson(data, 'data');
}

/**
 * Uptime Kuma's webhook notification, as JSON, as a form or by GET, with its own bodies (no custom
 * template). The condition is the monitor, by its id, since names change.
 */
export const uptimeKuma: IngestAdapter = {
  name: 'uptime-kuma',
  routes: routesAt('/ingest/uptime-kuma', 'POST', 'GET'),
  async read(request, context) {
    const body = readAs(report, await documentOf(request));
    if (!body.ok) return body;
    const { heartbeat, monitor, msg } = body.value;
    if (heartbeat && monitor) {
      const event = eventOf(heartbeat, monitor, msg, context);
      return ok({ events: event ? [event] : [], problems: [] });
    }
    // A test of its notification, or a certificate that expires: worth a notification, but no monitor's state.
    const words = { topic: monitor?.name, text: msg || 'Uptime Kuma', severity: severityOf(msg) };
    return oneMessage(words, request, context);
  },
  ...plainAnswers({ ok: true }, (msg) => ({ ok: false, msg })),
};
