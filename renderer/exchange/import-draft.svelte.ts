import type {
  FileProblem,
  ImportMode,
  ImportPreview,
} from '../../main/contract/config-exchange.ts';
import { LIMITS } from '../../main/contract/limits.ts';
import type { Failure } from '../../main/contract/result.ts';
import { fileSize } from '../../main/contract/file-size.ts';
import type { WindowClient } from '../client/window-client.ts';
import { messages, text } from '../messages/text.svelte.ts';
import { problemsIn } from './exchange-labels.ts';

/** The choices of an import. */
interface Choice {
  readonly yaml: string;
  readonly mode: ImportMode;
  readonly passphrase: string;
}

/** The host's answer to it. */
interface Outcome {
  readonly preview: ImportPreview | null;
  readonly problems: readonly FileProblem[];
  readonly failure: Failure | null;
}
const UNKNOWN: Outcome = { preview: null, problems: [], failure: null };

/** A file to import: chosen, previewed by the host, and applied as shown. */
export class ImportDraft {
  readonly #client: WindowClient;
  #fileName = $state<string | null>(null);
  #choice = $state.raw<Choice>({ yaml: '', mode: 'merge', passphrase: '' });
  #outcome = $state.raw<Outcome>(UNKNOWN);
  #busy = $state(false);
  /** The file that is being read; the last one that was chosen counts. */
  #reading: File | null = null;
  /** Counts the requests, so that a late answer is not shown. */
  #asked = 0;

  constructor(client: WindowClient) {
    this.#client = client;
  }

  /** Null until one was chosen. */
  get fileName(): string | null {
    return this.#fileName;
  }

  get mode(): ImportMode {
    return this.#choice.mode;
  }

  /** The changes that the import would make; null while unknown. */
  get preview(): ImportPreview | null {
    return this.#outcome.preview;
  }

  /** The problems of the file, each with its line. */
  get problems(): readonly FileProblem[] {
    return this.#outcome.problems;
  }

  /** The reason why there is no preview, if it is not the file. */
  get failure(): Failure | null {
    return this.#outcome.failure;
  }

  get busy(): boolean {
    return this.#busy;
  }

  async choose(file: File): Promise<void> {
    this.#startOver();
    this.#reading = file;
    this.#fileName = file.name;
    this.#outcome = { ...this.#outcome, preview: null };
    if (file.size > LIMITS.bodyBytesMax) {
      this.#reading = null;
      this.#refused({
        code: 'payload_too_large',
        message: text('exchange.import.tooLarge', {
          size: fileSize(LIMITS.bodyBytesMax, messages().locale),
        }),
      });
      return;
    }
    const yaml = await file.text();
    if (this.#reading === file) await this.#look({ ...this.#choice, yaml, passphrase: '' });
  }

  async setMode(mode: ImportMode): Promise<void> {
    const choice = { ...this.#choice, mode };
    if (this.#reading) this.#choice = choice;
    else await this.#look(choice);
  }

  open(passphrase: string): Promise<void> {
    return this.#look({ ...this.#choice, passphrase });
  }

  /** Returns what was imported, or null if the host refused it, which is shown. */
  async apply(): Promise<ImportPreview | null> {
    const { preview } = this.#outcome;
    if (!preview || this.#busy) return null;
    this.#busy = true;
    const answer = await this.#client.call('config.apply', {
      ...asInput(this.#choice),
      expect: preview.hash,
      cancelOwed: preview.cancels > 0,
    });
    this.#busy = false;
    if (answer.ok) {
      this.clear();
      return answer.value;
    }
    // The person has to see next what it would do now.
    await this.#look(this.#choice);
    this.#outcome = { ...this.#outcome, failure: this.#outcome.failure ?? answer.error };
    return null;
  }

  clear(): void {
    this.#startOver();
    this.#fileName = null;
    this.#choice = { ...this.#choice, yaml: '', passphrase: '' };
    this.#outcome = UNKNOWN;
  }

  /** Drops what is under way. */
  #startOver(): number {
    this.#busy = false;
    this.#reading = null;
    return ++this.#asked;
  }

  async #look(choice: Choice): Promise<void> {
    const before = this.#choice;
    this.#choice = choice;
    const asked = this.#startOver();
    this.#busy = true;
    const answer = await this.#client.call('config.preview', asInput(choice));
    if (asked !== this.#asked) return;
    this.#busy = false;
    if (!answer.ok) {
      if (choice.passphrase !== '') this.#choice = { ...choice, passphrase: before.passphrase };
      this.#refused(answer.error);
      return;
    }
    this.#outcome = { ...UNKNOWN, preview: answer.value };
  }

  #refused(failure: Failure): void {
    const problems = problemsIn(failure.details);
    const byPassphrase = problems.some(({ field }) => field === 'passphrase');
    this.#outcome = byPassphrase
      ? { ...this.#outcome, problems: [], failure }
      : { preview: null, problems, failure };
  }
}

const asInput = ({ passphrase, ...file }: Choice) => ({
  ...file,
  ...(passphrase !== '' && { passphrase }),
});
