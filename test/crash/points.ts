import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { ServerProcess } from '../support/server-process.ts';
import { notificationRows } from './database-copy.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const OLD = join(ROOT, 'test/store/upgrade');
const DAY_MS = 86_400_000;
const AGED_DAYS = 4_000;

/** The command line of the build that has crash points. */
export const CLI = join(ROOT, 'out/crash-points/cli.js');

/** The points where a life ends, each with the latest pass for it: more passes, more different states. */
export const POINTS: Readonly<Record<string, number>> = {
  ingest: 40,
  'ingest.committed': 40,
  claim: 20,
  'claim.committed': 20,
  'delivery.before': 40,
  'delivery.after': 40,
  settle: 20,
  'settle.committed': 20,
  bulk: 3,
  'bulk.committed': 3,
  import: 1,
  'import.committed': 1,
  'backup.copied': 1,
  'backup.kept': 1,
  'key.written': 2,
  'rotate.key': 1,
  rotate: 1,
  'rotate.committed': 1,
  'rotate.done': 1,
};
/** The first pruning comes a minute after the start, so these lives are long and few. */
export const PRUNE_POINTS = ['prune', 'prune.committed'] as const;

export function buildWithPoints(): void {
  const args = ['vite', 'build', '-c', 'vite.main.config.ts', '--mode', 'main', '-l', 'error'];
  const env = { ...process.env, BELFRY_CRASH_POINTS: 'on' };
  execFileSync('npx', args, { cwd: ROOT, env, stdio: 'inherit' });
}

/** Makes all of the audit log old enough to be pruned. While no server runs. */
export function ageAuditLog(dataDir: string): void {
  const db = new DatabaseSync(join(dataDir, 'belfry.db'));
  db.prepare('UPDATE audit_log SET at = at - ?').run(AGED_DAYS * DAY_MS);
  db.close();
}

/**
 * Kills the upgrade of an old data directory in and after one of its migrations, then lets it finish.
 * Returns what is wrong afterwards; null when all of it is there.
 */
export async function killUpgrade(dir: string, at: string): Promise<string | null> {
  const dataDir = join(dir, at.replace(':', '-'));
  mkdirSync(dataDir, { mode: 0o700 });
  for (const name of ['belfry.db-mark', 'secret.key']) cpSync(join(OLD, name), join(dataDir, name));
  writeFileSync(join(dataDir, 'belfry.db'), gunzipSync(readFileSync(join(OLD, 'belfry.db.gz'))));
  const before = notificationRows(dataDir).map(({ id }) => id);
  const options = { dataDir, adminToken: 'upgrade', cli: CLI };
  const killed = await ServerProcess.start({ ...options, env: { BELFRY_CRASH_AT: at } }).then(
    (server) => server.kill().then(() => false),
    () => true,
  );
  if (!killed) return `${at} was never reached`;
  const server = await ServerProcess.start(options);
  const { body } = await server.call('GET', '/api/v1/notifications?per_page=100');
  await server.stop();
  const kept = new Set((body as { data: { id: string }[] }).data.map(({ id }) => id));
  const lost = before.filter((id) => !kept.has(id));
  rmSync(dataDir, { recursive: true });
  return lost.length === 0
    ? null
    : `${at}: ${lost.length} notifications are gone after the upgrade`;
}
