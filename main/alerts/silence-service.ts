import type { Clock } from '../base/clock.ts';
import { LIMITS } from '../contract/limits.ts';
import type { ParsedInput } from '../contract/methods.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Silence, SilenceState } from '../contract/suppression.ts';
import { allTakeEmpty, type Matchable, type Matches } from '../domain/matching.ts';
import { timeText } from '../domain/message-text.ts';
import type { AuditTable } from '../store/audit-table.ts';
import type { SilenceRow, SilenceTable } from '../store/rule-tables.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import { matcherProblem, storedMatches } from './mute-checks.ts';
import { earliest, noteMuting, type InForce, type Release } from './mute-reason.ts';

export interface SilenceServiceDeps {
  readonly silences: SilenceTable;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly newId: () => string;
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

/** Silences, compiled and kept in memory as the database has them, and every change to them. */
export class SilenceService {
  readonly #deps: SilenceServiceDeps;
  /** The one that ends last first: it is the one to wait for, and behind the first expired one all are. */
  #compiled: readonly Compiled[] = [];
  #version = 0;

  constructor(deps: SilenceServiceDeps) {
    this.#deps = deps;
    this.#reload();
  }

  /** Another one after each change, so that what was worked out from the silences can be told to be stale. */
  get version(): number {
    return this.#version;
  }

  /** The silence that keeps an alert quiet at `now`; of several, the one that ends last. */
  muting(alert: Matchable, now: number): SilenceRow | null {
    for (const { row, matches } of this.#compiled) {
      if (row.endsAt <= now) return null;
      if (row.startsAt <= now && matches(alert)) return row;
    }
    return null;
  }

  /** Every silence that covers an alert at `now`. */
  covering(alert: Matchable, now: number): string[] {
    return this.#compiled
      .filter(({ row, matches }) => stateAt(row, now) === 'active' && matches(alert))
      .map(({ row: { id } }) => id);
  }

  inForce(now: number): InForce {
    const active = this.#compiled.filter(({ row }) => stateAt(row, now) === 'active');
    return { count: active.length, firstEndAt: earliest(active.map(({ row }) => row.endsAt)) };
  }

  /** The next moment after `now` at which one begins or ends; null when none will. */
  nextChangeAt(now: number): number | null {
    return earliest(
      this.#compiled.flatMap(({ row }) => [row.startsAt, row.endsAt]).filter((at) => at > now),
    );
  }

  /** Active, pending, then expired ones, each newest first. */
  list(): Silence[] {
    const now = this.#deps.clock.now();
    const alerts = [...this.#deps.openAlerts()];
    const all = this.#deps.silences.all().map((row) => this.#shown(row, alerts, now));
    return STATES.flatMap((state) => all.filter((silence) => silence.state === state));
  }

  /** All of them in no order, without what they match, which takes a look at every alert. */
  standing(): StandingSilence[] {
    const now = this.#deps.clock.now();
    return this.#compiled.map(({ row }) => standing(row, now));
  }

  get(id: string): Result<Silence> {
    const row = this.#deps.silences.byId(id);
    return row ? ok(this.#shownAlone(row)) : noSuchSilence();
  }

  create(input: ParsedInput<'silences.create'>, actor: string): Promise<Result<Silence>> {
    return this.#deps.writer.submit((unit) => this.#create(unit, input, actor));
  }

  update(patch: ParsedInput<'silences.update'>, actor: string): Promise<Result<Silence>> {
    return this.#deps.writer.submit((unit) => {
      const before = this.#deps.silences.byId(patch.id);
      if (!before) return noSuchSilence();
      if (stateAt(before, this.#deps.clock.now()) === 'expired') return hasExpired();
      const { matchers = before.matchers, comment = before.comment, endsAt } = patch;
      const at = endsAt === undefined ? before.endsAt : new Date(endsAt).getTime();
      // Only new matchers are looked at: an older silence must stay editable.
      const problem = patch.matchers ? silenceMatcherProblem(patch.matchers) : null;
      return problem ?? this.#update(unit, { ...before, matchers, comment, endsAt: at }, actor);
    });
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
      const before = this.#deps.silences.byId(id);
      if (!before) return noSuchSilence();
      const { matchers, comment } = input;
      const startsAt = input.startsAt === undefined ? now : new Date(input.startsAt).getTime();
      const wanted = { matchers, startsAt, endsAt: new Date(input.endsAt).getTime(), comment };
      if (mayBecome(before, wanted, now))
        return this.#update(unit, { ...before, ...wanted }, actor);
      // It mutes from now on; what the old one has muted stays its own.
      const renewed = { ...input, startsAt: Math.max(startsAt, now) };
      const created = this.#create(unit, renewed, actor);
      if (created.ok && stateAt(before, now) !== 'expired') this.#expire(unit, before, actor);
      return created;
    });
  }

