import { CommitMark } from '../store/files/commit-mark.ts';
import { diskTrouble } from '../store/files/disk-error.ts';
import type { Logger } from '../base/logger.ts';

export interface HealedStartDeps {
  readonly dataDir: string;
  readonly logger: Logger;
}

/** The database turned out to be damaged only while the start went on. */
export class DamagedAtStart extends Error {
  override readonly name = 'DamagedAtStart';
}

/**
 * Starts by `begin`, which must leave nothing behind when it fails. A start reads more than the first
 * look at the database does; where it comes upon damage, that is marked, so that a second try looks at
 * every page and heals it. Without the mark every later start would end at the same page.
 */
export async function healedStart(
  begin: () => Promise<void>,
  { dataDir, logger }: HealedStartDeps,
): Promise<void> {
  try {
    await begin();
  } catch (error) {
    if (!speaksOfDamage(error)) throw error;
    const last = CommitMark.read(dataDir) ?? { number: 0, at: 0 };
    new CommitMark(dataDir, last, logger).damaged();
    await begin();
  }
}

const speaksOfDamage = (error: unknown): boolean =>
  error instanceof DamagedAtStart ||
  diskTrouble(error) === 'damaged' ||
  (error instanceof Error && diskTrouble(error.cause) === 'damaged');
