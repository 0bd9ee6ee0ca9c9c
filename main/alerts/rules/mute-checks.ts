import type { AuditReason } from '../../contract/reasons/audit-reasons.ts';
import type { Result } from '../../contract/result.ts';
import { compileMatchers, type Matches } from '../../domain/matching.ts';
import { refuseField } from '../../messages/failures.ts';

/** Returns what the audit log says of a rule. */
export const ruleReason = ({ name, enabled }: { name: string; enabled: boolean }): AuditReason => ({
  code: 'audit.rule',
  params: { name, enabled },
});

/** Refuses what the contract's syntax lets through and the compiler does not, naming the field. */
export function matcherProblem(field: string, texts: readonly string[]): Result<never> | null {
  const compiled = compileMatchers(texts);
  return compiled.ok
    ? null
    : refuseField('invalid_input', `${field}.${compiled.index}`, compiled.reason);
}

/**
 * The compiled form of stored matchers, which were checked when they were saved. Should a later
 * version not understand them any more, they match nothing: too many notifications are better than none.
 */
export function storedMatches(texts: readonly string[]): Matches {
  const compiled = compileMatchers(texts);
  return compiled.ok ? compiled.matches : () => false;
}