  /** Ends it now; one that has not begun will not begin. */
  expire(id: string, actor: string): Promise<Result<Silence>> {
    return this.#deps.writer.submit((unit) => {
      const before = this.#deps.silences.byId(id);
      if (!before) return noSuchSilence();
      if (stateAt(before, this.#deps.clock.now()) === 'expired') return hasExpired();
      return ok(this.#expire(unit, before, actor));
    });
  }

  #create(unit: Unit, input: ParsedInput<'silences.create'>, actor: string): Result<Silence> {
    const { silences, clock, newId } = this.#deps;
    const now = clock.now();
    const row: SilenceRow = {
      id: newId(),
      matchers: input.matchers,
      startsAt: input.startsAt === undefined ? now : new Date(input.startsAt).getTime(),
      endsAt: new Date(input.endsAt).getTime(),
      author: input.author ?? actor,
      comment: input.comment,
      createdAt: now,
      updatedAt: now,
    };
    const problem = this.#problem(row, now) ?? silenceMatcherProblem(row.matchers);
    if (problem) return problem;
    // Expired ones are kept for people to look up; they must not stand in the way of a new one.
    if (silences.count() >= LIMITS.silencesMax && silences.prune(now, 1) === 0) {
      return fail('invalid_input', `At most ${LIMITS.silencesMax} silences; expire one first.`);
    }
    return ok(this.#save(unit, row, actor, 'silence.create'));
  }

  #update(unit: Unit, changed: SilenceRow, actor: string): Result<Silence> {
    const now = this.#deps.clock.now();
    const row = { ...changed, updatedAt: now };
    const problem = this.#problem(row, now);
    if (problem) return problem;
    const saved = this.#save(unit, row, actor, 'silence.update');
    this.#deps.release(unit, 'silence', row.id, now);
    return ok(saved);
  }

  #expire(unit: Unit, before: SilenceRow, actor: string): Silence {
    const now = this.#deps.clock.now();
    const startsAt = Math.min(before.startsAt, now);
    const row = { ...before, startsAt, endsAt: now, updatedAt: now };
    const saved = this.#save(unit, row, actor, 'silence.expire');
    this.#deps.release(unit, 'silence', row.id, now);
    return saved;
  }

  #problem({ matchers, startsAt, endsAt }: SilenceRow, now: number): Result<never> | null {
    if (endsAt <= now) return fail('invalid_input', 'endsAt: must be in the future');
    if (endsAt <= startsAt) return fail('invalid_input', 'endsAt: must be after startsAt');
    return matcherProblem('matchers', matchers);
  }

  #save(unit: Unit, row: SilenceRow, actor: string, action: string): Silence {
    this.#deps.silences.put(row);
    this.#deps.audit.append({
      at: row.updatedAt,
      actor,
      action,
      subject: row.id,
      detail: `${row.matchers.join(', ')} from ${timeText(row.startsAt)} until ${timeText(row.endsAt)}`,
    });
    const before = this.#compiled;
    unit.onUndone(() => {
      this.#compiled = before;
      this.#version++;
    });
    this.#reload();
    noteMuting(unit);
    return this.#shownAlone(row);
  }

  #reload(): void {
    const known = new Map(this.#compiled.map((compiled) => [compiled.row.id, compiled]));
    this.#compiled = this.#deps.silences
      .all()
      .map((row) => ({ row, matches: this.#matchesOf(row, known) }))
      .sort((a, b) => b.row.endsAt - a.row.endsAt);
    this.#version++;
  }

  #matchesOf({ id, matchers }: SilenceRow, known: ReadonlyMap<string, Compiled>): Matches {
    const before = known.get(id);
    const same = before?.row.matchers.join('\n') === matchers.join('\n');
    return before && same ? before.matches : storedMatches(matchers);
  }

  #shownAlone(row: SilenceRow): Silence {
    return this.#shown(row, [...this.#deps.openAlerts()], this.#deps.clock.now());
  }

  #shown(row: SilenceRow, alerts: readonly Matchable[], now: number): Silence {
    const compiled = this.#compiled.find(({ row: { id } }) => id === row.id);
    const matches = compiled?.matches ?? storedMatches(row.matchers);
    return { ...standing(row, now), matching: alerts.filter(matches).length };
  }
}

const standing = (row: SilenceRow, now: number): StandingSilence => ({
  ...row,
  matchers: [...row.matchers],
  state: stateAt(row, now),
});

/** Whether one may be changed in place: what it has muted so far stays true. To the second, as Alertmanager. */
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

/** Refuses matchers that Alertmanager refuses for a silence. */
function silenceMatcherProblem(texts: readonly string[]): Result<never> | null {
  const problem = matcherProblem('matchers', texts);
  if (problem || !allTakeEmpty(texts)) return problem;
  return fail(
    'invalid_input',
    'matchers: at least one must not match an empty value, such as severity="warning" or ' +
      'severity!="critical". To silence everything, pause deliveries instead.',
  );
}

const noSuchSilence = (): Result<never> => fail('not_found', 'There is no silence with this id.');

const hasExpired = (): Result<never> =>
  fail('wrong_state', 'This silence has expired; make a new one.');
