import { hash } from 'node:crypto';
import { z } from 'zod';
import { ok } from '../contract/result.ts';
import { alertmanagerTime } from '../domain/alertmanager-labels.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { refuseField, worded } from '../messages/failures.ts';
import {
  REFUSAL_STATUS,
  routesAt,
  type IngestAdapter,
  type IngestContext,
  type IngestReading,
} from './adapter.ts';
import { firstOf, isNoText, parsedJson, readAs, valueText } from './body.ts';
import { boundedMessage, boundedName, conditionEvent, httpLink, severityIn } from './event.ts';

const text = z.string().nullish();
const texts = z.array(z.unknown()).nullish();

/** The part of an alert that is used (https://docs.alerta.io/api/reference.html); other fields pass. */
const alert = z.object({
  resource: text,
  event: text,
  environment: text,
  severity: text,
  status: text,
  correlate: texts,
  service: texts,
  group: text,
  value: z.unknown().optional(),
  text,
  tags: texts,
  attributes: z.record(z.string(), z.unknown()).nullish(),
  origin: text,
  type: text,
  createTime: z.unknown().optional(),
  /** Seconds. */
  timeout: z.int().nullish(),
  customer: text,
});
type Alert = z.infer<typeof alert>;

/** As in Alerta, an alert without a severity reports that all is well. */
const NORMAL = 'normal';
const OVER: ReadonlySet<string> = new Set([NORMAL, 'ok', 'cleared', 'closed']);
const ENDED: ReadonlySet<string> = new Set(['closed', 'expired']);

/**
 * Reads Alerta's severities, after X.733, and those of Zabbix, which its script passes on. Any other word
 * is louder than nothing: Nagios calls a check that did not work `unknown`.
 */
const severityOf = severityIn(
  {
    critical: ['security', 'critical', 'major', 'disaster', 'high', 'fatal', 'emergency'],
    info: ['informational', 'information', 'info', 'debug', 'trace'],
  },
  'warning',
);

/** Senders name two or three. */
const ENDED_NAMES_MAX = 20;

const DAY_SECONDS = 86_400;
/** A longer time is as good as none, and its end might be no date. */
const TIMEOUT_SECONDS_MAX = 3_650 * DAY_SECONDS;

const wordsOf = (list: readonly unknown[] | null | undefined): string[] =>
  (list ?? []).map((item) => valueText(item) ?? '').filter((item) => item !== '');

/** Returns any value as text, a list or an object as JSON. */
const shownOf = (value: unknown): string =>
  isNoText(value) ? JSON.stringify(value) : (valueText(value)?.trim() ?? '');

/** Returns the host of a resource such as `nas:disk`, where the origin (`netdata/nas`) names it; else all of it. */
function hostOf(resource: string, origin: string): string {
  const host = origin.slice(origin.indexOf('/') + 1);
  return host !== '' && resource.startsWith(`${host}:`) ? host : resource;
}

/**
 * Returns the one name of events that report the same condition: senders name them all in `correlate`
 * (`NodeUp, NodeDown`), in any order, and with each of them.
 */
const kindOf = (event: string, correlate: readonly string[]): string =>
  correlate.length === 0 ? event : ([event, ...correlate].sort()[0] ?? event);

