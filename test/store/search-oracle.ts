import { expect } from 'vitest';
import { alertState, type AlertsQuery } from '../../main/contract/alert.ts';
import type { Matcher } from '../../main/contract/matcher.ts';
import { notificationStatus, type NotificationsQuery } from '../../main/contract/notification.ts';
import { severity, type Severity } from '../../main/contract/primitives.ts';
import { formatSearch, type SearchTerms } from '../../main/contract/search.ts';
import type { AlertPlace } from '../../main/store/alerts/alert-pages.ts';
import { likePattern } from '../../main/store/columns.ts';
import { SCANNED_MAX } from '../../main/store/search-index.ts';
import { CHANNELS, WORDS, type Stored } from './search-lab.ts';

/** Part of a word, in another case, or with another after it; '' for none. */
function word(stored: Stored): string {
  const characters = [
    ...stored.pick([...WORDS, stored.text(), 'common words', 'filler', 'HTTP 401', 'message']),
  ];
  const from = Math.floor(stored.random() * characters.length);
  const part = characters.slice(from, from + 1 + Math.floor(stored.random() * 8)).join('');
  const cased = stored.random() < 0.3 ? part.toUpperCase() : part;
  return cased.replaceAll('\0', '').trim();
}

const escaped = (text: string): string => text.replace(/[\^$\\.*+?()[\]{}|/]/gu, '\\$&');

function matcher({ pick, random }: Stored): Matcher {
  const name = pick([
    'host',
    'kind',
    'severity',
    'source',
    'zone',
    'my label',
    'alertname',
    'instance',
  ]);
  const values = WORDS.filter((it) => it.isWellFormed());
  const value = random() < 0.3 ? pick(['critical', 'api', 'filler', 'f', '']) : pick(values);
  if (random() < 0.4) return { name, op: pick(['=', '=', '!=']), value };
  const [one, other] = [escaped(pick(values)), escaped(pick(values))];
  const part = escaped([...pick(values)].slice(0, 3).join(''));
  const pattern = pick([
    ...[
      one,
      `${one}.*`,
      `.*${one}`,
      `.*${part}.*`,
      `${one}|${other}`,
      `(${one}|${other})`,
      '.*',
      '.+',
    ],
    ...[
      '[a-z]+',
      `${one}?`,
      `${one}+`,
      `(?:${one})*`,
      `${one}|`,
      `${part}.*${part}|${other}`,
      'cri.*',
      '.*i.*',
    ],
  ]);
  return { name, op: pick(['=~', '=~', '!~']), value: pattern };
}

/** Words, matchers, or both; null for none. */
function asked(stored: Stored): SearchTerms | null {
  const { random } = stored;
  const some = <T>(share: number, make: () => T): T[] =>
    Array.from({ length: random() < share ? 1 + Math.floor(random() * 2) : 0 }, make);
  const words = some(0.75, () => word(stored)).filter((it) => it !== '');
  const matchers = some(0.4, () => matcher(stored));
  return words.length + matchers.length === 0 ? null : { words, matchers };
}

interface Subject {
  readonly seq: number;
  readonly source: string;
  readonly host: string;
  readonly kind: string;
  readonly dedupKey: string;
  readonly severity: string;
  readonly labels: string;
}

/** Says what a matcher finds without what the product has for it. */
function isMatched({ name, op, value }: Matcher, subject: Subject): boolean {
  const fields: Record<string, string> = {
    ...{
      source: subject.source,
      host: subject.host,
      kind: subject.kind,
      severity: subject.severity,
    },
  };
  const others: Record<string, string> = { alertname: subject.kind, instance: subject.host };
  const label = (JSON.parse(subject.labels) as Record<string, string>)[name];
  const own = fields[name] ?? '';
  const values = name in fields ? [own, label ?? own] : [label ?? others[name] ?? ''];
  const test = (text: string): boolean =>
    op.endsWith('~') ? new RegExp(`^(?:${value})$`, 'su').test(text) : text === value;
  return values.some(test) !== op.startsWith('!');
}

const found = (
  stored: Stored,
  [sql, wordSql]: readonly [sql: string, wordSql: string],
  { words, matchers }: SearchTerms,
  bound: object,
): number[] =>
  stored.db
    .all<Subject>(
      sql.replace(
        'TRUE',
        ['TRUE', ...words.map((_, n) => wordSql.replaceAll('@like', `@like${n}`))].join(' AND '),
      ),
      { ...bound, ...Object.fromEntries(words.map((it, n) => [`like${n}`, likePattern(it)])) },
    )
    .filter((subject) => matchers.every((it) => isMatched(it, subject)))
    .map(({ seq }) => seq);

const ALERT_WORD = `(host LIKE @like ESCAPE '\\' OR kind LIKE @like ESCAPE '\\' OR message LIKE @like ESCAPE '\\'
  OR labels LIKE @like ESCAPE '\\')`;
const NOTIFICATION_WORD = `(n.channel_name LIKE @like ESCAPE '\\' OR n.receiver_text LIKE @like ESCAPE '\\'
  OR n.snapshot LIKE @like ESCAPE '\\'
  OR (n.last_error IS NOT NULL AND failure_words(n.last_error) LIKE @like ESCAPE '\\'))`;

/** The query of a search without an index: it finds every row that LIKE and the matchers find. */
const ALERTS = `SELECT seq, source, host, kind, dedup_key AS dedupKey, severity, labels FROM alerts
  WHERE (@state IS NULL OR state = @state) AND (@severity IS NULL OR severity = @severity)
    AND (@host IS NULL OR host = @host) AND (@kind IS NULL OR kind = @kind) AND TRUE ORDER BY seq DESC`;

