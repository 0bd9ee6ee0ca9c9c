import { createApp, type App } from '../../main/app.ts';
import { KeyRing } from '../../main/base/key-ring.ts';
import type { Input, MethodName, Output } from '../../main/contract/methods.ts';
import type { Result } from '../../main/contract/result.ts';
import { openDatabase } from '../../main/store/database.ts';
import { KeyFile } from '../../main/store/files/data-key.ts';
import { Vault } from '../../main/store/files/vault.ts';
import { HEARTBEAT_URL_CONTEXT } from '../../main/store/settings-table.ts';
import { openTables } from '../../main/store/tables.ts';
import { appOptions } from './app-options.ts';

/** The secrets of a data directory that `fillSecrets` has filled. */
export const SECRETS = ['https://127.0.0.1:9/one', 'https://127.0.0.1:9/two', 'https://hc.test/3'];

/** The whole app over a data directory with a real key file. */
export class KeyLab implements AsyncDisposable {
  readonly app: App;
  readonly keyFile: KeyFile;

  private constructor(app: App, keyFile: KeyFile) {
    this.app = app;
    this.keyFile = keyFile;
  }

  static async start(
    dataDir: string,
    over: Parameters<typeof appOptions>[1] = {},
  ): Promise<KeyLab> {
    const keyFile = await openKeys(dataDir);
    const dataKeys = new KeyRing(keyFile.keys);
    const options = { dataKeys, changeKeys: keyFile.change.bind(keyFile), ...over };
    const app = createApp(appOptions(dataDir, options));
    await app.start();
    return new KeyLab(app, keyFile);
  }

  result<K extends MethodName>(name: K, input: Input<K>): Promise<Result<Output<K>>> {
    const caller = { actor: 'ann', scope: 'admin', source: null } as const;
    return this.app.dispatch(name, input, caller) as Promise<Result<Output<K>>>;
  }

  async call<K extends MethodName>(name: K, input: Input<K>): Promise<Output<K>> {
    const result = await this.result(name, input);
    if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
    return result.value;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.app.stop();
  }
}

const openKeys = (dataDir: string): Promise<KeyFile> =>
  KeyFile.open(dataDir, { protector: null, isNewKeyWanted: false });

/** Stores two channels and an outbound heartbeat in a new data directory. */
export async function fillSecrets(dataDir: string): Promise<void> {
  await using lab = await KeyLab.start(dataDir);
  const [one = '', two = '', heartbeat = ''] = SECRETS;
  for (const url of [one, two]) {
    await lab.call('channels.create', { kind: 'webhook', name: url, config: { url } });
  }
  await lab.call('settings.update', { outboundHeartbeat: { url: heartbeat } });
}

/** Returns what of the secrets opens, with all keys of the file or with the current one alone. */
export async function openedSecrets(
  dataDir: string,
  which: 'all' | 'current' = 'all',
): Promise<string[]> {
  const { keys } = await openKeys(dataDir);
  const vault = new Vault(new KeyRing(which === 'all' ? keys : keys.slice(0, 1)));
  const db = openDatabase(dataDir);
  const { channels, settings } = openTables(db);
  const sealed = channels.all().map((row) => [row.sealedConfig, row.id] as const);
  const address = settings.sealedHeartbeatUrl();
  if (address) sealed.push([address, HEARTBEAT_URL_CONTEXT]);
  const found = sealed.flatMap(([bytes, context]) => secretIn(vault, bytes, context));
  db.close();
  return found;
}

function secretIn(vault: Vault, sealed: Buffer, context: string): string[] {
  try {
    const value = vault.open(sealed, context);
    return [typeof value === 'string' ? value : (value as { url: string }).url];
  } catch {
    // AES-GCM says no more than that the key is another one.
    return [];
  }
}
