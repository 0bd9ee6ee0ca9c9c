import { z } from 'zod';
import { expressionThread } from '../base/expression-thread.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Mapping } from '../contract/mapped-webhook.ts';
import { severity, type Severity } from '../contract/primitives.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { compileExpression } from '../domain/expression.ts';
import { isTooDeep, TOO_DEEP } from '../domain/json-text.ts';
import { refuseField } from '../messages/failures.ts';
import { StoreUnavailable } from '../domain/store-unavailable.ts';
import {
  REFUSAL_STATUS,
  routesAt,
  type IngestAdapter,
  type IngestContext,
  type IngestReading,
} from './adapter.ts';
import { parsedJson, textOf } from './body.ts';
import { conditionEvent } from './event.ts';
import { PROBLEMS_SHOWN_MAX } from './labelled-alert.ts';
import { tokenInQuery } from './message.ts';

const EXPRESSIONS = [
  'each',
  'host',
  'kind',
  'dedupKey',
  'status',
  'severity',
  'message',
  'labels',
  'url',
] as const satisfies readonly (keyof Mapping)[];

/** A value that an expression may find: a word of any simple type, or nothing. */
const scalar = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .nullish()
  .catch(({ value }) => JSON.stringify(value));

const found = z.object({
  host: scalar,
  kind: scalar,
  dedupKey: scalar,
  status: scalar,
  severity: scalar,
  message: scalar,
  labels: z.record(z.string(), z.unknown()).nullish(),
  url: scalar,
});
type Found = z.infer<typeof found>;

/** A mapping that is ready to read bodies. */
export interface CompiledMapping {
  read(body: unknown, context: Pick<IngestContext, 'source'>): Promise<Result<IngestReading>>;
}

/** Compiles a mapping. A failure names the field and the character at which its expression breaks. */
export function compileMapping(mapping: Mapping): Result<CompiledMapping> {
  for (const name of EXPRESSIONS) {
    if (mapping[name] === '') continue;
    const compiled = compileExpression(mapping[name]);
    if (!compiled.ok) return refuseField('invalid_input', `mapping.${name}`, compiled.reason);
  }
  const whole = wholeOf(mapping);
  const found = `$exists(${mapping.each === '' ? '$' : `(${mapping.each}\n)`})`;
  for (const text of [whole, found]) {
    const compiled = compileExpression(text);
    if (!compiled.ok) return refuseField('invalid_input', 'mapping', compiled.reason);
  }
  return ok({
    async read(body, context) {
      const reading = await read(mapping, whole, body, context);
      if (!reading.ok || reading.value.events.length + reading.value.problems.length > 0) {
        return reading;
      }
      return (await isThere(found, body)) ? reading : nothingToRead(mapping);
    },
  });
}

/**
 * All fields as one expression, so that one limit of time bounds everything that a body can make them
 * do. Each has been compiled alone, so none can reach out of its brackets.
 */
function wholeOf(mapping: Mapping): string {
  const fields = EXPRESSIONS.filter((name) => name !== 'each' && mapping[name] !== '');
  const object = `{${fields.map((name) => `"${name}": (${mapping[name]}\n)`).join(', ')}}`;
  return mapping.each === '' ? `[$.${object}]` : `[(${mapping.each}\n).${object}]`;
}

/** Throws StoreUnavailable when it can be evaluated later, so that the sender tries again. */
async function evaluated(text: string, body: unknown): Promise<Result<unknown>> {
  const result = await expressionThread.evaluate(text, body);
  if (result.ok) return ok(result.value);
  if (result.isBusy) throw new StoreUnavailable(result.message);
  return fail('invalid_input', result.message);
}

/** Returns true if the items were found: an empty list says that nothing happened; no list at all is a body that was not understood. */
async function isThere(found: string, body: unknown): Promise<boolean> {
  const result = await evaluated(found, body);
  return result.ok && result.value === true;
}

const nothingToRead = ({ each }: Mapping): Result<never> =>
  fail('invalid_input', each === '' ? 'The body is empty' : 'each: no value found in this body');

