import { errorText, type Logger } from '../base/logger.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { ChannelService } from './channel-service.ts';

export type DecryptedConfig =
  | { readonly ok: true; readonly config: unknown }
  | { readonly ok: false; readonly outcome: Outcome };

/** A channel's configuration for one attempt; what cannot be opened is how that attempt ends. */
export function decryptConfig(
  channels: Pick<ChannelService, 'config'>,
  channel: ChannelRow,
  logger: Logger,
): DecryptedConfig {
  try {
    return { ok: true, config: channels.config(channel) };
  } catch (error) {
    const message = `The configuration of channel ${channel.id} cannot be opened`;
    logger.log('error', message, { error: errorText(error) });
    const reason = { code: 'failure.config_sealed', params: {} } as const;
    return { ok: false, outcome: { kind: 'permanent', class: 'configuration', reason } };
  }
}
