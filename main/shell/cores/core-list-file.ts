import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../../base/logger.ts';
import { CORES_FILE, CORES_MAX } from '../../contract/desktop-core.ts';
import type { CoreReason } from '../../contract/reasons/core-reasons.ts';
import { readIfAny, writeWhole } from '../whole-file.ts';

const savedCore = z.object({
  id: z.uuid(),
  name: z.string(),
  url: z.string(),
  /** Sealed, in base64. */
  token: z.base64(),
  /** The certificate in PEM form that is trusted instead of the known authorities. */
  certificate: z.string().nullable(),
});
export type SavedCore = z.infer<typeof savedCore>;

const coreList = z.object({
  version: z.literal(1),
  isLocalOn: z.boolean(),
  cores: z.array(savedCore).max(CORES_MAX),
});
export type CoreList = z.infer<typeof coreList>;

const FRESH: CoreList = { version: 1, isLocalOn: true, cores: [] };

/**
 * The file with the desktop's cores. Not in the database, since that is the local core's, which may be off. A
 * damaged file is put aside, never overwritten. `read` throws if that cannot be done.
 */
export class CoreListFile {
  readonly #path: string;
  readonly #logger: Logger;
  #saving: Promise<void> = Promise.resolve();

  constructor(dataDir: string, logger: Logger) {
    this.#path = join(dataDir, CORES_FILE);
    this.#logger = logger;
  }

  /** Returns the list, and why it begins empty if it could not be read. `atMs` names the file that is put aside. */
  read(atMs: number): { readonly list: CoreList; readonly reason: CoreReason | null } {
    try {
      const text = readIfAny(this.#path);
      return { list: text === null ? FRESH : coreList.parse(JSON.parse(text)), reason: null };
    } catch {
      const path = `${this.#path}.damaged-${atMs}`;
      renameSync(this.#path, path);
      // The text of the error may quote the file, so it is not logged.
      this.#logger.log('error', 'the list of cores is damaged, and was put aside', { path });
      return { list: FRESH, reason: { code: 'core.list_damaged', params: { path } } };
    }
  }

  /** Saves the list as a whole, one after the other. Rejects if it cannot be written. */
  save(list: CoreList): Promise<void> {
    const saved = this.#saving.then(() =>
      writeWhole(this.#path, JSON.stringify(list), { flush: true }),
    );
    this.#saving = saved.catch(() => undefined);
    return saved;
  }
}
