import { app, session, shell, type WebContents } from 'electron';
import { errorText, type Logger } from '../base/logger.ts';
import { APP_ORIGIN, APP_URL } from './app-protocol.ts';

/**
 * Restricts pages, whatever they hold: alert text is hostile, and the window renders it. No navigation, no
 * windows, no webviews, no permissions but writing to the clipboard on a click.
 */
export function lockDownPages(logger: Logger): void {
  const mayWriteClipboard = (permission: string, address: string): boolean =>
    permission === 'clipboard-sanitized-write' && isOwn(address);
  session.defaultSession.setPermissionRequestHandler(
    (_contents, permission, callback, { requestingUrl }) =>
      callback(mayWriteClipboard(permission, requestingUrl)),
  );
  session.defaultSession.setPermissionCheckHandler((_contents, permission, requestingOrigin) =>
    mayWriteClipboard(permission, requestingOrigin),
  );
  session.defaultSession.setDevicePermissionHandler(() => false);
  app.on('web-contents-created', (_event, contents) => lockDownContents(contents, logger));
}

/** Returns true if an address or origin is the app's own. Node's URL knows no origin of a scheme like ours. */
const isOwn = (address: string): boolean => address === APP_ORIGIN || address.startsWith(APP_URL);

function lockDownContents(contents: WebContents, logger: Logger): void {
  // A page may reload itself; everything else that it could load is foreign.
  const stay = (event: { readonly url: string; preventDefault(): void }): void => {
    if (!isOwn(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openExternalLink(url, logger).catch((error: unknown) => {
      logger.log('warn', 'the browser could not be opened', { error: errorText(error) });
    });
    return { action: 'deny' };
  });
}

/** True for what the system's browser may be handed: other schemes could start any program. */
export function isWebLink(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
}

/** Opens an http or https link in the system's browser; anything else is refused and logged. */
async function openExternalLink(address: string, logger: Logger): Promise<void> {
  if (!isWebLink(address)) {
    logger.log('warn', 'a link was not opened: only http and https are');
    return;
  }
  await shell.openExternal(address);
}
