import { join } from 'node:path';
import type { z } from 'zod';
import { errorText, type Logger } from '../base/logger.ts';
import { readIfAny, writeWhole } from './whole-file.ts';

export interface StateFileOptions<T> {
  readonly dataDir: string;
  readonly name: string;
  readonly schema: z.ZodType<T>;
  /** Stands in for a file that is missing or damaged. */
  readonly initial: T;
  readonly logger: Logger;
}

/** A small file of the shell's own in the data directory, which is saved as a whole. */
export class StateFile<T> {
  readonly #options: StateFileOptions<T>;
  readonly #path: string;
  #saving: Promise<void> = Promise.resolve();

  constructor(options: StateFileOptions<T>) {
    this.#options = options;
    this.#path = join(options.dataDir, options.name);
  }

  /** Returns what was saved last; what it begins with if that is missing or damaged. */
  read(): T {
    const { name, schema, initial, logger } = this.#options;
    let text: string | null;
    try {
      text = readIfAny(this.#path);
    } catch (error) {
      logger.log('warn', 'a state file could not be read', { name, error: errorText(error) });
      return initial;
    }
    if (text === null) return initial;
    try {
      return schema.parse(JSON.parse(text));
    } catch (error) {
      logger.log('warn', 'a state file is damaged', { name, error: errorText(error) });
      return initial;
    }
  }

  /** Saves in the background, one after the other, each as a whole; a failure is logged. */
  save(state: T): void {
    this.#saving = this.#saving.then(() => this.#write(state));
  }

  /** Resolves once everything is saved. */
  saved(): Promise<void> {
    return this.#saving;
  }

  async #write(state: T): Promise<void> {
    const { name, logger } = this.#options;
    try {
      await writeWhole(this.#path, JSON.stringify(state));
    } catch (error) {
      logger.log('warn', 'a state file could not be saved', { name, error: errorText(error) });
    }
  }
}