async function read(
  mapping: Mapping,
  whole: string,
  body: unknown,
  { source }: Pick<IngestContext, 'source'>,
): Promise<Result<IngestReading>> {
  const result = await evaluated(whole, body);
  // Its position is that in the whole expression, which nobody has written.
  if (!result.ok) {
    return fail('invalid_input', result.error.message.replace(/ \(at character \d+\)$/, ''));
  }
  if (isTooDeep(result.value)) return fail('invalid_input', `What is found ${TOO_DEEP}`);
  const items = Array.isArray(result.value) ? (result.value as unknown[]) : [];
  if (items.length > LIMITS.eventsPerRequestMax) {
    return fail('invalid_input', `each: finds more than ${LIMITS.eventsPerRequestMax} items`);
  }
  const events: ConditionEvent[] = [];
  const problems: string[] = [];
  for (const [index, item] of items.entries()) {
    const event = eventOf(mapping, found.safeParse(item), source);
    if (event.ok) events.push(event.value);
    // A body that is one report has no items that anybody could count.
    else problems.push(`${mapping.each === '' ? '' : `item ${index}: `}${event.error.message}`);
  }
  return ok({ events, problems });
}

function eventOf(
  mapping: Mapping,
  parsed: z.ZodSafeParseResult<Found>,
  source: string,
): Result<ConditionEvent> {
  if (!parsed.success) return fail('invalid_input', 'labels: must find an object');
  const { host, kind, dedupKey, status, message, labels, url } = parsed.data;
  if (!host) return fail('invalid_input', 'host: no value found in this body');
  if (!kind) return fail('invalid_input', 'kind: no value found in this body');
  if (mapping.status !== '' && !status) {
    return fail('invalid_input', 'status: no value found in this body');
  }
  const isOver = mapping.resolvedWhen.some((word) => word.toLowerCase() === status?.toLowerCase());
  const texts = Object.entries(labels ?? {}).flatMap(([name, value]): [string, string][] =>
    value === null || value === undefined
      ? []
      : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
  );
  return ok(
    conditionEvent({
      source,
      host,
      kind,
      dedupKey: dedupKey ?? '',
      status: isOver ? 'resolved' : 'firing',
      severity: severityOf(mapping, parsed.data.severity),
      message: message ?? '',
      labels: texts,
      url,
    }),
  );
}

function severityOf({ severities }: Mapping, word: string | null | undefined): Severity {
  const mapped = Object.entries(severities).find(
    ([from]) => from.toLowerCase() === word?.toLowerCase(),
  );
  return mapped?.[1] ?? severity.safeParse(word?.toLowerCase()).data ?? 'warning';
}

/** The configured mappings, as the adapter needs them. */
export interface Mappings {
  /** Returns null if there is no mapped webhook of that address. */
  bySlug(slug: string): CompiledMapping | null;
  /** Learns of each body that came in for it, whatever became of it; must return at once. */
  received(slug: string, body: string): void;
}

/** Reads JSON of any shape as the mapped webhook at its address says. */
export type ReadMapped = IngestAdapter['read'];

/** Reads by the configured mappings. */
export const mappedReader =
  (mappings: Mappings): ReadMapped =>
  async (request, context) => {
    const { slug = '' } = request.params;
    const mapping = mappings.bySlug(slug);
    if (!mapping) return fail('not_found', `There is no mapped webhook "${slug}".`);
    mappings.received(slug, textOf(request));
    const body = parsedJson(request);
    return body.ok ? mapping.read(body.value, context) : body;
  };

/** JSON of any shape. */
export const createMapped = (read: ReadMapped): IngestAdapter => ({
  name: 'mapped',
  routes: routesAt('/ingest/mapped/:slug', 'POST', 'PUT'),
  // Many senders of home-made JSON can set no header.
  credential: tokenInQuery,
  read,
  accept: ({ events, problems }) =>
    problems.length === 0
      ? { status: 200, body: { accepted: events.length } }
      : {
          status: 400,
          body: { accepted: events.length, problems: problems.slice(0, PROBLEMS_SHOWN_MAX) },
        },
  refuse: (reason, message) => ({
    status: REFUSAL_STATUS[reason],
    body: { error: message },
  }),
});
