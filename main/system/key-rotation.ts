import type { Clock } from '../base/clock.ts';
import { crashPoint } from '../base/crash-point.ts';
import type { ChangeKeys, KeyRing } from '../base/key-ring.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { KeyRotated } from '../contract/rotated-key.ts';
import { ok, type Result } from '../contract/result.ts';
import { refuse } from '../messages/failures.ts';
import type { Vault } from '../store/files/vault.ts';
import { resealAll, type ResealedCounts } from '../store/resealing.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';

export interface KeyRotationDeps {
  readonly keys: KeyRing;
  readonly changeKeys: ChangeKeys;
  /** Other cores have the same key, and would not hear of another one. */
  readonly isOfCluster: boolean;
  readonly vault: Vault;
  readonly tables: Pick<Tables, 'channels' | 'settings' | 'audit'>;
  readonly channels: { reload(unit: Unit): void };
  /** The other part that depends on the key. */
  readonly auth: { moveMarks(): void };
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Changes the key that seals secrets. The new key is durable in the key file, beside the earlier ones,
 * before the one transaction that seals everything with it: a process that ends in between leaves secrets
 * that an earlier key opens, and the next start seals those with the new one. So does the start after a
 * restore of an earlier backup.
 */
export class KeyRotation {
  readonly #deps: KeyRotationDeps;
  #isRunning = false;

  constructor(deps: KeyRotationDeps) {
    this.#deps = deps;
  }

  /** Seals with the current key what an earlier one has sealed. */
  async finish(): Promise<void> {
    const { keys, writer, tables, clock, logger } = this.#deps;
    if (keys.earlier.length === 0) return;
    try {
      await writer.submit((unit) => {
        const { resealed, unreadable } = this.#resealIn(unit);
        if (resealed === 0) return;
        const reason = { code: 'audit.key_resealed', params: { resealed, unreadable } } as const;
        const entry = { actor: 'belfry', action: 'key.reseal', subject: 'secret.key' };
        tables.audit.append({ ...entry, at: clock.now(), reason });
      });
    } catch (error) {
      // The earlier keys still open everything.
      logger.log('warn', 'Secrets keep their earlier key until the next start', {
        error: errorText(error),
      });
    }
  }

  /** Makes a new key and seals every secret with it. Resolves once all of it is durable. */
  async rotate(
    { forgetEarlier }: { readonly forgetEarlier: boolean },
    actor: string,
  ): Promise<Result<KeyRotated>> {
    if (this.#deps.isOfCluster) {
      return refuse('wrong_state', { code: 'error.key_of_cluster', params: {} });
    }
    if (this.#isRunning) return refuse('wrong_state', { code: 'error.key_rotating', params: {} });
    this.#isRunning = true;
    try {
      return ok(await this.#rotate(forgetEarlier, actor));
    } catch (error) {
      const params = { error: errorText(error) };
      return refuse('unavailable', { code: 'error.key_not_rotated', params });
    } finally {
      this.#isRunning = false;
    }
  }

  async #rotate(forgetEarlier: boolean, actor: string): Promise<KeyRotated> {
    const { keys, changeKeys, writer, tables, clock } = this.#deps;
    keys.replace(await changeKeys('add'));
    crashPoint('rotate.key');
    const counts = await writer.submit((unit) => {
      const done = this.#resealIn(unit);
      const params = { ...done, forgotten: forgetEarlier };
      const reason = { code: 'audit.key_rotated', params } as const;
      const entry = { actor, action: 'key.rotate', subject: 'secret.key' };
      tables.audit.append({ ...entry, at: clock.now(), reason });
      crashPoint('rotate');
      return done;
    });
    if (forgetEarlier) keys.replace(await changeKeys('forget'));
    crashPoint('rotate.done');
    return { ...counts, earlierKeys: keys.earlier.length };
  }

  #resealIn(unit: Unit): ResealedCounts {
    const { tables, vault, channels, auth } = this.#deps;
    const counts = resealAll(tables, vault);
    channels.reload(unit);
    auth.moveMarks();
    return counts;
  }
}
