import { RE2JS } from 're2js';
import type { Mail } from './mail.ts';
import { MAIL_RULES, type MailRule, type MailStatus } from './mail-rules.ts';

/** The named groups that the patterns of a rule matched. */
type Groups = Readonly<Record<string, string>>;

/** One alert of a known mail. */
export interface MailMatch {
  readonly rule: MailRule;
  readonly status: MailStatus;
  /** '' when the rule names none. */
  readonly host: string;
  readonly kind: string;
  readonly dedupKey: string;
  /** The line of a list that says it; null when all of the mail does. */
  readonly item: string | null;
}

type Test = (mail: Mail) => Groups | null;

interface Compiled {
  readonly rule: MailRule;
  readonly tests: readonly Test[];
  readonly resolvedWhen: RE2JS | null;
  readonly item: RE2JS | null;
  readonly headings: readonly { readonly pattern: RE2JS; readonly status: MailStatus | null }[];
}

/** Patterns look at no more than this of a text, where a program says what it has to say. */
const LOOKED_CHARS_MAX = 16_384;
const ITEMS_MAX = 100;

function found(pattern: RE2JS, text: string): Groups | null {
  const matcher = pattern.matcher(text);
  if (!matcher.find()) return null;
  const names = Object.keys(pattern.namedGroups());
  return Object.fromEntries(names.map((name) => [name, matcher.group(name) ?? '']));
}

const compiled = (rule: MailRule): Compiled => {
  const test = (source: string, part: (mail: Mail) => string): Test => {
    const pattern = RE2JS.compile(source);
    return (mail) => found(pattern, part(mail));
  };
  return {
    rule,
    tests: [
      ...Object.entries(rule.headers ?? {}).map(([name, source]) =>
        test(source, ({ headers }) => headers.get(name) ?? ''),
      ),
      ...(rule.from === undefined ? [] : [test(rule.from, ({ from }) => from)]),
      ...(rule.subject === undefined ? [] : [test(rule.subject, ({ subject }) => subject)]),
      ...(rule.text === undefined
        ? []
        : [test(rule.text, ({ text }) => text.slice(0, LOOKED_CHARS_MAX))]),
    ],
    resolvedWhen: rule.resolvedWhen === undefined ? null : RE2JS.compile(rule.resolvedWhen),
    item: rule.list ? RE2JS.compile(rule.list.item) : null,
    headings: (rule.list?.headings ?? []).map(({ pattern, status }) => ({
      pattern: RE2JS.compile(pattern),
      status,
    })),
  };
};

/** Compiled for the first mail, since most instances never receive one. */
const known = new WeakMap<readonly MailRule[], readonly Compiled[]>();

function compiledAll(rules: readonly MailRule[]): readonly Compiled[] {
  const before = known.get(rules);
  if (before) return before;
  const made = rules.map(compiled);
  known.set(rules, made);
  return made;
}

/**
 * Returns the alerts of a mail, by the first rule that matches it: those of people are asked before those of known
 * programs. None for any other mail. Throws for a rule whose patterns do not compile.
 */
export const matchMail = (mail: Mail, own: readonly MailRule[]): MailMatch[] =>
  matchRules(mail, own) ?? matchRules(mail, MAIL_RULES) ?? [];

/** Returns the alerts of a mail, by the first of these rules that matches it; null if none does. */
export function matchRules(mail: Mail, rules: readonly MailRule[]): MailMatch[] | null {
  for (const each of compiledAll(rules)) {
    const groups = groupsOf(each, mail);
    if (!groups) continue;
    return each.item
      ? itemsOf(each, each.item, groups, mail)
      : [matchOf(each, groups, statusOf(each, mail))];
  }
  return null;
}

/** The text of a failure may say what went well, so it decides only where the rule does not look at subjects. */
function statusOf({ rule, resolvedWhen }: Compiled, { subject, text }: Mail): MailStatus {
  if (rule.status !== 'firing' || resolvedWhen === null) return rule.status;
  const part = rule.subject === undefined ? text.slice(0, LOOKED_CHARS_MAX) : subject;
  return found(resolvedWhen, part) ? 'resolved' : 'firing';
}

/** Returns the groups of all tests of a rule; null unless all match. */
function groupsOf({ tests }: Compiled, mail: Mail): Groups | null {
  const groups: Record<string, string> = {};
  for (const test of tests) {
    const more = test(mail);
    if (!more) return null;
    Object.assign(groups, more);
  }
  return groups;
}

function matchOf(
  { rule }: Compiled,
  groups: Groups,
  status: MailStatus = rule.status,
  item: string | null = null,
): MailMatch {
  const filled = (template = ''): string =>
    template.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => groups[name] ?? '').trim();
  const { host, dedupKey } = rule;
  const kind = filled(rule.kind);
  return {
    rule,
    // A group of a person's rule may match nothing, and an alert without a kind is none.
    status: kind === '' ? 'message' : status,
    host: filled(host),
    kind,
    dedupKey: filled(dedupKey),
    item,
  };
}

/** Returns an alert for each line of a list, by the heading above it; all of the mail where there is none. */
function itemsOf(compiledRule: Compiled, item: RE2JS, groups: Groups, mail: Mail): MailMatch[] {
  const matches: MailMatch[] = [];
  let status: MailStatus | null = null;
  for (const line of mail.text.slice(0, LOOKED_CHARS_MAX).split('\n')) {
    const heading = compiledRule.headings.find(({ pattern }) => pattern.matcher(line).find());
    if (heading) status = heading.status;
    const entry = status === null ? null : found(item, line);
    if (status === null || !entry || matches.length >= ITEMS_MAX) continue;
    matches.push(matchOf(compiledRule, { ...groups, ...entry }, status, entry['item'] ?? ''));
  }
  return matches.length > 0 ? matches : [matchOf(compiledRule, groups)];
}
