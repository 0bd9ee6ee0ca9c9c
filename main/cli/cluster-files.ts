import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { clusterKeyOf, secretsIn } from '../cluster/cluster-key.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Messages } from '../messages/messages.ts';
import { DATABASE_NAME } from '../store/database.ts';
import { clusterPlaceOf, leaveCluster } from '../store/files/cluster-membership.ts';
import { hasData, KEY_FILE_NAME, KeyFile } from '../store/files/data-key.ts';
import { DataDirectoryInUse, lockDataDirectory } from '../store/files/directory-lock.ts';
import { startFailure } from '../store/files/disk-error.ts';
import { adoptAdminToken, ensureAdminToken } from '../system/access/admin-token.ts';
import { prepareDataDir } from './data-dir.ts';

interface Where {
  readonly dataDir: string;
  readonly messages: Messages;
}

const hasKey = (dataDir: string): boolean => existsSync(join(dataDir, KEY_FILE_NAME));

/** Returns the word that lets another core join the cluster of this data directory; `adminToken` null takes its own. */
export async function clusterKey({
  dataDir,
  messages,
  adminToken,
}: Where & { readonly adminToken: string | null }): Promise<Result<string>> {
  if (!hasKey(dataDir)) {
    return fail('not_found', messages.text('cli.cluster.noKey', { dataDir }));
  }
  const { keys } = await KeyFile.open(dataDir, { protector: null, isNewKeyWanted: false });
  return ok(clusterKeyOf({ keys, adminToken: adminToken ?? ensureAdminToken(dataDir) }));
}

/** Makes a data directory that has nothing one of a cluster, with a word that `readKey` asks for. */
export async function joinCluster({
  dataDir,
  messages,
  logger,
  readKey,
}: Where & {
  readonly logger: Logger;
  readonly readKey: () => Promise<string | null>;
}): Promise<Result<null>> {
  const path = prepareDataDir(dataDir, logger);
  return withLock({ dataDir: path, messages }, async () => {
    if (hasKey(path) || hasData(path)) {
      return fail('wrong_state', messages.text('cli.cluster.notEmpty', { dataDir }));
    }
    const text = await readKey();
    if (text === null) return fail('internal', messages.text('cli.declined'));
    const secrets = secretsIn(text);
    if (secrets === 'newer') return fail('invalid_input', messages.text('cli.cluster.newerKey'));
    if (secrets === 'damaged') return fail('invalid_input', messages.text('cli.cluster.badKey'));
    // The key goes last: until then the command can be repeated.
    adoptAdminToken(path, secrets.adminToken);
    await KeyFile.adopt(path, secrets.keys);
    return ok(null);
  });
}

/** Lets the core of a data directory run alone from now on. */
export async function leave({
  dataDir,
  messages,
  clock,
  confirm,
}: Where & {
  readonly clock: Clock;
  readonly confirm: () => Promise<Result<null>>;
}): Promise<Result<null>> {
  if (!existsSync(join(dataDir, DATABASE_NAME))) {
    return fail('not_found', messages.text('cli.cluster.noDatabase', { dataDir }));
  }
  return withLock({ dataDir, messages }, async () => {
    if (clusterPlaceOf(dataDir) === 0) {
      return fail('wrong_state', messages.text('cli.cluster.alone', { dataDir }));
    }
    const agreed = await confirm();
    if (!agreed.ok) return agreed;
    leaveCluster(dataDir, clock.now());
    return ok(null);
  });
}

/** Works on a data directory on which nothing runs. Throws errors for people. */
async function withLock(
  { dataDir, messages }: Where,
  work: () => Promise<Result<null>>,
): Promise<Result<null>> {
  using undo = new DisposableStack();
  try {
    undo.use(lockDataDirectory(dataDir));
  } catch (error) {
    if (!(error instanceof DataDirectoryInUse)) throw error;
    return fail('wrong_state', messages.text('cli.cluster.running', { dataDir }));
  }
  try {
    return await work();
  } catch (error) {
    throw startFailure(error, dataDir, messages);
  }
}
