import { RE2JS, RE2JSException } from 're2js';
import type { MailRuleFields } from '../../contract/mail-rule.ts';
import type { IssueReason } from '../../contract/reasons/issue-reasons.ts';
import type { Mail } from './mail.ts';
import { matchRules } from './mail-matching.ts';
import { readMatches, withCleanMail, type MailContext, type MailReading } from './mail-reading.ts';
import type { MailRule } from './mail-rules.ts';

/** Returns a person's rule as those of known programs are. */
export function mailRuleOf(fields: MailRuleFields): MailRule {
  const { name, from, subject, text, resolvedWhen, host, kind, dedupKey, severity } = fields;
  return {
    name,
    status: kind === '' ? 'message' : 'firing',
    ...(from !== '' && { from }),
    ...(subject !== '' && { subject }),
    ...(text !== '' && { text }),
    ...(resolvedWhen !== '' && { resolvedWhen }),
    ...{ host, kind, dedupKey },
    ...(severity !== null && { severity }),
  };
}

const PATTERNS = ['from', 'subject', 'text', 'resolvedWhen'] as const;
/** RE2's instructions: the time that a pattern takes is at most their number times the length of the text. */
const PATTERN_SIZE_MAX = 600;
const FILLED = ['host', 'kind', 'dedupKey'] as const;

export interface MailRuleProblem {
  readonly field: keyof MailRuleFields;
  readonly reason: IssueReason;
}

/** Returns what is wrong with a rule; null if it can be used. */
export function mailRuleProblem(fields: MailRuleFields): MailRuleProblem | null {
  const groups = new Set<string>();
  for (const field of PATTERNS) {
    try {
      const pattern = RE2JS.compile(fields[field]);
      if (pattern.programSize() > PATTERN_SIZE_MAX) {
        return { field, reason: { code: 'issue.pattern_size', params: {} } };
      }
      const names = Object.keys(pattern.namedGroups());
      if (field !== 'resolvedWhen') for (const name of names) groups.add(name);
    } catch (error) {
      if (!(error instanceof RE2JSException)) throw error;
      return { field, reason: { code: 'issue.pattern', params: { error: error.message } } };
    }
  }
  const { from, subject, text } = fields;
  if (from + subject + text === '') {
    return { field: 'subject', reason: { code: 'issue.mail_pattern', params: {} } };
  }
  for (const field of FILLED) {
    for (const [, name = ''] of fields[field].matchAll(/\{(\w+)\}/g)) {
      if (!groups.has(name))
        return { field, reason: { code: 'issue.mail_group', params: { name } } };
    }
  }
  return null;
}

/** Returns what a rule makes of a mail; null if it does not match. Throws for a rule with a problem. */
export function readByRule(
  mail: Mail,
  fields: MailRuleFields,
  context: MailContext,
): MailReading | null {
  const matches = matchRules(mail, [mailRuleOf(fields)]);
  return matches && withCleanMail(readMatches(mail, matches, context));
}
