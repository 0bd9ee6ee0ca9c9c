import { defined } from '../base/assert.ts';
import type { Matcher } from '../contract/matcher.ts';
import type { SearchTerms } from '../contract/search.ts';
import type { Db } from './database.ts';
import { Table } from './row-table.ts';

/** Rows at most of which a search reads each; of more, it asks the index. */
export const SCANNED_MAX = 10_000;
/** Matches that a search counts at most where it asks the index. */
export const COUNTED_MAX = 1_000;

/** The page of a search, newest first, and how many match; `isAtLeast`: or more. */
export interface Found {
  readonly seqs: readonly number[];
  readonly total: number;
  readonly isAtLeast: boolean;
  /** The seq from which to go on, of a page that is not full although there may be more. */
  readonly next?: number;
}

/** Ends a part of a row's text in the index; as SQL, and as text. */
export const PART_END = 'char(31)';
export const END = '\u001f';

/** Trigrams whose frequency a search asks for. */
const TRIGRAMS_MAX = 64;
/** Trigrams of one thing that a search asks the index for: each takes the time to read its rows. */
const RAREST_MAX = 4;
/** Entries of a trigram by which its frequency is estimated. */
const SAMPLE = 200;
/** Entries that are read from the index for one or two characters; above, a scan soon finds enough rows. */
const ENTRIES_MAX = 50_000;
/** Pages of the index that one step merges at most. */
const MERGED_PAGES = 32;
/** Text that one step indexes at most, unless a single row has more. */
const TEXT_BYTES_MAX = 65_536;
/** The last two characters that a trigram may end with. */
const LAST_CHARACTERS = '\u{10FFFF}\u{10FFFF}';

/** A table whose rows the index holds. */
export interface Indexed {
  readonly index: 'alert_search' | 'notification_search';
  readonly table: 'alerts' | 'notifications';
  /** SQL: the row's text in lower case, each part between two PART_ENDs, and one more at the end. */
  readonly text: string;
  /** SQL: about how long that is. */
  readonly bytes: string;
  /** SQL: the text will not change any more, unless the row is noted as a gap. */
  readonly atRest: string;
  /** Says how the text is made of a row; under another one, all rows are indexed again. */
  readonly wording: string;
  /** Texts of which a row that matches has one, each as lists of its parts; null where they are not known. */
  readonly textsOf: (matcher: Matcher) => Texts | null;
}

/** Alternatives, and of each all that the row's text contains. */
export type Texts = readonly (readonly string[])[];

/** How the index finds rows that may contain something. */
export type Candidates =
  /** `match` is a query of the index. */
  | { readonly by: 'trigrams'; readonly match: string }
  /** All that contain one of the trigrams of this range, both ends included. */
  | { readonly by: 'range'; readonly from: string; readonly to: string }
  /** Most rows may contain it. */
  | { readonly by: 'scan' }
  /** Nothing says which rows match, so only the newest are looked at. */
  | { readonly by: 'newest' };

/** Further conditions of a row in the index. */
export interface Narrowed {
  /** Each as a whole part of its text. */
  readonly parts: readonly string[];
  /** One of these trigrams; none asks for none. */
  readonly oneOf: readonly string[];
}

/**
 * Says which rows of a table may contain a text: an index of all trigrams (three characters in a row) of the
 * rows that are at rest, in the order of seq up to `through`. Rows that were not at rest when it passed them
 * are gaps. Whoever searches looks through the gaps, what lies behind `through` and what is not at rest as
 * well, and asks each row itself whether it matches.
 */
export class SearchIndex extends Table {
  readonly indexed: Indexed;

  constructor(db: Db, indexed: Indexed) {
    super(db);
    this.indexed = indexed;
  }

  /** The seq up to which rows are in the index or gaps; 0 when there is no index. */
  through(): number {
    const { index, wording } = this.indexed;
    const sql = 'SELECT through FROM search_progress WHERE indexed = ? AND wording = ?';
    return this.db.value<number>(sql, [index, wording]) ?? 0;
  }

