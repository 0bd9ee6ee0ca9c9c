import { Collection, type CollectionDeps, type Stamps } from '../../collections/collection.ts';
import { Mirror } from '../../collections/mirror.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import { ok, type Result } from '../../contract/result.ts';
import type { Silence, SilenceState } from '../../contract/suppression.ts';
import { allTakeEmpty, type Matchable, type Matches } from '../../domain/matching.ts';
import type { SilenceRow } from '../../store/rule-tables.ts';
import type { Tables } from '../../store/tables.ts';
import type { Unit } from '../../store/unit.ts';
import { matcherProblem, storedMatches } from './mute-checks.ts';
import { earliest, noteMuting, type InForce, type Release } from './mute-reason.ts';
import { refuse, refuseField } from '../../messages/failures.ts';

export interface SilenceServiceDeps extends CollectionDeps {
  readonly tables: Pick<Tables, 'audit' | 'silences'>;
  /** Every alert that is not closed. */
  readonly openAlerts: () => Iterable<Matchable>;
  readonly release: Release;
}

/** A silence as it is stored, and how it stands. */
export type StandingSilence = Omit<Silence, 'matching'>;

interface Compiled {
  readonly row: SilenceRow;
  readonly matches: Matches;
}

/** In the order in which they are listed. */
const STATES: readonly SilenceState[] = ['active', 'pending', 'expired'];

/** Silences, compiled and kept in memory. They are not deleted: they expire. */
export class SilenceService {
  readonly collection;
  readonly #deps: SilenceServiceDeps;
  /** The one that ends last first: it is the one to wait for, and behind the first expired one all are. */
  readonly #compiled;

  constructor(deps: SilenceServiceDeps) {
    const { release } = deps;
    const rows = deps.tables.silences;
    this.#deps = deps;
    this.#compiled = new Mirror<readonly Compiled[]>((before) =>
      compiledFrom(rows.all(), before ?? []),
    );
    this.collection = new Collection<
      SilenceRow,
      ParsedInput<'silences.create'>,
      ParsedInput<'silences.update'>,
      Silence
    >(deps, {
      rows,
      audit: 'silence',
      max: LIMITS.silencesMax,
      uniqueNames: false,
      // Expired ones are kept for people to look up; they must not stand in the way of a new one.
      hasRoom: (now) => rows.all().some(({ endsAt }) => endsAt <= now),
      reason: ({ matchers, startsAt, endsAt }) => ({
        code: 'audit.silence',
        params: { matchers: [...matchers], startsAt, endsAt },
      }),
      show: (shown) => this.#shown(shown),
      create: (input, stamps, actor) => newSilence(input, stamps, actor),
      update: (before, patch, now) => patchedSilence(before, patch, now),
      problem: (row) => silenceProblem(row),
      write: ({ before, after, now }) => {
        if (!before && rows.count() >= LIMITS.silencesMax) rows.prune(now, 1);
        rows.put(after);
      },
      changed: ({ unit, before, now }) => {
        this.#compiled.reload(unit);
        noteMuting(unit);
        if (before) release(unit, 'silence', before.id, now);
      },
    });
  }

  get version(): number {
    return this.#compiled.version;
  }

  /** The silence that keeps an alert quiet at `now`; of several, the one that ends last. */
  muting(alert: Matchable, now: number): SilenceRow | null {
    for (const { row, matches } of this.#compiled.value) {
      if (row.endsAt <= now) return null;
      if (row.startsAt <= now && matches(alert)) return row;
    }
    return null;
  }

  /** Every silence that covers an alert at `now`. */
  covering(alert: Matchable, now: number): string[] {
    return this.#compiled.value
      .filter(({ row, matches }) => stateAt(row, now) === 'active' && matches(alert))
      .map(({ row: { id } }) => id);
  }

  inForce(now: number): InForce {
    const active = this.#compiled.value.filter(({ row }) => stateAt(row, now) === 'active');
    return { count: active.length, firstEndAt: earliest(active.map(({ row }) => row.endsAt)) };
  }

  /** The next moment after `now` at which one begins or ends; null when none will. */
  nextChangeAt(now: number): number | null {
    return earliest(
      this.#compiled.value
        .flatMap(({ row }) => [row.startsAt, row.endsAt])
        .filter((at) => at > now),
    );
  }

  /** All of them in no order, without what they match, which takes a look at every alert. */
  standing(): StandingSilence[] {
    const now = this.#deps.clock.now();
    return this.#compiled.value.map(({ row }) => standing(row, now));
  }

  /**
   * Changes one as Alertmanager does: in place as long as that rewrites nothing that has been; otherwise
   * it ends now, unless it has already, and a new one with another id stands for it.
   */
  replace(
    id: string,
    input: ParsedInput<'silences.create'>,
    actor: string,
  ): Promise<Result<Silence>> {
    return this.#deps.writer.submit((unit) => {
      const now = this.#deps.clock.now();
      const before = this.#deps.tables.silences.byId(id);
      if (!before) return this.collection.missing();
      const { matchers, comment } = input;
      const startsAt = input.startsAt === undefined ? now : new Date(input.startsAt).getTime();
      const wanted = { matchers, startsAt, endsAt: new Date(input.endsAt).getTime(), comment };
      if (mayBecome(before, wanted, now)) {
        const row = { ...before, ...wanted, updatedAt: now };
        return this.collection.saveIn(unit, row, before, actor, 'update');
      }
      // It mutes from now on; what the old one has muted stays its own.
      const renewed = { ...input, startsAt: Math.max(startsAt, now) };
      const created = this.collection.createIn(unit, renewed, actor);
      if (created.ok && stateAt(before, now) !== 'expired') this.#expire(unit, before, actor);
      return created;
    });
  }

  /** Ends it now; one that has not begun will not begin. */
  expire(id: string, actor: string): Promise<Result<Silence>> {
    return this.#deps.writer.submit((unit) => {
      const before = this.#deps.tables.silences.byId(id);
      if (!before) return this.collection.missing();
      if (stateAt(before, this.#deps.clock.now()) === 'expired') return hasExpired();
      return ok(this.#expire(unit, before, actor));
    });
  }

  #expire(unit: Unit, before: SilenceRow, actor: string): Silence {
    const now = this.#deps.clock.now();
    const startsAt = Math.min(before.startsAt, now);
    const row = { ...before, startsAt, endsAt: now, updatedAt: now };
    return this.collection.storeIn(unit, row, before, actor, 'expire');
  }

  /** Active, pending, then expired ones, each newest first. */
  #shown(rows: readonly SilenceRow[]): Silence[] {
    const now = this.#deps.clock.now();
    const alerts = [...this.#deps.openAlerts()];
    const compiled = new Map(this.#compiled.value.map((it) => [it.row.id, it]));
    const all = rows.map((row): Silence => {
      const matches = compiled.get(row.id)?.matches ?? storedMatches(row.matchers);
      return { ...standing(row, now), matching: alerts.filter(matches).length };
    });
    return STATES.flatMap((state) => all.filter((silence) => silence.state === state));
  }
}

