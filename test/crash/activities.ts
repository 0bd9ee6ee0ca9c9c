import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { ServerProcess } from '../support/server-process.ts';

/** Whatever goes to this channel is refused for good, which makes dead letters. */
export const REFUSED = '/refused';

const PAUSE_MS = 20;

const exported = z.object({ yaml: z.string() });
const previewed = z.object({ hash: z.string() });

/** The activities other than events that must survive a crash: bulk work, imports, backups, new keys, in turn. */
export class Activities {
  #round = 0;
  #stopping = false;

  stop(): void {
    this.#stopping = true;
  }

  /** Runs until `stop`, or until the server is gone. */
  async run(server: ServerProcess): Promise<void> {
    this.#stopping = false;
    while (!this.#stopping) {
      try {
        await server.call('POST', '/api/v1/notifications/requeue', { filter: {} });
        await this.#import(server);
        await server.call('POST', '/api/v1/backups');
        await this.#rotateKey(server);
        await setTimeout(PAUSE_MS);
      } catch (error) {
        // Fetch throws a TypeError when the server was killed; anything else is a fault.
        if (!(error instanceof TypeError)) throw error;
        return;
      }
    }
  }

  /** Every second time without keeping the earlier keys. */
  async #rotateKey(server: ServerProcess): Promise<void> {
    const forgetEarlier = this.#round % 2 === 0;
    await server.call('POST', '/api/v1/keys/rotate', { forgetEarlier });
  }

  /** Changes a setting by a configuration file. */
  async #import(server: ServerProcess): Promise<void> {
    this.#round += 1;
    const { body } = await server.call('POST', '/api/v1/config/export', {});
    const threshold = `flappingThreshold: ${5 + (this.#round % 5)}`;
    const yaml = exported.parse(body).yaml.replace(/flappingThreshold: \d+/, threshold);
    const preview = await server.call('POST', '/api/v1/config/preview', { yaml });
    const { hash } = previewed.parse(preview.body);
    await server.call('POST', '/api/v1/config/apply', { yaml, expect: hash });
  }
}
