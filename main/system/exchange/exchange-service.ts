import { defined } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import { crashPoint } from '../../base/crash-point.ts';
import type {
  EntryChange,
  FileProblem,
  ImportMode,
  ImportPreview,
} from '../../contract/config-exchange.ts';
import type { Output, ParsedInput } from '../../contract/methods.ts';
import type { AuditReason } from '../../contract/reasons/audit-reasons.ts';
import { ok, type Result } from '../../contract/result.ts';
import type { Token } from '../../contract/system.ts';
import type { AuditTable } from '../../store/audit-table.ts';
import type { Unit } from '../../store/unit.ts';
import type { Writer } from '../../store/writer.ts';
import { importConfig, type OpenedFile } from './config-import.ts';
import { readDocument } from './document-reader.ts';
import { SealedSecrets } from './sealed-secrets.ts';
import type { Section } from './section.ts';
import { createSections, type Sections, type SectionsDeps } from './sections.ts';
import { fieldIssue, refuse, refuseFields } from '../../messages/failures.ts';
import type { Messages } from '../../messages/messages.ts';
import { renderReason } from '../../messages/reasons.ts';

export interface ConfigExchangeDeps extends SectionsDeps {
  readonly tokens: { all(): Token[] };
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly messages: () => Messages;
}

/** Loads the YAML library, which an instance may never need. */
const loadYaml = () => import('./yaml-text.ts');

/** An import that is taken back: the writer undoes what throws, in the database and in memory. */
class Withdrawn extends Error {
  override readonly name = 'Withdrawn';
  readonly result: Result<ImportPreview>;

  constructor(result: Result<ImportPreview>) {
    super('The import is taken back.');
    this.result = result;
  }
}

/** The configuration as a file, out and in. */
export class ConfigExchange {
  readonly #deps: ConfigExchangeDeps;
  readonly #sections: Sections;

  constructor(deps: ConfigExchangeDeps) {
    this.#deps = deps;
    this.#sections = createSections(deps);
  }

  async export(
    { passphrase }: ParsedInput<'config.export'>,
    actor: string,
  ): Promise<Result<Output<'config.export'>>> {
    const sealed = passphrase === undefined ? null : await SealedSecrets.create(passphrase);
    const reason = { code: 'audit.exported', params: { sealed: sealed !== null } } as const;
    const { writeYaml } = await loadYaml();
    return this.#deps.writer.submit(() => {
      this.#note(actor, 'config.export', reason);
      const messages = this.#deps.messages();
      const header = commentOf(messages.text('exchange.file.header'));
      const footer = tokenNote(messages, this.#deps.tokens.all());
      return ok({ yaml: writeYaml(this.#document(sealed), header, footer) });
    });
  }

  #document(sealed: SealedSecrets | null): unknown {
    const written = (section: Section<unknown>) =>
      [...section.known().values()].map((known) => section.written(known, sealed));
    const { settings, ...lists } = this.#sections;
    return {
      version: 1,
      ...(sealed && { encryption: sealed.encryption }),
      settings: written(settings)[0],
      ...Object.fromEntries(
        Object.values<Section<unknown>>(lists).map((section) => [section.name, written(section)]),
      ),
    };
  }

  async preview(
    { mode, ...file }: ParsedInput<'config.preview'>,
    actor: string,
  ): Promise<Result<ImportPreview>> {
    const opened = await this.#open(file);
    if (!opened.ok) return opened;
    return this.#inTransaction((unit) => {
      throw new Withdrawn(this.#importIn(unit, opened.value, mode, actor));
    });
  }

