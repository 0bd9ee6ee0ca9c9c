import { expect } from 'vitest';
import { alertState, type AlertsQuery } from '../../main/contract/alert.ts';
import { notificationStatus, type NotificationsQuery } from '../../main/contract/notification.ts';
import { severity } from '../../main/contract/primitives.ts';
import { likePattern } from '../../main/store/columns.ts';
import { openDatabase, type Db } from '../../main/store/database.ts';
import { SEARCHED } from '../../main/store/notifications/notification-rows.ts';
import { SCANNED_MAX, type SearchIndex } from '../../main/store/search-index.ts';
import { openTables } from '../../main/store/tables.ts';
import { tempDir } from '../support/temp-dir.ts';

/** More than a search reads one by one, so that it asks the index. */
export const FILLERS = SCANNED_MAX + 100;
export const STEP = 64;

/** What people, senders and attackers write; the last ones are what an index and LIKE could disagree on. */
export const WORDS = [
  ...[
    'disk',
    'Disk',
    'DISK full',
    'nas',
    'pi',
    'a',
    'zq',
    '7',
    '95 %',
    '100%',
    '_',
    '%',
    '\\',
    "'",
  ],
  ...[
    '"',
    '""',
    '"disk"',
    'AND',
    'OR NOT',
    'NEAR(a b)',
    'text:disk',
    'disk*',
    '^disk',
    '-',
    '()',
    '{}',
  ],
  ...[
    'Straße',
    'STRASSE',
    'straße',
    'İstanbul',
    'istanbul',
    'ıI',
    'É',
    'é',
    'e\u0301',
    'Ä',
    'ä',
    'K',
    'ſ',
  ],
  ...[
    '磁盘',
    '磁',
    '磁盘已满',
    '🔥',
    '🔥🔥🔥',
    '👩‍👩‍👧',
    '\u{10FFFF}',
    'zq\u{10FFFF}',
    '\u001f',
    '\u001erw',
    'Ω',
  ],
  ...['Ǆ', 'ǆ', 'ﬁ', 'fi', '\n', '\\n', '\t', 'tab\there', 'ümlaut', 'ÜMLAUT', '\uD83D'],
];

const CHANNELS = ['channel-one', 'channel-two', 'x-channel-one'];

