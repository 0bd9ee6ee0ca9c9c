import type { SenderTarget } from '../../main/contract/senders/sender.ts';
import { DEFAULT_SETTINGS } from '../../main/contract/settings.ts';

/** Stands for a token in lines until there is one. */
export const PLACEHOLDER = 'bf_your-token';

/** Returns what lines are filled with. Mail is sent to the host of the URL, which is reached from elsewhere. */
export const targetFor = (
  url: string,
  token: string,
  mailAddress: string | null,
): SenderTarget => ({
  ...{ url, token },
  mailHost: new URL(url).hostname,
  mailPort: Number(mailAddress?.split(':').at(-1)) || DEFAULT_SETTINGS.mail.port,
});