/** Matches the link in an attribute that is HTML, such as Netdata's `moreInfo`. */
const HREF = /^<a [^>]{0,100}\bhref=["']?(https?:\/\/[^"'\s>]{1,2048})/i;

/** Returns the first link in the attributes: an address, or HTML with one. */
function linkOf(attributes: readonly (readonly [string, string])[]): string | null {
  const links = attributes.map(([, value]) => HREF.exec(value)?.[1] ?? value);
  return httpLink(...links);
}

const withValue = (said: string, value: string): string =>
  value === '' || said.includes(value) ? said : said === '' ? value : `${said} (${value})`;

/** Returns the text, after the event where the kind is another one, which may say the opposite. */
function messageOf(said: string, event: string, kind: string): string {
  if (event === kind || said.includes(event)) return said;
  return said === '' ? event : `${event}: ${said}`;
}

/** Returns the moment at which it is over unless it is reported again; null for an alert without a timeout. */
const endOf = ({ timeout }: Alert, now: number): number | null =>
  !timeout || timeout < 0 || timeout > TIMEOUT_SECONDS_MAX ? null : now + timeout * 1_000;

/** A report's parts, as the event and the answer name them. */
interface Report {
  readonly resource: string;
  readonly event: string;
  readonly severity: string;
  readonly isOver: boolean;
}

function eventOf(
  given: Alert,
  { resource, event, severity, isOver }: Report,
  { source, now }: IngestContext,
): ConditionEvent {
  const { environment, customer, origin, group, type } = given;
  const kind = kindOf(event, wordsOf(given.correlate));
  const said = withValue((given.text ?? '').trim(), shownOf(given.value));
  const host = hostOf(resource, origin ?? '');
  const attributes = Object.entries(given.attributes ?? {}).map(
    ([name, value]) => [name, shownOf(value)] as const,
  );
  const read = conditionEvent({
    source,
    host,
    kind,
    // As in Alerta, where the same alert means the same environment, customer, resource and event.
    dedupKey: [environment, customer, host === resource ? '' : resource].filter(Boolean).join(' '),
    status: isOver ? 'resolved' : 'firing',
    severity: severityOf(severity),
    message: messageOf(said, event, kind),
    labels: [
      ['resource', resource],
      ['event', event],
      ['environment', environment ?? ''],
      ['service', wordsOf(given.service).join(', ')],
      ['group', group ?? ''],
      ['origin', origin ?? ''],
      ['type', type ?? ''],
      ['customer', customer ?? ''],
      ['tags', wordsOf(given.tags).join(',')],
      ...attributes.filter(([, value]) => !HREF.test(value)),
    ],
    url: linkOf(attributes),
    // As in Alerta, reports count in the order of their arrival, whatever the sender's clock says.
    occurredAt: null,
  });
  return isOver ? read : { ...read, endsAt: endOf(given, now) };
}

/** Returns an id as stable as Alerta's own: every report of one condition is answered with the same. */
function idOf({ source, host, kind, dedupKey }: ConditionEvent): string {
  const digest = hash('sha256', JSON.stringify([source, host, kind, dedupKey]));
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `5${digest.slice(13, 16)}`,
    `a${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}

/** Returns what an answer says of the alert, so that Alerta's own clients can read it. */
function answerOf(given: Alert, { isOver, ...report }: Report, event: ConditionEvent, now: number) {
  const id = idOf(event);
  const received = new Date(now).toISOString();
  return {
    status: 'ok',
    id,
    alert: {
      id,
      ...report,
      environment: given.environment ?? '',
      correlate: wordsOf(given.correlate),
      status: isOver ? 'closed' : 'open',
      service: wordsOf(given.service),
      group: given.group || 'Misc',
      value: valueText(given.value) ?? null,
      text: boundedMessage(given.text ?? ''),
      tags: wordsOf(given.tags),
      attributes: given.attributes ?? {},
      origin: given.origin ?? '',
      type: given.type || 'exceptionAlert',
      createTime: new Date(alertmanagerTime.safeParse(given.createTime).data ?? now).toISOString(),
      timeout: given.timeout ?? DAY_SECONDS,
      rawData: null,
      customer: given.customer ?? null,
      duplicateCount: 0,
      repeat: false,
      previousSeverity: 'indeterminate',
      trendIndication: 'noChange',
      receiveTime: received,
      lastReceiveId: id,
      lastReceiveTime: received,
      updateTime: received,
      history: [],
    },
  };
}

/** Refuses a field in Alerta's words. */
const missing = (field: string) =>
  worded(
    `Missing mandatory value for "${field}"`,
    refuseField('invalid_input', field, { code: 'issue.required', params: {} }),
  );

function read(given: Alert, context: IngestContext): IngestReading {
  const severity = given.severity || NORMAL;
  const isOver = OVER.has(severity.toLowerCase()) || ENDED.has(given.status?.toLowerCase() ?? '');
  const report = {
    resource: boundedName(given.resource ?? ''),
    event: boundedName(given.event ?? ''),
    severity,
    isOver,
  };
  const event = eventOf(given, report, context);
  const echo = answerOf(given, report, event, context.now);
  if (!isOver) return { events: [event], problems: [], echo };
  // A sender may have left out `correlate` when it reported one of them, which then is under its own name.
  const names = [report.event, ...wordsOf(given.correlate).slice(0, ENDED_NAMES_MAX)].map(
    boundedName,
  );
  const others = [...new Set(names)].filter((kind) => kind !== event.kind);
  return { events: [event, ...others.map((kind) => ({ ...event, kind }))], problems: [], echo };
}

/**
 * Alerta's `POST /alert` (https://docs.alerta.io), as its own client, Netdata, and the plugins for Nagios
 * and Zabbix send it: an event on a resource of an environment, whose severity opens, changes and ends it.
 */
export const alerta: IngestAdapter = {
  name: 'alerta',
  routes: [...routesAt('/alert', 'POST'), ...routesAt('/api/alert', 'POST')],
  scheme: 'key',
  credential: ({ headers, query }) =>
    firstOf(headers['x-api-key']) || firstOf(query['api-key']) || null,
  read(request, context) {
    const body = readAs(alert, parsedJson(request));
    if (!body.ok) return body;
    if (!body.value.resource) return missing('resource');
    if (!body.value.event) return missing('event');
    return ok(read(body.value, context));
  },
  accept: ({ echo }) => ({ status: 201, body: echo }),
  refuse(reason, message) {
    const code = REFUSAL_STATUS[reason];
    return { status: code, body: { status: 'error', message, code, errors: null } };
  },
};
