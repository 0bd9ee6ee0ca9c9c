import type { EntryChange, FileProblem, ImportMode } from '../../contract/config-exchange.ts';
import type { Unit } from '../../store/unit.ts';
import { fieldChanges } from './diff.ts';
import { problemAt } from './document-reader.ts';
import type { ImportContext, Known, Section, Wanted } from './section.ts';
import type { YamlText } from './yaml-text.ts';
import { issueReason, type IssueReason } from '../../contract/reasons/issue-reasons.ts';
import type { Failure } from '../../contract/result.ts';
import { fieldIssue, fieldIssuesIn } from '../../messages/failures.ts';

interface Change<Entry> {
  readonly key: string;
  readonly index: number;
  readonly known: Known | null;
  readonly wanted: Wanted<Entry>;
  readonly shown: EntryChange;
}

/**
 * The changes that an import makes to one section: worked out first as a whole, then
 * done within one transaction.
 */
export class SectionImport<Entry> {
  readonly problems: FileProblem[] = [];
  readonly #section: Section<Entry>;
  readonly #text: YamlText;
  readonly #changes: Change<Entry>[] = [];
  readonly #removed: (readonly [key: string, known: Known])[];

  /** Without `entries` the file says nothing of the section, and nothing changes. */
  constructor(
    section: Section<Entry>,
    entries: readonly Entry[] | undefined,
    mode: ImportMode,
    context: ImportContext,
    text: YamlText,
  ) {
    this.#section = section;
    this.#text = text;
    const known = section.known();
    const keys = new Set<string>();
    for (const [index, entry] of (entries ?? []).entries()) {
      const [field, key] = section.keyOf(entry);
      if (keys.has(key)) {
        this.#problem(index, [field], { code: 'issue.listed_twice', params: { name: key } });
      }
      keys.add(key);
      this.#want(entry, key, index, known.get(key) ?? null, context);
    }
    const replaces = entries !== undefined && mode === 'replace';
    this.#removed = replaces ? [...known].filter(([key]) => !keys.has(key)) : [];
  }

  #want(
    entry: Entry,
    key: string,
    index: number,
    known: Known | null,
    context: ImportContext,
  ): void {
    const wish = this.#section.want(entry, known, context);
    if (!wish.ok) {
      for (const { path, reason, inner } of wish.problems) {
        this.#problem(index, path, reason, inner);
      }
      return;
    }
    const { wanted } = wish;
    const fields = fieldChanges(known, wanted);
    const changed = fields.length > 0 ? 'changed' : 'unchanged';
    const change = known === null ? 'created' : changed;
    const { name: section } = this.#section;
    const noteReasons = [...wanted.notes];
    const shown: EntryChange = { section, name: key, change, fields, notes: [], noteReasons };
    this.#changes.push({ key, index, known, wanted, shown });
  }

  /** In the order of the file, then what is removed. */
  shown(): EntryChange[] {
    const { name: section } = this.#section;
    const removed = this.#removed.map(([name]): EntryChange => {
      return { section, name, change: 'removed', fields: [], notes: [], noteReasons: [] };
    });
    return [...this.#changes.map(({ shown }) => shown), ...removed];
  }

  /** Removes what the file does not name. Answers how many queued notifications end with each, by name. */
  remove(unit: Unit, actor: string): ReadonlyMap<string, number> {
    const cancelled = new Map<string, number>();
    for (const [key, { id }] of this.#removed) {
      const result = this.#section.remove(unit, id, actor);
      if (!result.ok) this.problems.push({ ...fieldIssue(key, wholeOf(result.error)), line: null });
      else if (result.value.cancelled) cancelled.set(key, result.value.cancelled);
    }
    return cancelled;
  }

  /** Stores what is new or another. What is refused is among the problems afterwards. */
  put(unit: Unit, actor: string, order: readonly string[] = []): void {
    const places = new Map(order.map((key, place) => [key, place]));
    const place = ({ key }: Change<Entry>): number => places.get(key) ?? 0;
    for (const change of this.#changes.toSorted((a, b) => place(a) - place(b))) {
      if (change.shown.change === 'unchanged') continue;
      const { wanted, known, index } = change;
      const result = this.#section.put(unit, wanted, known?.id ?? null, actor);
      if (result.ok) continue;
      const fields = fieldIssuesIn(result.error);
      for (const { field, reason } of fields) this.#problem(index, field.split('.'), reason);
      if (fields.length === 0) this.#problem(index, [], wholeOf(result.error));
    }
  }

  #problem(
    index: number,
    path: readonly PropertyKey[],
    reason: IssueReason,
    inner: readonly PropertyKey[] = [],
  ): void {
    const steps = path.map((step) => (/^\d+$/.test(String(step)) ? Number(step) : step));
    const whole = [this.#section.name, index, ...steps];
    this.problems.push(problemAt(this.#text, whole, reason, inner));
  }
}

/** Returns what is wrong with an entry as a whole. */
const wholeOf = ({ reason }: Failure): IssueReason => issueReason.parse(reason);
