import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { CommitMark } from '../store/files/commit-mark.ts';
import type { DirectoryLock } from '../store/files/directory-lock.ts';
import type { KeptFile } from '../store/files/kept-file.ts';
import type { Writer } from '../store/writer.ts';
import type { FileRescue } from './file-rescue.ts';

export interface FileWatchDeps {
  readonly dataDir: string;
  readonly writer: Pick<Writer, 'checkFiles' | 'contested'>;
  readonly lock: Pick<DirectoryLock, 'isHeld'>;
  readonly mark: Pick<CommitMark, 'keepInPlace'>;
  /** The key file; null where there is none. */
  readonly key: Pick<KeptFile, 'keepInPlace'> | null;
  readonly rescue: Pick<FileRescue, 'look'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LOOK_EVERY_MS = 1_000;

/**
 * Looks once a second whether the files that Belfry has open are in their place, also when nothing is
 * written. By the clock, since file systems on a network report no changes.
 */
export class FileWatch implements Disposable {
  readonly #deps: FileWatchDeps;
  #timer: Disposable;

  constructor(deps: FileWatchDeps) {
    this.#deps = deps;
    this.#timer = this.#later();
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  #later(): Disposable {
    return this.#deps.clock.after(LOOK_EVERY_MS, () => {
      this.#timer = this.#later();
      this.#look();
    });
  }

  #look(): void {
    const { writer, mark, key, rescue, logger } = this.#deps;
    if (writer.checkFiles()?.file === 'directory') return;
    try {
      this.#checkLock();
      mark.keepInPlace();
      key?.keepInPlace();
      rescue.look();
    } catch (error) {
      logger.log('warn', 'A file of the data directory could not be put back', {
        error: errorText(error),
      });
    }
  }

  #checkLock(): void {
    const { lock, writer, dataDir } = this.#deps;
    if (lock.isHeld()) return;
    writer.contested(dataDir);
  }
}