/** Compiles a silence again only if its matchers changed. */
function compiledFrom(rows: readonly SilenceRow[], before: readonly Compiled[]): Compiled[] {
  const known = new Map(before.map((compiled) => [compiled.row.id, compiled]));
  return rows
    .map((row) => {
      const old = known.get(row.id);
      const same = old?.row.matchers.join('\n') === row.matchers.join('\n');
      return { row, matches: old && same ? old.matches : storedMatches(row.matchers) };
    })
    .sort((a, b) => b.row.endsAt - a.row.endsAt);
}

const standing = (row: SilenceRow, now: number): StandingSilence => ({
  ...row,
  state: stateAt(row, now),
});

/**
 * Returns true if a silence may be changed in place, so that what it has muted stays true. Compares to the
 * second, as Alertmanager does.
 */
function mayBecome(
  before: SilenceRow,
  wanted: Pick<SilenceRow, 'matchers' | 'startsAt'>,
  now: number,
): boolean {
  if (before.matchers.join('\n') !== wanted.matchers.join('\n')) return false;
  const second = (ms: number): number => Math.floor(ms / 1_000);
  switch (stateAt(before, now)) {
    case 'active':
      return second(before.startsAt) === second(wanted.startsAt);
    case 'pending':
      return wanted.startsAt >= now;
    case 'expired':
      return false;
  }
}

const stateAt = ({ startsAt, endsAt }: SilenceRow, now: number): SilenceState => {
  if (endsAt <= now) return 'expired';
  return startsAt <= now ? 'active' : 'pending';
};

function newSilence(
  { author, startsAt, endsAt, matchers, comment }: ParsedInput<'silences.create'>,
  stamps: Stamps,
  actor: string,
): Result<SilenceRow> {
  const row: SilenceRow = {
    ...stamps,
    matchers,
    startsAt: startsAt === undefined ? stamps.createdAt : new Date(startsAt).getTime(),
    endsAt: new Date(endsAt).getTime(),
    author: author ?? actor,
    comment,
  };
  return silenceProblem(row) ?? silenceMatcherProblem(matchers) ?? ok(row);
}

function patchedSilence(
  before: SilenceRow,
  patch: ParsedInput<'silences.update'>,
  now: number,
): Result<SilenceRow> {
  if (stateAt(before, now) === 'expired') return hasExpired();
  const { matchers = before.matchers, comment = before.comment, endsAt } = patch;
  const at = endsAt === undefined ? before.endsAt : new Date(endsAt).getTime();
  // Only new matchers are looked at: an older silence must stay editable.
  const problem = patch.matchers ? silenceMatcherProblem(patch.matchers) : null;
  return problem ?? ok({ ...before, matchers, comment, endsAt: at, updatedAt: now });
}

function silenceProblem({
  matchers,
  startsAt,
  endsAt,
  updatedAt,
}: SilenceRow): Result<never> | null {
  const badEnd = (code: 'issue.in_future' | 'issue.after_start') =>
    refuseField('invalid_input', 'endsAt', { code, params: {} });
  if (endsAt <= updatedAt) return badEnd('issue.in_future');
  if (endsAt <= startsAt) return badEnd('issue.after_start');
  return matcherProblem('matchers', matchers);
}

/** Refuses matchers that Alertmanager refuses for a silence. */
function silenceMatcherProblem(texts: readonly string[]): Result<never> | null {
  const problem = matcherProblem('matchers', texts);
  if (problem || !allTakeEmpty(texts)) return problem;
  return refuseField('invalid_input', 'matchers', { code: 'issue.matches_all', params: {} });
}

const hasExpired = (): Result<never> =>
  refuse('wrong_state', { code: 'error.silence_expired', params: {} });
