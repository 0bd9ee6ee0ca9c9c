import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import type { Logger } from '../../base/logger.ts';

/** A small file that Belfry alone changes, and is written again when somebody removes it. */
export class KeptFile {
  readonly #path: string;
  #content: Buffer;
  readonly #logger: Logger;

  private constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#content = readFileSync(path);
    this.#logger = logger;
  }

  /** Null when there is no such file. */
  static of(path: string, logger: Logger): KeptFile | null {
    return existsSync(path) ? new KeptFile(path, logger) : null;
  }

  /** Takes the content that Belfry has just given the file. */
  changed(): void {
    this.#content = readFileSync(this.#path);
  }

  /** Writes the file for its owner alone if it is gone. Never overwrites one. */
  keepInPlace(): void {
    if (existsSync(this.#path)) return;
    const file = openSync(this.#path, 'wx', 0o600);
    try {
      writeFileSync(file, this.#content, { flush: true });
    } finally {
      closeSync(file);
    }
    this.#logger.log('warn', 'A file had been removed and was written again', { path: this.#path });
  }
}
