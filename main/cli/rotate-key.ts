import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { KeyRing } from '../base/key-ring.ts';
import type { KeyRotated } from '../contract/rotated-key.ts';
import { CORES_FILE } from '../contract/desktop-core.ts';
import { DATABASE_NAME } from '../store/database.ts';
import { KeyFile } from '../store/files/data-key.ts';
import { DataDirectoryInUse, lockDataDirectory } from '../store/files/directory-lock.ts';
import { openStore } from '../store/files/opening.ts';
import { Vault } from '../store/files/vault.ts';
import { openTables } from '../store/tables.ts';
import { Writer } from '../store/writer.ts';
import { KeyRotation } from '../system/key-rotation.ts';
import type { Result } from '../contract/result.ts';
import type { Logger } from '../base/logger.ts';

const coreList = z.looseObject({ cores: z.array(z.unknown()) });

export interface RotateKeyRequest {
  readonly dataDir: string;
  readonly forgetEarlier: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The reason why the data directory cannot be changed from here. `cores`: a desktop app keeps tokens of other cores
 * in it, which only the app encrypts again, and dropping the earlier keys would lose them.
 */
export type NotHere = 'running' | 'empty' | 'cores';

/**
 * Rotates the key of a data directory on which nothing runs. Throws an error for people if its key file cannot
 * be opened.
 */
export async function rotateStoppedKey(
  request: RotateKeyRequest,
): Promise<Result<KeyRotated> | NotHere> {
  const { dataDir, forgetEarlier, clock, logger } = request;
  if (!existsSync(join(dataDir, DATABASE_NAME))) return 'empty';
  using undo = new DisposableStack();
  try {
    undo.use(lockDataDirectory(dataDir));
  } catch (error) {
    if (error instanceof DataDirectoryInUse) return 'running';
    throw error;
  }
  if (forgetEarlier && hasCores(dataDir)) return 'cores';
  const keyFile = await KeyFile.open(dataDir, { protector: null, isNewKeyWanted: false });
  const { db } = openStore({ dataDir, clock, logger });
  undo.defer(() => db.close());
  const keys = new KeyRing(keyFile.keys);
  const tables = openTables(db);
  const rotation = new KeyRotation({
    keys,
    changeKeys: (change) => keyFile.change(change),
    isOfCluster: false,
    vault: new Vault(keys),
    tables,
    channels: { reload: () => undefined },
    // Sessions follow at the next start, which knows the admin token.
    auth: { moveMarks: () => undefined },
    writer: new Writer(db, clock, logger),
    clock,
    logger,
  });
  return await rotation.rotate({ forgetEarlier }, 'terminal');
}

/** Returns true if a desktop's list of cores has one, or cannot be read. */
function hasCores(dataDir: string): boolean {
  const path = join(dataDir, CORES_FILE);
  if (!existsSync(path)) return false;
  try {
    return coreList.parse(JSON.parse(readFileSync(path, 'utf8'))).cores.length > 0;
  } catch {
    return true;
  }
}