  /** The newest row's seq; 0 when there is none. */
  newest(): number {
    return this.db.value<number>(`SELECT max(seq) FROM ${this.indexed.table}`) ?? 0;
  }

  /** How many rows lie behind the index, if none is missing in between. */
  behind(): number {
    return Math.max(0, this.newest() - this.through());
  }

  gaps(): number {
    return this.db.value<number>(`SELECT count(*) FROM ${this.indexed.index}_gaps`) ?? 0;
  }

  /** Indexes the next rows, at most `limit`. */
  indexNext(limit: number): void {
    const { index, table, atRest, bytes, wording } = this.indexed;
    const from = this.through();
    const upTo = lastWithin(
      this.db.all(
        `SELECT seq, ${bytes} AS bytes FROM ${table} WHERE seq > @from ORDER BY seq LIMIT @limit`,
        { from, limit },
      ),
    );
    if (upTo === null) return;
    this.#put('seq > @from AND seq <= @upTo', { from, upTo });
    this.db.run(
      `INSERT OR IGNORE INTO ${index}_gaps (seq)
       SELECT seq FROM ${table} WHERE seq > @from AND seq <= @upTo AND NOT (${atRest})`,
      { from, upTo },
    );
    this.db.run(
      `INSERT INTO search_progress (indexed, through, wording) VALUES (?, ?, ?)
       ON CONFLICT (indexed) DO UPDATE SET through = excluded.through, wording = excluded.wording`,
      [index, upTo, wording],
    );
  }

  /** Indexes those of the next gaps, at most `limit`, that have come to rest. Returns the last gap's seq; null at their end. */
  closeGaps(after: number, limit: number): number | null {
    const { index, table, atRest, bytes } = this.indexed;
    const gaps = `${index}_gaps g CROSS JOIN ${table} ON ${table}.seq = g.seq`;
    const upTo = lastWithin(
      this.db.all(
        `SELECT g.seq, iif(${atRest}, ${bytes}, 0) AS bytes FROM ${gaps} WHERE g.seq > @after
         ORDER BY g.seq LIMIT @limit`,
        { after, limit },
      ),
    );
    if (upTo === null) return null;
    const closed = `SELECT g.seq FROM ${gaps} WHERE g.seq > @after AND g.seq <= @upTo AND ${atRest}`;
    this.#put(`seq IN (${closed})`, { after, upTo });
    this.db.run(`DELETE FROM ${index}_gaps WHERE seq IN (${closed})`, { after, upTo });
    return upTo;
  }

  /** Notes that the text of these rows may change although they are in the index. */
  noteGaps(seqs: readonly number[]): void {
    const { index, table } = this.indexed;
    this.db.run(
      `INSERT OR IGNORE INTO ${index}_gaps (seq) SELECT seq FROM ${table}
       WHERE seq IN (SELECT value FROM json_each(?)) AND seq <= ?`,
      [JSON.stringify(seqs), this.through()],
    );
  }

  /** Merges some of what was written apart, which each search would have to read apart. */
  merge(): void {
    const { index } = this.indexed;
    this.db.run(`INSERT INTO ${index} (${index}, rank) VALUES ('merge', ?)`, [MERGED_PAGES]);
  }

  /** Returns which rows may match the words and matchers; `Narrowed` adds conditions to a query of trigrams. */
  candidates({ words, matchers }: SearchTerms, { parts, oneOf }: Narrowed): Candidates {
    const matching = this.#matching(matchers);
    const ofWords = words.flatMap(trigramsOf);
    if (ofWords.length === 0 && matching.length === 0) {
      const longest = words.toSorted((a, b) => b.length - a.length)[0];
      return longest === undefined ? { by: 'newest' } : this.#shortCandidates(lowerCase(longest));
    }
    const within = parts.flatMap((part) => trigramsOf(END + part + END));
    const all = this.#rarest([...ofWords, ...within]).map(quoted);
    const also = oneOf.length === 0 ? [] : [anyOf(oneOf.map(quoted))];
    return { by: 'trigrams', match: [...all, ...matching, ...also].join(' AND ') };
  }

