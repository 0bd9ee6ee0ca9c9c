import { shell } from 'electron';
import type { Logger } from '../base/logger.ts';

/** True for what the system's browser may be handed: other schemes could start any program. */
export function isWebLink(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
}

/** Opens an http or https link in the system's browser; anything else is refused and logged. */
export async function openExternalLink(address: string, logger: Logger): Promise<void> {
  if (!isWebLink(address)) {
    logger.log('warn', 'a link was not opened: only http and https are');
    return;
  }
  await shell.openExternal(address);
}