  async apply(
    { mode, expect, cancelOwed, ...file }: ParsedInput<'config.apply'>,
    actor: string,
  ): Promise<Result<ImportPreview>> {
    const opened = await this.#open(file);
    if (!opened.ok) return opened;
    return this.#inTransaction((unit) => {
      const result = this.#importIn(unit, opened.value, mode, actor);
      const refusal = result.ok ? refusalOf(result.value, expect, cancelOwed) : result;
      if (refusal) throw new Withdrawn(refusal);
      if (result.ok) this.#note(actor, 'config.import', summaryOf(result.value));
      crashPoint('import');
      return result;
    });
  }

  async #open(file: FileInput): Promise<Result<OpenedFile>> {
    const opened = await openFile(file);
    if (!opened.ok) return opened;
    const { templates } = this.#deps.channels;
    for (const entry of opened.value.document.channels ?? []) {
      await templates.prepare(entry.templates);
    }
    return opened;
  }

  #importIn(unit: Unit, file: OpenedFile, mode: ImportMode, actor: string): Result<ImportPreview> {
    const { routes } = this.#deps;
    const result = importConfig(unit, this.#sections, file, mode, actor);
    if (!result.ok || !result.value.routeOrder) return result;
    const ids = new Map(routes.list().map(({ name, id }) => [name, id]));
    const order = result.value.routeOrder.map((name) =>
      defined(ids.get(name), 'A route that was imported'),
    );
    routes.orderIn(unit, order, actor);
    return result;
  }

  async #inTransaction(
    work: (unit: Unit) => Result<ImportPreview>,
  ): Promise<Result<ImportPreview>> {
    const result = await this.#transaction(work);
    return result.ok ? ok(inWords(this.#deps.messages(), result.value)) : result;
  }

  async #transaction(work: (unit: Unit) => Result<ImportPreview>): Promise<Result<ImportPreview>> {
    try {
      return await this.#deps.writer.submit(work);
    } catch (error) {
      if (error instanceof Withdrawn) return error.result;
      throw error;
    }
  }

  #note(actor: string, action: string, reason: AuditReason): void {
    const at = this.#deps.clock.now();
    this.#deps.audit.append({ at, actor, action, subject: 'configuration', reason });
  }
}

interface FileInput {
  readonly yaml: string;
  readonly passphrase?: string | undefined;
}

async function openFile({ yaml, passphrase }: FileInput): Promise<Result<OpenedFile>> {
  const { readYaml } = await loadYaml();
  const read = readDocument(readYaml(yaml));
  if (!read.ok) return read;
  const { document, text } = read.value;
  const { encryption } = document;
  const opens = encryption !== undefined && passphrase !== undefined;
  const sealed = opens ? await SealedSecrets.open(encryption, passphrase) : null;
  if (opens && !sealed) {
    const issue = fieldIssue('passphrase', { code: 'issue.passphrase', params: {} });
    const problem: FileProblem = { ...issue, line: null };
    return refuseFields('invalid_input', [problem]);
  }
  return ok({ yaml, document, text, sealed });
}

function refusalOf(
  { hash, cancels }: ImportPreview,
  expect: string,
  cancelOwed: boolean,
): Result<never> | null {
  if (hash !== expect) {
    return refuse('wrong_state', { code: 'error.preview_outdated', params: {} });
  }
  if (cancels === 0 || cancelOwed) return null;
  return refuse('wrong_state', { code: 'error.cancels_queued', params: { count: cancels } });
}

function summaryOf({ mode, entries }: ImportPreview): AuditReason {
  const count = (change: EntryChange['change']) =>
    entries.filter((entry) => entry.change === change).length;
  return {
    code: 'audit.imported',
    params: {
      mode,
      created: count('created'),
      changed: count('changed'),
      removed: count('removed'),
    },
  };
}

/** Returns a text as the lines of a comment, each with a blank before it. */
const commentOf = (text: string): string => text.replaceAll(/^(?=.)/gm, ' ');

/** Tokens cannot be exported, since only their hashes are kept; a comment lists which to create again. */
function tokenNote(messages: Messages, tokens: readonly Token[]): string {
  if (tokens.length === 0) return '';
  const names = tokens.map(({ name, scope }) => `- ${name} (${scope})`);
  return commentOf([messages.text('exchange.file.tokens'), ...names].join('\n'));
}

/** Returns a preview with its notes as sentences. */
const inWords = (messages: Messages, { entries, ...preview }: ImportPreview): ImportPreview => ({
  ...preview,
  entries: entries.map((entry) => ({
    ...entry,
    notes: entry.noteReasons.map((reason) => renderReason(messages, reason)),
  })),
});