/** Numbers as the seed gives them, from 0 up to 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export class Stored implements Disposable {
  readonly #dir = tempDir();
  readonly random: () => number;
  db: Db;
  #count = 0;

  constructor(seed: number) {
    this.random = randomFrom(seed);
    this.db = openDatabase(this.#dir.path);
    this.#fill();
  }

  get tables() {
    return openTables(this.db);
  }

  get indexes(): readonly SearchIndex[] {
    return this.tables.searchIndexes;
  }

  pick = <T>(values: readonly T[]): T => values[Math.floor(this.random() * values.length)] as T;

  text(): string {
    const length = Math.floor(this.random() * 5);
    return Array.from({ length }, () => this.pick(WORDS)).join(this.pick(['', ' ', ', ']));
  }

  /** Old rows, all alike. */
  #fill(): void {
    this.db.exec(`
      BEGIN;
      INSERT INTO conditions (id, source, host, kind, dedup_key) VALUES (1, 'api', 'filler', 'f', '');
      WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${FILLERS})
      INSERT INTO alerts (id, condition_id, source, host, kind, dedup_key, state, severity, peak_severity,
        message, labels, annotations, started_at, last_seen_at, unseen_from, state_from, occurrences, closed_at)
      SELECT 'filler ' || n, 1, 'api', 'filler', 'f', '', 'resolved', 'info', 'info', 'common words ' || (n % 10), '{}', '{}',
        0, 0, 0, 0, 1, n FROM numbers;
      WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${FILLERS})
      INSERT INTO notifications (id, alert_id, channel_id, channel_name, event, status, snapshot, created_at, updated_at)
      SELECT 'filler ' || n, 'gone', 'channel-filler', 'filler', 'raised', 'sent', '{"message":"common words ' || (n % 10) || '"}', 0, 0
      FROM numbers;
      COMMIT`);
    for (const id of CHANNELS) {
      this.db.run(
        `INSERT INTO channels (id, kind, name, enabled, config, configured, retry, created_at, updated_at)
         VALUES (?, 'webhook', ?, 1, x'', '[]', '{}', 0, 0)`,
        [id, id],
      );
    }
    this.tables.keptCounts.recount();
  }

  insert(): void {
    const n = ++this.#count;
    const state = this.pick(alertState.options);
    const level = this.pick(severity.options);
    const closedAt = state === 'open' || state === 'acknowledged' ? null : n;
    const [host, kind] = [this.pick(WORDS), this.pick(WORDS)];
    this.db.run(`INSERT INTO conditions (source, host, kind, dedup_key) VALUES ('api', ?, ?, ?)`, [
      host,
      kind,
      String(n),
    ]);
    this.db.run(
      `INSERT INTO alerts (id, condition_id, source, host, kind, dedup_key, state, severity, peak_severity,
         message, labels, annotations, started_at, last_seen_at, unseen_from, state_from, occurrences, closed_at)
       VALUES (?, (SELECT max(id) FROM conditions), 'api', ?, ?, ?, ?, ?, ?, ?, ?, '{}', 0, 0, 0, 0, 1, ?)`,
      [
        ...[`alert ${n}`, host, kind, String(n), state, level, level, this.text()],
        ...[JSON.stringify({ [this.text()]: this.text() }), closedAt],
      ],
    );
    const status = this.pick(notificationStatus.options);
    const waits = status === 'pending' || status === 'failed';
    const isSending = status === 'sending';
    this.db.run(
      `INSERT INTO notifications (id, alert_id, channel_id, channel_name, event, status, due_at, lease_token, lease_until,
         cancel_reason, cause, died_at, last_error, receiver_text, snapshot, created_at, updated_at)
       VALUES (?, 'gone', ?, ?, 'raised', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)`,
      [
        ...[`notification ${n}`, this.pick(CHANNELS), this.text(), status, waits ? n : null],
        ...[isSending ? 'lease' : null, isSending ? n : null],
        ...[status === 'cancelled' ? 'superseded' : null, status === 'dead' ? 'cause' : null],
        ...[status === 'dead' ? n : null, ...this.failure()],
        JSON.stringify({ host, kind, message: this.text() }),
      ],
    );
  }

  failure(): [reason: string | null, receiverText: string | null] {
    if (this.random() < 0.5) return [null, null];
    const reason = this.pick([
      {
        code: 'failure.credentials_refused',
        params: { service: 'ntfy', status: 'HTTP 401', fields: [] },
      },
      { code: 'failure.no_answer', params: { error: this.text() } },
      { code: 'legacy', params: { text: this.text() } },
    ]);
    return [JSON.stringify(reason), this.text()];
  }

  /** Something that happens to rows, by the statements' own way of doing it. */
  change(): void {
    const now = ++this.#count;
    const some = <T>(sql: string): T[] =>
      this.db.values<T>(`${sql} ORDER BY seq * 7919 % ${this.pick([13, 17, 101])} LIMIT 3`);
    const { deadLetters } = this.tables.notifications;
    const change = this.pick([
      () => {
        const text = [this.text(), JSON.stringify({ a: this.text() })];
        for (const seq of some('SELECT seq FROM alerts WHERE closed_at IS NULL'))
          this.db.run('UPDATE alerts SET message = ?, labels = ? WHERE seq = ?', [...text, seq]);
      },
      () => {
        const sql = `UPDATE alerts SET state = ?, closed_at = ? WHERE seq = ?`;
        for (const seq of some('SELECT seq FROM alerts WHERE closed_at IS NULL'))
          this.db.run(sql, [this.pick(['resolved', 'expired']), now, seq]);
      },
      () => {
        const sql = `UPDATE notifications SET status = 'sent', due_at = NULL, lease_token = NULL, lease_until = NULL,
          last_error = ?, receiver_text = ? WHERE seq = ?`;
        const found =
          "SELECT seq FROM notifications WHERE status IN ('pending', 'sending', 'failed')";
        for (const seq of some(found)) this.db.run(sql, [...this.failure(), seq]);
      },
      () => {
        const sql = `UPDATE notifications SET status = 'dead', due_at = NULL, lease_token = NULL, lease_until = NULL,
          cause = 'cause', died_at = 1, last_error = ?, receiver_text = ? WHERE seq = ?`;
        const found =
          "SELECT seq FROM notifications WHERE status IN ('pending', 'sending', 'failed')";
        for (const seq of some(found)) this.db.run(sql, [...this.failure(), seq]);
      },
      () => {
        deadLetters.requeue(some("SELECT seq FROM notifications WHERE status = 'dead'"), 'me', now);
      },
      () => {
        const seqs = some<number>("SELECT seq FROM notifications WHERE status = 'dead'");
        const discardId = `discard ${now}`;
        deadLetters.discard(seqs, { discardId, waiting: false }, now);
        const error = JSON.stringify({ code: 'failure.never_attempted', params: {} });
        const [seq] = seqs;
        if (seq !== undefined) deadLetters.undo({ seq, discardId, error, cause: 'cause', now });
      },
      () => {
        for (const table of ['alerts', 'notifications'])
          for (const seq of some(`SELECT seq FROM ${table} WHERE id NOT LIKE 'filler%'`))
            this.db.run(`DELETE FROM ${table} WHERE seq = ?`, [seq]);
      },
    ]);
    change();
    this.tables.keptCounts.recount();
  }

  /** One step of the indexer, perhaps one that is rolled back. */
  step(index: SearchIndex): void {
    const isKept = this.random() < 0.8;
    this.db.run('BEGIN');
    if (this.random() < 0.7) index.indexNext(STEP);
    else index.closeGaps(Math.floor(this.random() * FILLERS), STEP);
    index.merge();
    this.db.run(isKept ? 'COMMIT' : 'ROLLBACK');
  }

  /** Indexes everything. */
  index(): void {
    for (const index of this.indexes) {
      while (index.behind() > 0) index.indexNext(1_000);
      for (let after: number | null = 0; after !== null;) after = index.closeGaps(after, 1_000);
      index.merge();
    }
  }

  reopen(): void {
    this.db.close();
    this.db = openDatabase(this.#dir.path);
  }

  [Symbol.dispose](): void {
    this.db.close();
    this.#dir[Symbol.dispose]();
  }
}

