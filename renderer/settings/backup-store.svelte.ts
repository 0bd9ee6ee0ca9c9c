import type { Backup } from '../../main/contract/backup.ts';
import type { Failure, Result } from '../../main/contract/result.ts';
import type { WindowClient } from '../client/window-client.ts';
import { remoteItems, type Remote } from '../live/remote.svelte.ts';

/** The backups in the data directory, newest first. */
export class BackupStore {
  readonly #client: WindowClient;
  readonly #remote: Remote<readonly Backup[]>;
  #making = $state(false);

  constructor(client: WindowClient) {
    this.#client = client;
    this.#remote = remoteItems(() => client.call('backups.list', {}));
  }

  get items(): readonly Backup[] | null {
    return this.#remote.value;
  }

  get failure(): Failure | null {
    return this.#remote.failure;
  }

  get making(): boolean {
    return this.#making;
  }

  load(): Promise<void> {
    return this.#remote.load();
  }

  async make(): Promise<Result<Backup>> {
    this.#making = true;
    const answer = await this.#client.call('backups.create', {});
    this.#making = false;
    if (answer.ok) await this.load();
    return answer;
  }
}
