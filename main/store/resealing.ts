import type { Vault } from './files/vault.ts';
import { HEARTBEAT_URL_CONTEXT } from './settings-table.ts';
import type { Tables } from './tables.ts';

/** How many secrets were sealed with the current key, and how many no known key opens. */
export interface ResealedCounts {
  readonly resealed: number;
  readonly unreadable: number;
}

/**
 * Seals every secret in the database with the current key, in the caller's transaction. A secret that no
 * known key opens stays as it is, for the day on which its key comes back.
 */
export function resealAll(
  { channels, settings }: Pick<Tables, 'channels' | 'settings'>,
  vault: Vault,
): ResealedCounts {
  const counts = { resealed: 0, unreadable: 0 };
  const reseal = (sealed: Buffer, context: string, keep: (sealed: Buffer) => void): void => {
    const result = vault.reseal(sealed, context);
    if (result === 'unreadable') counts.unreadable += 1;
    if (!(result instanceof Buffer)) return;
    keep(result);
    counts.resealed += 1;
  };
  for (const row of channels.all()) {
    reseal(row.sealedConfig, row.id, (sealedConfig) =>
      channels.putSealed({ ...row, sealedConfig }),
    );
  }
  const url = settings.sealedHeartbeatUrl();
  if (url) reseal(url, HEARTBEAT_URL_CONTEXT, (sealed) => settings.setSealedHeartbeatUrl(sealed));
  return counts;
}
