import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import type { Clock } from '../base/clock.ts';

/** The directory of the log's files, in the data directory. */
export const LOG_DIRECTORY = 'logs';

const FILE_NAME = 'belfry.log';
const FILE_SIZE = '1M';
/** Beside the one that is written. */
const OLD_FILES = 4;
/** A disk that hangs must not keep the process from ending. */
const CLOSE_TIMEOUT_MS = 1_000;

/** The log of the process: its lines go to stderr and, from `open` on, into files as well. */
export class ProcessLog {
  readonly #clock: Clock;
  #file: RotatingFileStream | null = null;
  #closed: Promise<void> | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  write(text: string): void {
    process.stderr.write(text);
    this.#file?.write(text);
  }

  /** Call in one process only: two would rotate each other's files. */
  open(directory: string): void {
    const file = createStream(FILE_NAME, {
      path: directory,
      size: FILE_SIZE,
      rotate: OLD_FILES,
      mode: 0o600,
    });
    // A log that cannot be written is not worth more than what it is about; stderr still has it.
    file.on('error', (error) => {
      this.#file = null;
      this.write(`${FILE_NAME}: ${error.message}\n`);
    });
    this.#file = file;
  }

  /** Resolves once everything is in the file, within a limit. What is written afterwards goes to stderr alone. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    if (!file) return;
    await new Promise<void>((resolve) => {
      const limit = this.#clock.after(CLOSE_TIMEOUT_MS, resolve);
      file.end(() => {
        limit[Symbol.dispose]();
        resolve();
      });
    });
  }
}
