import type { z } from 'zod';
import type { Deleted } from '../../collections/collection.ts';
import type { ConfigSection } from '../../contract/config-document.ts';
import type { IssueReason } from '../../contract/reasons/issue-reasons.ts';
import type { NoteReason } from '../../contract/reasons/note-reasons.ts';
import type { Result } from '../../contract/result.ts';
import type { Unit } from '../../store/unit.ts';
import type { SealedSecrets, Secrets } from './sealed-secrets.ts';

/**
 * The facts that a file says of something, in the order in which they are written.
 * Equal facts are equal things.
 */
export type Facts = Readonly<Record<string, unknown>>;

/** Something as it is stored. */
export interface Known {
  readonly id: string;
  readonly facts: Facts;
  readonly secrets: Secrets;
}

/** Something as the file wants it. */
export interface Wanted<Entry> {
  readonly entry: Entry;
  readonly facts: Facts;
  readonly secrets: Secrets;
  /** The notes that a person has to read besides. */
  readonly notes: readonly NoteReason[];
}

/** A problem with one entry; `path` leads on from the entry. */
export interface EntryProblem {
  readonly path: readonly PropertyKey[];
  readonly reason: IssueReason;
  /** Leads on to what is to be looked at, where the path names what holds it. */
  readonly inner?: readonly PropertyKey[];
}

export type Wish<Entry> =
  | { readonly ok: true; readonly wanted: Wanted<Entry> }
  | { readonly ok: false; readonly problems: readonly EntryProblem[] };

/** The knowledge of an import besides the entry in hand. */
export interface ImportContext {
  /** Null when the file holds no secrets or nobody has said the passphrase. */
  readonly sealed: SealedSecrets | null;
  /** Names of the channels that there will be. */
  readonly channelNames: ReadonlySet<string>;
}

/** One kind of thing that a file speaks of: how it is written, read, compared and stored. */
export interface Section<Entry> {
  readonly name: ConfigSection;
  /** By what the file calls them, in the order in which they are written. */
  known(): ReadonlyMap<string, Known>;
  /** As it stands in a file; its secrets only with what seals them. */
  written(known: Known, sealed: SealedSecrets | null): Facts;
  /** Returns the field in which the file names it, and the name. */
  keyOf(entry: Entry): readonly [field: string, key: string];
  want(entry: Entry, known: Known | null, context: ImportContext): Wish<Entry>;
  /** Creates it, or with an id changes what is stored, in the caller's transaction. */
  put(unit: Unit, wanted: Wanted<Entry>, id: string | null, actor: string): Result<unknown>;
  remove(unit: Unit, id: string, actor: string): Result<Deleted>;
}

/** Of a stored row, what its input has: what is added to the input is exported automatically. */
export const inputOf = <Schema extends z.ZodObject>(
  schema: Schema,
  row: z.output<Schema>,
): z.output<Schema> =>
  Object.fromEntries(
    Object.keys(schema.shape).map((field) => [field, row[field]]),
  ) as z.output<Schema>;

export const byKey = <Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  known: (row: Row) => Known,
): ReadonlyMap<string, Known> => new Map(rows.map((row) => [keyOf(row), known(row)]));

export const channelMissing = (path: readonly PropertyKey[], name: string): EntryProblem => ({
  path,
  reason: { code: 'issue.channel_missing', params: { name } },
});

export const changedSecrets = (path: string): Wish<never> => ({
  ok: false,
  problems: [{ path: [path], reason: { code: 'issue.resealed', params: {} } }],
});
