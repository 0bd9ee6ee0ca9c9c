import { RE2JS } from 're2js';
import { LIMITS } from '../../contract/limits.ts';
import type { Mail } from './mail.ts';
import { MAIL_RULES, type MailRule, type MailStatus } from './mail-rules.ts';

/** The named groups that the patterns of a rule matched. */
type Groups = ReadonlyMap<string, string>;

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
  readonly unless: RE2JS | null;
  readonly resolvedWhen: RE2JS | null;
  /** None for a mail that lists nothing. */
  readonly items: readonly Line[];
  readonly headings: readonly Line[];
}

/** A line of a list, and the status that it says; undefined where it says none. */
interface Line {
  readonly pattern: RE2JS;
  readonly status?: MailStatus | null | undefined;
}

/** Patterns look at no more than this of a text, where a program says what it has to say; lists are read to their end. */
const LOOKED_CHARS_MAX = 16_384;

function* allFound(pattern: RE2JS, text: string): Iterable<Groups> {
  const matcher = pattern.matcher(text);
  const names = Object.keys(pattern.namedGroups());
  while (matcher.find()) yield new Map(names.map((name) => [name, matcher.group(name) ?? '']));
}

function found(pattern: RE2JS, text: string): Groups | null {
  for (const groups of allFound(pattern, text)) return groups;
  return null;
}

const looked = ({ text }: Mail): string => text.slice(0, LOOKED_CHARS_MAX);

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
      ...(rule.text === undefined ? [] : [test(rule.text, looked)]),
    ],
    unless: rule.unless === undefined ? null : RE2JS.compile(rule.unless),
    resolvedWhen: rule.resolvedWhen === undefined ? null : RE2JS.compile(rule.resolvedWhen),
    items: compiledLines(rule.list?.items),
    headings: compiledLines(rule.list?.headings),
  };
};

const compiledLines = (
  lines: readonly { readonly pattern: string; readonly status?: MailStatus | null }[] = [],
): Line[] => lines.map(({ pattern, status }) => ({ pattern: RE2JS.compile(pattern), status }));

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
    return each.items.length > 0
      ? itemsOf(each, groups, mail)
      : [matchOf(each, groups, statusOf(each, mail))];
  }
  return null;
}

/** The text of a failure may say what went well, so it decides only where the rule does not look at subjects. */
function statusOf({ rule, resolvedWhen }: Compiled, mail: Mail): MailStatus {
  if (rule.status !== 'firing' || resolvedWhen === null) return rule.status;
  const part = rule.subject === undefined ? looked(mail) : mail.subject;
  return found(resolvedWhen, part) ? 'resolved' : 'firing';
}

/** Returns the groups of all tests of a rule; null unless all match. */
function groupsOf({ tests, unless }: Compiled, mail: Mail): Groups | null {
  const groups = new Map<string, string>();
  for (const test of tests) {
    const more = test(mail);
    if (!more) return null;
    for (const [name, value] of more) groups.set(name, value);
  }
  return unless !== null && isFoundAlike(unless, groups, mail) ? null : groups;
}

/** Returns true if a pattern is found whose groups found the same as before. */
function isFoundAlike(pattern: RE2JS, groups: Groups, mail: Mail): boolean {
  for (const others of allFound(pattern, looked(mail))) {
    if ([...others].every(([name, value]) => groups.get(name) === value)) return true;
  }
  return false;
}

function matchOf(
  { rule }: Compiled,
  groups: Groups,
  status: MailStatus = rule.status,
  item: string | null = null,
): MailMatch {
  const filled = (template = ''): string =>
    template.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => groups.get(name) ?? '').trim();
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

/**
 * Returns an alert for each line of a list. All of the mail is one too where no line says what its subject does, and a
 * message where not all of the list was read.
 */
function itemsOf(compiledRule: Compiled, groups: Groups, mail: Mail): MailMatch[] {
  const { rule } = compiledRule;
  const all = itemsIn(compiledRule, groups, mail.text);
  const items = all.slice(0, LIMITS.eventsPerRequestMax - 1);
  const isCut = mail.isCut || all.length > items.length;
  const isSaid = rule.status === 'firing' ? items.some(isFiring) : items.length > 0;
  const whole = rule.list?.withWhole || !isSaid ? [matchOf(compiledRule, groups)] : [];
  const rest = isCut ? [matchOf(compiledRule, groups, 'message')] : [];
  return [...items, ...whole, ...rest];
}

const isFiring = ({ status }: MailMatch): boolean => status === 'firing';

/** Returns what the lines of a list say, up to as many as one request may hold. */
function itemsIn(compiledRule: Compiled, groups: Groups, text: string): MailMatch[] {
  const { items, headings } = compiledRule;
  const matches: MailMatch[] = [];
  let above: MailStatus | null = null;
  for (const line of text.split('\n')) {
    if (matches.length >= LIMITS.eventsPerRequestMax) break;
    if (line === '') continue;
    const heading = headings.find(({ pattern }) => pattern.matcher(line).find());
    if (heading) above = heading.status ?? null;
    for (const { pattern, status = above } of items) {
      const entry = status === null ? null : found(pattern, line);
      if (status === null || !entry) continue;
      const said = entry.get('item') ?? null;
      matches.push(matchOf(compiledRule, new Map([...groups, ...entry]), status, said));
    }
  }
  return matches;
}
