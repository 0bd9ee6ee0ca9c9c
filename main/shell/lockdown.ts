import { app, session, type WebContents } from 'electron';
import { errorText, type Logger } from '../base/logger.ts';
import { APP_ORIGIN } from './app-protocol.ts';
import { openExternalLink } from './external-link.ts';

/**
 * What pages may not do, whatever they hold: alert text is hostile, and the window renders it. No
 * navigation, no windows, no webviews, no permissions but writing to the clipboard on a click.
 */
export function lockDownPages(logger: Logger): void {
  const mayWriteClipboard = (permission: string, origin: string): boolean =>
    permission === 'clipboard-sanitized-write' && origin === APP_ORIGIN;
  session.defaultSession.setPermissionRequestHandler(
    (_contents, permission, callback, { requestingUrl }) =>
      callback(mayWriteClipboard(permission, new URL(requestingUrl).origin)),
  );
  session.defaultSession.setPermissionCheckHandler((_contents, permission, requestingOrigin) =>
    mayWriteClipboard(permission, requestingOrigin.replace(/\/$/, '')),
  );
  session.defaultSession.setDevicePermissionHandler(() => false);
  app.on('web-contents-created', (_event, contents) => lockDownContents(contents, logger));
}

function lockDownContents(contents: WebContents, logger: Logger): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openExternalLink(url, logger).catch((error: unknown) => {
      logger.log('warn', 'the browser could not be opened', { error: errorText(error) });
    });
    return { action: 'deny' };
  });
}
