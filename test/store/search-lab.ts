import { alertState } from '../../main/contract/alert.ts';
import { notificationStatus } from '../../main/contract/notification.ts';
import { severity } from '../../main/contract/primitives.ts';
import { openDatabase, type Db } from '../../main/store/database.ts';
import { SCANNED_MAX, type SearchIndex } from '../../main/store/search-index.ts';
import { openTables } from '../../main/store/tables.ts';
import { tempDir } from '../support/temp-dir.ts';

/** More than a search reads one by one, so that it asks the index. */
export const FILLERS = SCANNED_MAX + 100;
export const STEP = 64;

/** Texts of people, senders and attackers; on the last ones an index and LIKE could disagree. */
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

export const CHANNELS = ['channel-one', 'channel-two', 'x-channel-one'];

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
        ...[JSON.stringify(this.labels()), closedAt],
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
        JSON.stringify({
          ...{ source: 'api', host, kind, dedupKey: '', severity: level, message: this.text() },
          labels: this.labels(),
        }),
      ],
    );
  }

  /** Also one that is called as a field is. */
  labels(): Record<string, string> {
    const name = this.pick([this.text(), 'zone', 'my label', 'host', 'severity', 'alertname']);
    return { [name]: this.pick([...WORDS, 'critical', this.text()]) };
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
