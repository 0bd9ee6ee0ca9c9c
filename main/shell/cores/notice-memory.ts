import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../../base/logger.ts';
import { severity } from '../../contract/primitives.ts';
import { readIfAny, writeWhole } from '../whole-file.ts';

const FOLDER = 'core-notices';

/** Alerts whose notices are followed at once; the oldest beyond that are forgotten. */
export const FOLLOWED_MAX = 500;
/** Alerts that are remembered one by one. Older ones are known by their time. */
export const SEEN_MAX = 2_000;

const followed = z.array(z.object({ id: z.string(), severity })).max(FOLLOWED_MAX);

/** The record of what this desktop has shown of a core's alerts. */
const memory = z.object({
  version: z.literal(1),
  /** The time (ms) in the newest id that was seen; what is older is known. */
  newestMs: z.number(),
  /** Ids from around that time. */
  seen: z.array(z.string()).max(SEEN_MAX),
  /** Alerts that are to be shown once nothing holds them. Saved before they are shown. */
  waiting: followed,
  /** Alerts whose notices are on the screen, with the severity that they say. */
  shown: followed,
});
export type NoticeMemory = z.infer<typeof memory>;

/** The file that remembers what was shown of one core, so that nothing is shown twice or missed over a restart. */
export class NoticeMemoryFile {
  readonly #folder: string;
  readonly #path: string;
  readonly #logger: Logger;

  constructor(dataDir: string, core: string, logger: Logger) {
    this.#folder = join(dataDir, FOLDER);
    this.#path = join(this.#folder, `${core}.json`);
    this.#logger = logger;
  }

  /** Returns null if nothing is remembered: a core that was just added, or a damaged file. */
  read(): NoticeMemory | null {
    try {
      const text = readIfAny(this.#path);
      return text === null ? null : memory.parse(JSON.parse(text));
    } catch {
      // The text of the error may quote the file.
      this.#logger.log('warn', 'what was shown of a core is not remembered');
      return null;
    }
  }

  /** Saves it as a whole. */
  async save(content: NoticeMemory): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeWhole(this.#path, JSON.stringify(content));
  }

  async forget(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}