export const alertsFound = (stored: Stored, terms: SearchTerms, filter: object): number[] =>
  found(stored, [ALERTS, ALERT_WORD], terms, {
    state: null,
    severity: null,
    host: null,
    kind: null,
    ...filter,
  });

/** Sorts alerts by their severity, and leaves those of one severity as they are. */
function worstFirst({ db }: Stored, seqs: readonly number[]): number[] {
  const rows = db.all<{ seq: number; severity: Severity }>('SELECT seq, severity FROM alerts');
  const rank = new Map(rows.map((row) => [row.seq, severity.options.indexOf(row.severity)]));
  return seqs.toSorted((a, b) => (rank.get(b) ?? 0) - (rank.get(a) ?? 0));
}

export function expectAlerts(stored: Stored): void {
  const { pick, random } = stored;
  const terms = asked(stored);
  if (terms === null) return;
  const q = formatSearch(terms);
  const maybe = <T>(values: readonly T[]): T | null => (random() < 0.25 ? pick(values) : null);
  const [state, level] = [maybe(alertState.options), maybe(severity.options)];
  const [host, kind] = [maybe(WORDS), maybe(WORDS)];
  const query: AlertsQuery = {
    ...{ q, limit: 37 },
    ...(random() < 0.25 && { sort: 'severity' }),
    ...(state !== null && { state: [state] }),
    ...(level !== null && { severity: [level] }),
    ...(host !== null && { host }),
    ...(kind !== null && { kind }),
  };
  const newestFirst = alertsFound(stored, terms, { state, severity: level, host, kind });
  const expected = query.sort === 'severity' ? worstFirst(stored, newestFirst) : newestFirst;
  const pages = stored.tables.alertPages;
  const shown: number[] = [];
  for (let before: AlertPlace | null = null; shown.length < 400;) {
    const { rows, total, isAtLeast, next } = pages.list(query, before);
    if (isAtLeast) expect(total, JSON.stringify(query)).toBeLessThanOrEqual(expected.length);
    else expect(total, JSON.stringify(query)).toBe(expected.length);
    shown.push(...rows.map(({ seq }) => seq));
    if (next === null) break;
    before = next;
  }
  expect(shown, JSON.stringify(query)).toEqual(expected.slice(0, shown.length));
  expect(shown.length, JSON.stringify(query)).toBeGreaterThanOrEqual(
    Math.min(expected.length, 400),
  );
}

const NOTIFICATIONS = `SELECT seq, coalesce(snapshot ->> 'source', '') AS source,
    coalesce(snapshot ->> 'host', '') AS host, coalesce(snapshot ->> 'kind', '') AS kind,
    coalesce(snapshot ->> 'dedupKey', '') AS dedupKey, coalesce(snapshot ->> 'severity', '') AS severity,
    coalesce(snapshot -> 'labels', '{}') AS labels
  FROM notifications n
  WHERE (@status IS NULL OR status = @status) AND (@channelId IS NULL OR channel_id = @channelId)
    AND (@cause IS NULL OR (status = 'dead' AND cause = @cause)) AND TRUE ORDER BY seq DESC`;

export const notificationsFound = (stored: Stored, terms: SearchTerms, filter: object): number[] =>
  found(stored, [NOTIFICATIONS, NOTIFICATION_WORD], terms, {
    status: null,
    channelId: null,
    cause: null,
    ...filter,
  });

export function expectNotifications(stored: Stored): void {
  const { pick, random } = stored;
  const terms = asked(stored);
  if (terms === null) return;
  const q = formatSearch(terms);
  const maybe = <T>(values: readonly T[]): T | null => (random() < 0.25 ? pick(values) : null);
  const group = random() < 0.1 ? { channelId: pick(CHANNELS), class: null, cause: 'cause' } : null;
  const status = group ? null : maybe(notificationStatus.options);
  const channelId = group?.channelId ?? maybe(CHANNELS);
  const query: Omit<NotificationsQuery, 'page'> = {
    ...{ q, per_page: 37 },
    ...(status !== null && { status: [status] }),
    ...(channelId !== null && { channelId }),
  };
  const filter = { status, channelId, cause: group?.cause ?? null };
  const expected = notificationsFound(stored, terms, filter);
  const shown: number[] = [];
  let isSure = true;
  for (let page = 1; shown.length < 400; page++) {
    const { rows, total, isAtLeast } = stored.tables.notifications.pages.list(
      { ...query, page },
      group,
    );
    if (isAtLeast) expect(total, JSON.stringify(query)).toBeLessThanOrEqual(expected.length);
    else expect(total, JSON.stringify(query)).toBe(expected.length);
    isSure = !isAtLeast;
    if (rows.length === 0) break;
    shown.push(...rows.map(({ seq }) => seq));
  }
  expect(shown, JSON.stringify(query)).toEqual(expected.slice(0, shown.length));
  if (shown.length >= Math.min(expected.length, 400)) return;
  // Only the newest were looked at, and it is said that there may be more.
  expect(isSure, JSON.stringify(query)).toBe(false);
  const newest = stored.db.value<number>('SELECT max(seq) FROM notifications') ?? 0;
  expect(expected[shown.length], JSON.stringify(query)).toBeLessThanOrEqual(newest - SCANNED_MAX);
}
