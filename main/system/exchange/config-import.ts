import { createHash } from 'node:crypto';
import type { ConfigDocument } from '../../contract/config-document.ts';
import type { EntryChange, ImportMode, ImportPreview } from '../../contract/config-exchange.ts';
import { ok, type Result } from '../../contract/result.ts';
import type { Unit } from '../../store/unit.ts';
import { badFile, problemAt } from './document-reader.ts';
import type { SealedSecrets } from './sealed-secrets.ts';
import type { ImportContext, Section } from './section.ts';
import { SectionImport } from './section-import.ts';
import type { Sections } from './sections.ts';
import type { YamlText } from './yaml-text.ts';

/** A file that was read, with its secrets opened if it has any and the passphrase is known. */
export interface OpenedFile {
  readonly yaml: string;
  readonly document: ConfigDocument;
  readonly text: YamlText;
  readonly sealed: SealedSecrets | null;
}

/**
 * Imports a file within the caller's transaction, through the same books that people's changes go
 * through. A preview is an import that the caller takes back: what is shown is what happens.
 */
export function importConfig(
  unit: Unit,
  sections: Sections,
  file: OpenedFile,
  mode: ImportMode,
  actor: string,
): Result<ImportPreview> {
  const { document, text, sealed } = file;
  const fallbacks = fallbacksAfter(sections, document, mode);
  const context: ImportContext = { sealed, channelNames: new Set(fallbacks.keys()) };
  const sorted = fallbackOrder(fallbacks);
  if ('circle' in sorted) return circle(file, sorted.circle);
  const settings = document.settings && [document.settings];
  const channels = new SectionImport(sections.channels, document.channels, mode, context, text);
  const imports = Object.values<Section<unknown>>(sections).map((section) => {
    const { name } = section;
    if (name === 'channels') return channels;
    const entries = name === 'settings' ? settings : document[name];
    return new SectionImport(section, entries, mode, context, text);
  });
  const problems = () => imports.flatMap((it) => it.problems);
  if (problems().length > 0) return badFile(problems());
  const entries = imports.flatMap((it) => it.shown());
  const routeOrder = newRouteOrder(sections, document, entries);
  for (const it of imports) if (it !== channels) it.remove(unit, actor);
  // Last, so that what stays is all that they are taken out of.
  const cancelled = channels.remove(unit, actor);
  for (const it of imports) it.put(unit, actor, it === channels ? sorted.order : []);
  if (problems().length > 0) return badFile(problems());
  const secrets = document.encryption ? (sealed ? 'opened' : 'closed') : 'none';
  const shown = { mode, entries, routeOrder, secrets } as const;
  return ok({
    ...shown,
    entries: entries.map((entry) => withLoss(entry, cancelled)),
    cancels: [...cancelled.values()].reduce((sum, count) => sum + count, 0),
    // Without what is cancelled: that changes from one moment to the next.
    hash: createHash('sha256')
      .update(JSON.stringify([file.yaml, shown]))
      .digest('hex'),
  });
}

/** Every channel that there will be, with the name of its fallback. */
function fallbacksAfter(
  sections: Sections,
  { channels }: ConfigDocument,
  mode: ImportMode,
): ReadonlyMap<string, string | null> {
  const allStay = channels === undefined || mode === 'merge';
  const stay = allStay ? [...sections.channels.known()] : [];
  return new Map([
    ...stay.map(([name, { facts }]) => [name, facts['fallback'] as string | null] as const),
    ...(channels ?? []).map(({ name, fallback }) => [name, fallback] as const),
  ]);
}

function circle({ document, text }: OpenedFile, names: readonly string[]): Result<never> {
  const index = (document.channels ?? []).findIndex(({ name }) => names.includes(name));
  const reason = { code: 'issue.circle', params: { names: names.join(' → ') } } as const;
  return badFile([problemAt(text, ['channels', index, 'fallback'], reason)]);
}

/** The order of all routes, when it is not just what was there with the new ones below. */
function newRouteOrder(
  sections: Sections,
  { routes }: ConfigDocument,
  entries: readonly EntryChange[],
): string[] | null {
  if (!routes) return null;
  const removed = new Set(namesOf(entries, 'removed'));
  const stays = [...sections.routes.known().keys()].filter((name) => !removed.has(name));
  const order = mergedOrder(
    stays,
    routes.map(({ name }) => name),
  );
  const byItself = [...stays, ...namesOf(entries, 'created')];
  return order.every((name, place) => name === byItself[place]) ? null : order;
}

const namesOf = (entries: readonly EntryChange[], change: EntryChange['change']): string[] =>
  entries.filter((it) => it.section === 'routes' && it.change === change).map(({ name }) => name);

function withLoss(entry: EntryChange, cancelled: ReadonlyMap<string, number>): EntryChange {
  const count =
    entry.section === 'channels' && entry.change === 'removed' ? cancelled.get(entry.name) : 0;
  if (!count) return entry;
  const cancels = { code: 'note.cancels', params: { count } } as const;
  return { ...entry, noteReasons: [...entry.noteReasons, cancels] };
}

/**
 * Names of channels so that each comes after the one that it falls back to, or the names that lead in a
 * circle. Saved in that order, no fallback is ever checked against one that is about to change.
 */
export function fallbackOrder(
  fallbacks: ReadonlyMap<string, string | null>,
): { readonly order: readonly string[] } | { readonly circle: readonly string[] } {
  const order = new Set<string>();
  for (const name of fallbacks.keys()) {
    const chain: string[] = [];
    let next: string | null | undefined = name;
    while (typeof next === 'string' && !order.has(next)) {
      if (chain.includes(next)) return { circle: [...chain.slice(chain.indexOf(next)), next] };
      chain.push(next);
      next = fallbacks.get(next);
    }
    for (const done of chain.reverse()) order.add(done);
  }
  return { order: [...order] };
}

/**
 * The order of routes when a file that names some of them is merged: those keep the file's order in the
 * places that they had together; a new one stands before the next one of the file, or else at the end.
 */
export function mergedOrder(stored: readonly string[], inFile: readonly string[]): string[] {
  const storedNames = new Set(stored);
  const fileNames = new Set(inFile);
  const left = [...inFile];
  const order: string[] = [];
  for (const name of stored) {
    if (!fileNames.has(name)) {
      order.push(name);
      continue;
    }
    // A place of one that the file names: whatever the file has next, up to one that was there.
    const upTo = left.findIndex((next) => storedNames.has(next));
    order.push(...left.splice(0, upTo + 1));
  }
  return [...order, ...left];
}
