import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errorText, type Logger } from '../../base/logger.ts';
import type { LastCommit } from './commit-log.ts';
import { identityOf, isSame } from './open-files.ts';

export const MARK_NAME = 'belfry.db-mark';

const MAGIC = 'BELFRYM1';
const NUMBER_AT = 8;
const TIME_AT = 16;
const STATE_AT = 24;
const FILE_AT = 25;
const FILE_BYTES = 7;
const BYTES = 32;

const STATES = ['stopped', 'running', 'damaged', 'displaced'] as const;

/**
 * How the process that had the database last left it: `running` is a crash, `displaced` that the file
 * was moved or removed while it was open.
 */
export type MarkState = (typeof STATES)[number];

export interface Mark extends LastCommit {
  readonly state: MarkState;
  /** The inode of the database that was `displaced`, as far as the mark has room for it. */
  readonly file: bigint;
}

/** As much of an inode as the mark has room for. */
export const inodeInMark = (ino: bigint): bigint => BigInt.asUintN(FILE_BYTES * 8, ino);

/**
 * A small file beside the database that knows the last commit. SQLite takes a WAL that is gone, or
 * broken off in the middle, for one that ends there; by this file a start can tell that committed
 * transactions are missing, and how many. It is written after each commit and not synced, so it
 * outlives a crash of the program for certain; after a power cut it may be behind, never ahead.
 */
export class CommitMark implements Disposable {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #bytes = Buffer.alloc(BYTES);
  #file: number | null = null;
  #opened: ReturnType<typeof identityOf> = null;
  #state: MarkState = 'running';

  constructor(dataDir: string, last: LastCommit, logger: Logger) {
    this.#path = join(dataDir, MARK_NAME);
    this.#logger = logger;
    this.#bytes.write(MAGIC);
    try {
      this.#file = this.#openFile();
      this.#put('running', last);
      fsyncSync(this.#file);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** Null when there is none, or none that can be read. */
  static read(dataDir: string): Mark | null {
    let bytes: Buffer;
    try {
      bytes = readFileSync(join(dataDir, MARK_NAME));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    const state = bytes.length === BYTES ? STATES[bytes.readUInt8(STATE_AT)] : undefined;
    if (state === undefined || bytes.toString('latin1', 0, NUMBER_AT) !== MAGIC) return null;
    const file = BigInt(`0x${bytes.toString('hex', FILE_AT)}`);
    return { state, number: bytes.readDoubleBE(NUMBER_AT), at: bytes.readDoubleBE(TIME_AT), file };
  }

  committed(last: LastCommit): void {
    try {
      this.#put('running', last);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** The next start is not to take another file for the database with this inode. */
  displaced(ino: bigint): void {
    if (this.#file === null) return;
    try {
      const hex = inodeInMark(ino)
        .toString(16)
        .padStart(FILE_BYTES * 2, '0');
      this.#bytes.write(hex, FILE_AT, 'hex');
      this.#write('displaced');
      fsyncSync(this.#file);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** Writes the file again if somebody removed or replaced it. */
  keepInPlace(): void {
    if (this.#file === null || isSame(identityOf(this.#path), this.#opened)) return;
    closeSync(this.#file);
    this.#file = null;
    try {
      this.#file = this.#openFile();
      this.#write(this.#state);
      fsyncSync(this.#file);
      this.#logger.log(
        'warn',
        'The mark of the last commit had been removed and was written again',
      );
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** The next start is to look at every page. */
  damaged(): void {
    this.#end('damaged');
  }

  [Symbol.dispose](): void {
    this.#end(this.#state === 'displaced' ? 'displaced' : 'stopped');
  }

  #end(state: MarkState): void {
    if (this.#file === null) return;
    try {
      this.#write(state);
      fsyncSync(this.#file);
      closeSync(this.#file);
      this.#file = null;
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #put(state: MarkState, { number, at }: LastCommit): void {
    if (this.#file === null) return;
    this.#bytes.writeDoubleBE(number, NUMBER_AT);
    this.#bytes.writeDoubleBE(at, TIME_AT);
    this.#write(state);
  }

  #write(state: MarkState): void {
    if (this.#file === null) return;
    this.#state = state;
    this.#bytes.writeUInt8(STATES.indexOf(state), STATE_AT);
    writeSync(this.#file, this.#bytes, 0, BYTES, 0);
  }

  #openFile(): number {
    closeSync(openSync(this.#path, 'a+', 0o600));
    const file = openSync(this.#path, 'r+');
    this.#opened = identityOf(this.#path);
    return file;
  }

  /** Stops writing the mark. Commits stay committed; only a loss of some of them could no longer be noticed. */
  #giveUp(error: unknown): void {
    this.#file = null;
    this.#logger.log('warn', 'The mark of the last commit cannot be written', {
      error: errorText(error),
    });
  }
}
