import type { Clock } from '../base/clock.ts';
import type { NewId } from '../base/ids.ts';
import type { Output, ParsedInput } from '../contract/methods.ts';
import type { AuditReason } from '../contract/reasons/audit-reasons.ts';
import type { Thing } from '../contract/reasons/issue-reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import type { RuleGroup } from '../contract/rules.ts';
import type { Messages } from '../messages/messages.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import { refuse, refuseField } from '../messages/failures.ts';

export interface CollectionDeps {
  readonly tables: Pick<Tables, 'audit'>;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly newId: NewId;
  /** The catalogue in the language of the settings. */
  readonly messages: () => Messages;
}

/** The fields of every row. */
export interface Stamps {
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Rows<Row> {
  all(): Row[];
  byId(id: string): Row | null;
  count(): number;
  put(row: Row): void;
  delete(id: string): boolean;
}

/** A change of one row, within the transaction that makes it. */
export interface Change<Row> {
  readonly unit: Unit;
  /** Null for a new row. */
  readonly before: Row | null;
  /** Null for a deletion. */
  readonly after: Row | null;
  readonly actor: string;
  readonly now: number;
}

/** The consequences of a deletion. */
interface Losses {
  /** The number of queued notifications that are cancelled. */
  readonly cancelled: number;
  /** Replaces the row's reason in the audit log. */
  readonly reason: AuditReason;
}

export interface Deleted {
  readonly status: 'deleted';
  readonly cancelled?: number;
}

/** The part of a collection that is special to its kind. */
export interface Kind<Row extends Stamps, Create, Update, Shown> {
  readonly rows: Rows<Row>;
  /** The audit log's actions are this, a dot and a verb; the catalogue has its name. */
  readonly audit: Thing;
  readonly max: number;
  /** True if no two may have the same `name`. */
  readonly uniqueNames: boolean;
  /** Returns what the audit log says of a row besides the action. */
  readonly reason: (row: Row) => AuditReason;
  readonly show: (rows: readonly Row[]) => Shown[];
  /** Returns true if there is room for another although there are `max`. */
  readonly hasRoom?: (now: number) => boolean;
  /** Makes a new row; without it the input is all of it. */
  readonly create?: (input: Create, stamps: Stamps, actor: string) => Result<Row>;
  /** Changes a row; without it the input replaces all of it. */
  readonly update?: (before: Row, input: Update, now: number) => Result<Row>;
  /** Returns the refusal of a row for what no schema sees. */
  readonly problem?: (row: Row, before: Row | null) => Result<never> | null;
  /** Stores a change where it takes more than writing the row. */
  readonly write?: (change: Change<Row> & { readonly after: Row }) => void;
  readonly remove?: (change: Change<Row> & { readonly before: Row }) => Losses | void;
  /** Follows each change in the same transaction: what is in memory, what windows have to hear. */
  readonly changed?: (change: Change<Row>) => void;
}

/** A collection for those who do not care what a row is. */
export type CollectionOf<
  Create extends object,
  Update extends { readonly id: string },
  Shown,
> = Pick<
  Collection<never, Create, Update, Shown>,
  'list' | 'get' | 'create' | 'update' | 'delete' | 'createIn' | 'updateIn' | 'deleteIn'
>;

/** Every rule that is a collection and no more. */
export type RuleCollections = {
  readonly [G in RuleGroup]: CollectionOf<
    ParsedInput<`${G}.create`>,
    ParsedInput<`${G}.update`>,
    Output<`${G}.create`>
  >;
};

/**
 * Things of one kind that people set up: named, limited, audited. Each method without `In` is one
 * transaction; those with it belong to the caller's.
 */
export class Collection<
  Row extends Stamps,
  Create extends object,
  Update extends { readonly id: string },
  Shown,
> {
  readonly #deps: CollectionDeps;
  readonly #kind: Kind<Row, Create, Update, Shown>;

  constructor(deps: CollectionDeps, kind: Kind<Row, Create, Update, Shown>) {
    this.#deps = deps;
    this.#kind = kind;
  }

  /** In the order of the table, unless the kind has another. */
  list(): Shown[] {
    return this.#kind.show(this.#kind.rows.all());
  }

  get(id: string): Result<Shown> {
    const row = this.#kind.rows.byId(id);
    return row ? ok(this.#shown(row)) : this.missing();
  }

  create(input: Create, actor: string): Promise<Result<Shown>> {
    return this.#deps.writer.submit((unit) => this.createIn(unit, input, actor));
  }

  update(input: Update, actor: string): Promise<Result<Shown>> {
    return this.#deps.writer.submit((unit) => this.updateIn(unit, input, actor));
  }

  delete(id: string, actor: string): Promise<Result<Deleted>> {
    return this.#deps.writer.submit((unit) => this.deleteIn(unit, id, actor));
  }

  createIn(unit: Unit, input: Create, actor: string): Result<Shown> {
    const now = this.#deps.clock.now();
    const refusal = this.full(now) ?? this.#nameTaken(input, null);
    if (refusal) return refusal;
    const stamps = { id: this.#deps.newId(), createdAt: now, updatedAt: now };
    const made = this.#kind.create?.(input, stamps, actor) ?? ok({ ...input, ...stamps } as never);
    return made.ok ? this.saveIn(unit, made.value, null, actor, 'create') : made;
  }

  updateIn(unit: Unit, input: Update, actor: string): Result<Shown> {
    const before = this.#kind.rows.byId(input.id);
    if (!before) return this.missing();
    const taken = this.#nameTaken(input, input.id);
    if (taken) return taken;
    const now = this.#deps.clock.now();
    const changed =
      this.#kind.update?.(before, input, now) ??
      ok({ ...input, createdAt: before.createdAt, updatedAt: now } as never);
    return changed.ok ? this.saveIn(unit, changed.value, before, actor, 'update') : changed;
  }

  deleteIn(unit: Unit, id: string, actor: string): Result<Deleted> {
    const { rows, remove = () => void rows.delete(id) } = this.#kind;
    const before = rows.byId(id);
    if (!before) return this.missing();
    const change = { unit, before, after: null, actor, now: this.#deps.clock.now() };
    const losses = remove(change);
    this.#note(change, before, 'delete', losses?.reason);
    return ok({ status: 'deleted', ...(losses && { cancelled: losses.cancelled }) });
  }

  /** Stores a row unless something is wrong with it. */
  saveIn(unit: Unit, row: Row, before: Row | null, actor: string, verb: string): Result<Shown> {
    const problem = this.#kind.problem?.(row, before);
    return problem ?? ok(this.storeIn(unit, row, before, actor, verb));
  }

  /** Stores a row that has been checked. */
  storeIn(unit: Unit, after: Row, before: Row | null, actor: string, verb: string): Shown {
    const { rows, write = () => rows.put(after) } = this.#kind;
    const change = { unit, before, after, actor, now: after.updatedAt };
    write(change);
    this.#note(change, after, verb);
    return this.#shown(after);
  }

  /** Audits a change that the caller has stored, and lets everything follow it. */
  noteIn(unit: Unit, after: Row, before: Row | null, actor: string, verb: string): Shown {
    this.#note({ unit, before, after, actor, now: after.updatedAt }, after, verb);
    return this.#shown(after);
  }

  /** The refusal of another one; null while there is room. */
  full(now: number): Result<never> | null {
    const { rows, audit, max, hasRoom } = this.#kind;
    if (rows.count() < max || hasRoom?.(now) === true) return null;
    return refuse('invalid_input', { code: 'error.full', params: { thing: audit, max } });
  }

  missing(): Result<never> {
    return refuse('not_found', { code: 'error.unknown', params: { thing: this.#kind.audit } });
  }

  #note(change: Change<Row>, row: Row, verb: string, said?: AuditReason): void {
    const { audit, changed } = this.#kind;
    const { actor, now: at } = change;
    const action = `${audit}.${verb}`;
    const reason = said ?? this.#kind.reason(row);
    this.#deps.tables.audit.append({ at, actor, action, subject: row.id, reason });
    changed?.(change);
  }

  #nameTaken(input: object, except: string | null): Result<never> | null {
    const { rows, audit, uniqueNames } = this.#kind;
    const { name } = input as { readonly name?: string };
    if (!uniqueNames || name === undefined) return null;
    const named: readonly { readonly id: string; readonly name?: string }[] = rows.all();
    if (!named.some((row) => row.name === name && row.id !== except)) return null;
    const params = { thing: audit, name };
    return refuseField('name_taken', 'name', { code: 'issue.name_taken', params });
  }

  #shown(row: Row): Shown {
    return this.#kind.show([row])[0] as Shown;
  }
}
