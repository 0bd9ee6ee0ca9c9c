import { LIMITS } from '../../../contract/limits.ts';
import { ok, type Result } from '../../../contract/result.ts';
import { inEnglish, refuseField, worded } from '../../../messages/failures.ts';
import { compileLabelMatchers, compilePattern } from '../../../domain/matching.ts';
import type { LabelsMatch, ValueTest } from '../../../domain/matching.ts';

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request, as far as it asks for something by its query. */
export interface Asked {
  readonly query: Query;
}

/** The texts that go-openapi/swag takes for true; anything else is false. */
const TRUE = new Set(['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled']);

/** A key that came twice counts by its last value, as there. */
const lastOf = (value: Query[string]): string | undefined =>
  typeof value === 'object' ? value.at(-1) : value;

/** A switch of the query, on when it is left out. */
export function switchOf({ query }: Asked, name: string): boolean {
  const value = lastOf(query[name]);
  return value === undefined || value === '' || TRUE.has(value.toLowerCase());
}

const TOO_LONG = {
  code: 'issue.chars_max',
  params: { max: String(LIMITS.matcherCharsMax) },
} as const;

/** The matchers of a query, as they are written. */
export function filtersOf({ query }: Asked): Result<readonly string[]> {
  const texts = [query['filter'] ?? []].flat();
  if (texts.length > LIMITS.matchersMax) {
    const params = { max: String(LIMITS.matchersMax) };
    return refuseField('invalid_input', 'filter', { code: 'issue.items_max', params });
  }
  const long = texts.some((text) => text.length > LIMITS.matcherCharsMax);
  return long ? refuseField('invalid_input', 'filter', TOO_LONG) : ok(texts);
}

/** Returns a test that is true if a set of labels is asked for. */
export function filterOf(request: Asked): Result<LabelsMatch> {
  const texts = filtersOf(request);
  if (!texts.ok) return texts;
  const compiled = compileLabelMatchers(texts.value);
  if (compiled.ok) return ok(compiled.matches);
  const { index, reason } = compiled;
  return worded(
    `bad matcher format: ${texts.value[index] ?? ''}: ${inEnglish(reason)}`,
    refuseField('invalid_input', 'filter', reason),
  );
}

/** Returns a test that is true if a receiver is asked for; null when any is. */
export function receiverOf({ query }: Asked): Result<ValueTest | null> {
  const text = lastOf(query['receiver']);
  if (text === undefined || text === '') return ok(null);
  if (text.length > LIMITS.matcherCharsMax) {
    return refuseField('invalid_input', 'receiver', TOO_LONG);
  }
  const compiled = compilePattern(text);
  if (compiled.ok) return ok(compiled.matches);
  return worded(
    `failed to parse receiver param: ${inEnglish(compiled.reason)}`,
    refuseField('invalid_input', 'receiver', compiled.reason),
  );
}