/** Part of a word, in another case, or with another after it. */
function asked(stored: Stored): string {
  const characters = [
    ...stored.pick([...WORDS, stored.text(), 'common words', 'filler', 'HTTP 401', 'message']),
  ];
  const from = Math.floor(stored.random() * characters.length);
  const part = characters.slice(from, from + 1 + Math.floor(stored.random() * 8)).join('');
  const cased = stored.random() < 0.3 ? part.toUpperCase() : part;
  return cased.replaceAll('\0', '').trim();
}

/** What a search found before there was an index: every row that LIKE finds. */
export const ALERTS_FOUND = `SELECT seq FROM alerts
  WHERE (@state IS NULL OR state = @state) AND (@severity IS NULL OR severity = @severity)
    AND (@host IS NULL OR host = @host) AND (@kind IS NULL OR kind = @kind)
    AND (host LIKE @like ESCAPE '\\' OR kind LIKE @like ESCAPE '\\' OR message LIKE @like ESCAPE '\\'
      OR labels LIKE @like ESCAPE '\\') ORDER BY seq DESC`;

export function expectAlerts(stored: Stored): void {
  const { pick, random, db } = stored;
  const q = asked(stored);
  if (q === '') return;
  const maybe = <T>(values: readonly T[]): T | null => (random() < 0.25 ? pick(values) : null);
  const [state, level] = [maybe(alertState.options), maybe(severity.options)];
  const [host, kind] = [maybe(WORDS), maybe(WORDS)];
  const query: AlertsQuery = {
    ...{ q, limit: 37 },
    ...(state !== null && { state: [state] }),
    ...(level !== null && { severity: [level] }),
    ...(host !== null && { host }),
    ...(kind !== null && { kind }),
  };
  const like = likePattern(q);
  const expected = db.values<number>(ALERTS_FOUND, { state, severity: level, host, kind, like });
  const pages = stored.tables.alertPages;
  const found: number[] = [];
  for (let before: number | null = null; found.length < 400;) {
    const { rows, total, isAtLeast } = pages.list(query, before);
    if (isAtLeast) expect(total, JSON.stringify(query)).toBeLessThanOrEqual(expected.length);
    else expect(total, JSON.stringify(query)).toBe(expected.length);
    if (rows.length === 0) break;
    found.push(...rows.map(({ seq }) => seq));
    before = rows.at(-1)?.seq ?? null;
  }
  expect(found, JSON.stringify(query)).toEqual(expected.slice(0, found.length));
  expect(found.length, JSON.stringify(query)).toBe(
    Math.min(expected.length, Math.ceil(400 / 37) * 37),
  );
}

export const NOTIFICATIONS_FOUND = `SELECT seq FROM notifications n
  WHERE (@status IS NULL OR status = @status) AND (@channelId IS NULL OR channel_id = @channelId)
    AND (@cause IS NULL OR (status = 'dead' AND cause = @cause)) AND ${SEARCHED} ORDER BY seq DESC`;

export function expectNotifications(stored: Stored): void {
  const { pick, random, db } = stored;
  const q = asked(stored);
  if (q === '') return;
  const maybe = <T>(values: readonly T[]): T | null => (random() < 0.25 ? pick(values) : null);
  const group = random() < 0.1 ? { channelId: pick(CHANNELS), class: null, cause: 'cause' } : null;
  const status = group ? null : maybe(notificationStatus.options);
  const channelId = group?.channelId ?? maybe(CHANNELS);
  const query: Omit<NotificationsQuery, 'page'> = {
    ...{ q, per_page: 37 },
    ...(status !== null && { status: [status] }),
    ...(channelId !== null && { channelId }),
  };
  const filter = { status, channelId, cause: group?.cause ?? null, like: likePattern(q) };
  const expected = db.values<number>(NOTIFICATIONS_FOUND, filter);
  const found: number[] = [];
  for (let page = 1; found.length < 400; page++) {
    const { rows, total, isAtLeast } = stored.tables.notifications.pages.list(
      { ...query, page },
      group,
    );
    if (isAtLeast) expect(total, JSON.stringify(query)).toBeLessThanOrEqual(expected.length);
    else expect(total, JSON.stringify(query)).toBe(expected.length);
    if (rows.length === 0) break;
    found.push(...rows.map(({ seq }) => seq));
  }
  expect(found, JSON.stringify(query)).toEqual(expected.slice(0, found.length));
  expect(found.length, JSON.stringify(query)).toBe(
    Math.min(expected.length, Math.ceil(400 / 37) * 37),
  );
}
