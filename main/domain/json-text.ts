import { errorText } from '../base/logger.ts';
import { LIMITS } from '../contract/limits.ts';
import type { IssueReason } from '../contract/reasons/issue-reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import { refuseField } from '../messages/failures.ts';
import { ENGLISH } from '../messages/messages.ts';

/** Says why a value is refused whose lists and objects lie too deep within each other. */
export const TOO_DEEP: IssueReason = {
  code: 'issue.too_deep',
  params: { max: String(LIMITS.jsonDepthMax) },
};

const MARK = '\uFEFF';
const CUT = ENGLISH.text('problem.cutDeep');

/**
 * Returns true if lists and objects lie more than `LIMITS.jsonDepthMax` deep within each other. Goes
 * through them level by level, since whatever calls itself for each level overflows at some thousands.
 */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth < LIMITS.jsonDepthMax; depth++) {
    const next: unknown[] = [];
    for (const holder of level) {
      if (typeof holder !== 'object' || holder === null) continue;
      for (const child of Object.values(holder)) {
        if (typeof child === 'object' && child !== null) next.push(child);
      }
    }
    if (next.length === 0) return false;
    level = next;
  }
  return true;
}

/** Copies a value down to the limit, with a mark in the place of what lies deeper. */
export function cutDeep(value: unknown, levels: number = LIMITS.jsonDepthMax): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return CUT;
  if (Array.isArray(value)) return value.map((child) => cutDeep(child, levels - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, cutDeep(child, levels - 1)]),
  );
}

/**
 * Parses JSON of any depth, with or without a byte order mark. For lists whose items are checked one by
 * one; everything else goes through `parseJson`. A failure names `field`.
 */
export function parseJsonOfAnyDepth(text: string, field = 'body'): Result<unknown> {
  try {
    return ok(JSON.parse(text.startsWith(MARK) ? text.slice(MARK.length) : text) as unknown);
  } catch (error) {
    const params = { error: errorText(error) };
    return refuseField('invalid_input', field, { code: 'issue.not_json', params });
  }
}

/** Parses JSON within the depth limit, with or without a byte order mark. */
export function parseJson(text: string, field = 'body'): Result<unknown> {
  const parsed = parseJsonOfAnyDepth(text, field);
  return parsed.ok && isTooDeep(parsed.value)
    ? refuseField('invalid_input', field, TOO_DEEP)
    : parsed;
}
