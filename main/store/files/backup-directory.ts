import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { syncDirectory } from '../../base/durable-file.ts';
import { makePrivateDirectory } from './guarded-directory.ts';
import type { Backup } from '../../contract/backup.ts';

const NAME = /^belfry-(\d{8}T\d{6}Z)\.db$/;
const PARTIAL = /\.partial(-journal|-wal|-shm)?$/;

/** The backups of a data directory, as files. One that has its name has been checked. */
export class BackupDirectory {
  readonly path: string;

  constructor(dataDir: string) {
    this.path = join(dataDir, 'backups');
  }

  /** Newest first. */
  list(): Backup[] {
    if (!existsSync(this.path)) return [];
    const found: Backup[] = [];
    for (const name of readdirSync(this.path)) {
      const createdAt = momentOf(NAME.exec(name)?.[1] ?? '');
      if (createdAt === null) continue;
      const stats = statSync(this.pathOf(name), { throwIfNoEntry: false });
      if (stats?.isFile()) found.push({ name, createdAt, bytes: stats.size });
    }
    return found.sort((a, b) => b.createdAt - a.createdAt);
  }

  pathOf(name: string): string {
    return join(this.path, name);
  }

  /** An empty file for its owner alone, to be written and then kept. What an earlier try left is removed. */
  begin(now: number): string {
    makePrivateDirectory(this.path);
    for (const name of readdirSync(this.path)) if (PARTIAL.test(name)) rmSync(this.pathOf(name));
    const path = `${this.pathOf(`belfry-${stampOf(now)}.db`)}.partial`;
    closeSync(openSync(path, 'wx', 0o600));
    return path;
  }

  /** Gives what `begin` made its name, durably. */
  keep(partial: string, now: number): Backup {
    const name = `belfry-${stampOf(now)}.db`;
    chmodSync(partial, 0o600);
    renameSync(partial, this.pathOf(name));
    syncDirectory(this.path);
    return {
      name,
      createdAt: momentOf(stampOf(now)) ?? now,
      bytes: statSync(this.pathOf(name)).size,
    };
  }

  /** Removes all but the newest `count`, and never `made`, whatever the clock said when it was made. */
  rotate(count: number, made: Backup): string[] {
    const others = this.list().filter(({ name }) => name !== made.name);
    const removed = others.slice(count - 1).map(({ name }) => name);
    for (const name of removed) rmSync(this.pathOf(name));
    return removed;
  }

  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }
}

/** A moment in a file's name, in UTC: `20260329T140509Z`. */
export const stampOf = (atMs: number): string =>
  new Date(atMs).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');

const STAMP = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** Null for what is no stamp. */
export function momentOf(stamp: string): number | null {
  if (!STAMP.test(stamp)) return null;
  const atMs = Date.parse(stamp.replace(STAMP, '$1-$2-$3T$4:$5:$6Z'));
  return Number.isNaN(atMs) ? null : atMs;
}
