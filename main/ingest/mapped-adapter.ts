import { z } from 'zod';
import { expressionThread } from '../base/expression-thread.ts';
import type { Mapping } from '../contract/mapped-webhook.ts';
import { severity, type Severity } from '../contract/primitives.ts';
import type { IssueReason } from '../contract/reasons/issue-reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import { compileExpression } from '../domain/expression.ts';
import { refuse, refuseField } from '../messages/failures.ts';
import { StoreUnavailable } from '../domain/store-unavailable.ts';
import {
  problemTexts,
  REFUSAL_STATUS,
  routesAt,
  type IngestAdapter,
  type IngestContext,
  type IngestReading,
} from './adapter.ts';
import { parsedJson, textOf } from './body.ts';
import { conditionEvent } from './event.ts';
import { readItems, refusedField, type EventOrReason } from './labelled-alert.ts';
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

const FINDS_NOTHING: IssueReason = { code: 'issue.finds_nothing', params: {} };

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
  if (result.isBusy) throw new StoreUnavailable({ code: 'error.busy', params: {} });
  const { reason } = result;
  // Its position is that in the whole expression, which nobody has written.
  const because =
    reason.code === 'issue.expression_at'
      ? ({ code: 'issue.expression', params: { error: reason.params.error } } as const)
      : reason;
  return refuseField('invalid_input', 'mapping', because);
}

/** Returns true if the items were found: an empty list says that nothing happened; no list at all is a body that was not understood. */
async function isThere(found: string, body: unknown): Promise<boolean> {
  const result = await evaluated(found, body);
  return result.ok && result.value === true;
}

const nothingToRead = ({ each }: Mapping): Result<never> =>
  each === ''
    ? refuseField('invalid_input', 'body', { code: 'issue.empty', params: {} })
    : refuseField('invalid_input', 'each', FINDS_NOTHING);

async function read(
  mapping: Mapping,
  whole: string,
  body: unknown,
  { source }: Pick<IngestContext, 'source'>,
): Promise<Result<IngestReading>> {
  const result = await evaluated(whole, body);
  if (!result.ok) return result;
  const items = Array.isArray(result.value) ? (result.value as unknown[]) : [];
  return ok(
    readItems(items, mapping.each === '' ? null : 'item', (item) =>
      eventOf(mapping, found.safeParse(item), source),
    ),
  );
}

function eventOf(
  mapping: Mapping,
  parsed: z.ZodSafeParseResult<Found>,
  source: string,
): EventOrReason {
  if (!parsed.success) return refusedField('labels', { code: 'issue.finds_no_object', params: {} });
  const { host, kind, dedupKey, status, message, labels, url } = parsed.data;
  if (!host) return refusedField('host', FINDS_NOTHING);
  if (!kind) return refusedField('kind', FINDS_NOTHING);
  if (mapping.status !== '' && !status) return refusedField('status', FINDS_NOTHING);
  const isOver = mapping.resolvedWhen.some((word) => word.toLowerCase() === status?.toLowerCase());
  const texts = Object.entries(labels ?? {}).flatMap(([name, value]): [string, string][] =>
    value === null || value === undefined
      ? []
      : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
  );
  return {
    ok: true,
    value: conditionEvent({
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
  };
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
    if (!mapping) return refuse('not_found', { code: 'error.webhook_unknown', params: { slug } });
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
          body: { accepted: events.length, problems: problemTexts(problems) },
        },
  refuse: (reason, message) => ({
    status: REFUSAL_STATUS[reason],
    body: { error: message },
  }),
});