  /** Returns the queries of the matchers that narrow anything down. */
  #matching(matchers: readonly Matcher[]): string[] {
    let left = TRIGRAMS_MAX;
    return matchers.flatMap((matcher) => {
      const all = (this.indexed.textsOf(matcher) ?? []).map((texts) => texts.flatMap(trigramsOf));
      left -= all.flat().length;
      // One alternative that no trigram is known of may be any row.
      if (left < 0 || all.length === 0 || all.some((trigrams) => trigrams.length === 0)) return [];
      const each = (trigrams: string[]) => this.#rarest(trigrams).map(quoted).join(' AND ');
      return [anyOf(all.map((trigrams) => `(${each(trigrams)})`))];
    });
  }

  /** Returns some of the trigrams, the rarest first. */
  #rarest(trigrams: readonly string[]): string[] {
    const all = [...new Set(trigrams)].slice(0, TRIGRAMS_MAX);
    const frequency = new Map(all.map((trigram) => [trigram, this.#frequency(trigram)]));
    const of = (trigram: string): number => frequency.get(trigram) ?? 0;
    return all.toSorted((a, b) => of(a) - of(b)).slice(0, RAREST_MAX);
  }

  /** Returns about how many of a million rows have a trigram, from the first that do. */
  #frequency(trigram: string): number {
    const found = this.db.get<{ count: number; last: number | null }>(
      `SELECT count(*) AS count, max(doc) AS last FROM
         (SELECT doc FROM ${this.indexed.index}_terms WHERE term = ? LIMIT ?)`,
      [trigram, SAMPLE],
    );
    const { count, last } = defined(found, 'a count');
    return count < SAMPLE || last === null ? count : (count / last) * 1e6;
  }

  #shortCandidates(from: string): Candidates {
    const to = from + LAST_CHARACTERS;
    const count = this.db.value<number>(
      `SELECT count(*) FROM (SELECT 1 FROM ${this.indexed.index}_terms WHERE term >= ? AND term <= ? LIMIT ?)`,
      [from, to, ENTRIES_MAX],
    );
    return count === ENTRIES_MAX ? { by: 'scan' } : { by: 'range', from, to };
  }

  #put(where: string, bound: object): void {
    const { index, table, text, atRest } = this.indexed;
    // In the order of seq, or each that comes before its predecessor would be written apart.
    this.db.run(
      `INSERT OR REPLACE INTO ${index} (rowid, text)
       SELECT seq, ${text} FROM ${table} WHERE ${where} AND ${atRest} ORDER BY seq`,
      bound,
    );
  }
}

/** Returns the last row of those that may be indexed in one step; null when there is none. */
function lastWithin(
  rows: readonly { readonly seq: number; readonly bytes: number }[],
): number | null {
  let bytes = 0;
  const tooFar = rows.findIndex((row, at) => (bytes += row.bytes) > TEXT_BYTES_MAX && at > 0);
  return rows.at(tooFar === -1 ? -1 : tooFar - 1)?.seq ?? null;
}

/** Changes the letters that LIKE and lower() of SQLite fold, and no others. */
const lowerCase = (text: string): string =>
  text.toWellFormed().replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Each three characters in a row, once; none of a shorter text. */
function trigramsOf(text: string): string[] {
  const characters = [...lowerCase(text)];
  const found = characters.slice(2).map((_, at) => characters.slice(at, at + 3).join(''));
  // SQLite leaves out NUL where it reads a text, and ends there where it reads a query.
  return [...new Set(found)].filter((trigram) => !trigram.includes('\0'));
}

const anyOf = (queries: readonly string[]): string => `(${queries.join(' OR ')})`;

const quoted = (term: string): string => `"${term.replaceAll('"', '""')}"`;
