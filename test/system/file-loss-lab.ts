import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { createApp, type App } from '../../main/app.ts';
import type { Status } from '../../main/contract/system.ts';
import { openDatabase } from '../../main/store/database.ts';
import { appOptions } from '../support/app-options.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { tempDir } from '../support/temp-dir.ts';
import { send } from '../transport/http/fixture.ts';

class Lab {
  /** For what lies outside the data directory. */
  readonly temp: string;
  readonly clock = new FakeClock();
  readonly log: string[] = [];
  dataDir: string;
  app: App;
  /** How often the app found its database damaged. */
  damaged = 0;

  constructor(temp: string, dataDir: string) {
    this.temp = temp;
    this.dataDir = dataDir;
    this.app = this.newApp();
  }

  newApp(): App {
    return createApp(
      appOptions(this.dataDir, {
        clock: this.clock,
        logger: { log: (_level, message) => this.log.push(message) },
        onDamaged: () => {
          this.damaged += 1;
        },
      }),
    );
  }
}

/** A running app on a data directory whose files the test takes away. One for each test. */
export let lab: Lab;

export const inDir = (name: string): string => join(lab.dataDir, name);

export function useLab(): void {
  let temp: ReturnType<typeof tempDir>;

  beforeEach(async () => {
    temp = tempDir();
    const dataDir = join(temp.path, 'data');
    mkdirSync(dataDir, { mode: 0o700 });
    writeFileSync(join(dataDir, 'secret.key'), 'the key\n', { mode: 0o600 });
    lab = new Lab(temp.path, dataDir);
    await lab.app.start();
  });

  afterEach(async () => {
    await lab.app.stop();
    temp[Symbol.dispose]();
  });
}

export async function restart(): Promise<void> {
  await lab.app.stop();
  lab.app = lab.newApp();
  await lab.app.start();
}

const headers = { authorization: 'Bearer admin', 'content-type': 'application/json' };

/** The status of the answer to one event. */
export async function post(dedupKey: string): Promise<number> {
  const body = JSON.stringify({ host: 'nas', kind: 'k', dedupKey, status: 'firing' });
  const request = { method: 'POST', headers, body };
  return (await send(lab.app.url ?? '', '/api/v1/events', request)).status;
}

export const ready = async (): Promise<number> =>
  (await send(lab.app.url ?? '', '/readyz', {})).status;

export async function call<T>(name: Parameters<App['dispatch']>[0], input: unknown): Promise<T> {
  const caller = { actor: 'test', scope: 'admin', source: null } as const;
  const result = await lab.app.dispatch(name, input, caller);
  if (!result.ok) throw new Error(result.error.message);
  return result.value as T;
}

export const status = (): Promise<Status> => call('system.status', {});

/** The dedup keys of all alerts. */
export async function keys(): Promise<string[]> {
  const { items } = await call<{ items: { dedupKey: string }[] }>('alerts.list', { limit: 200 });
  return items.map(({ dedupKey }) => dedupKey).sort();
}

export function removeDatabase(): void {
  for (const name of readdirSync(lab.dataDir)) {
    if (name.startsWith('belfry.db')) rmSync(inDir(name));
  }
}

/** Another database of the same program, with more transactions. */
export function otherDatabase(): string {
  const path = join(lab.temp, 'other');
  mkdirSync(path);
  const db = openDatabase(path);
  db.exec('UPDATE last_commit SET number = 1000000, at = 5');
  db.close();
  return join(path, 'belfry.db');
}
