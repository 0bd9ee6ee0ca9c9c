import { desktopConfig, type DesktopConfig } from '../contract/channel.ts';
import { messageText } from '../domain/message-text.ts';
import { sent } from '../domain/outcome.ts';
import type { ChannelAdapter } from './channel.ts';
import type { DesktopPort } from './desktop-port.ts';

const URGENCY = { info: 'low', warning: 'normal', critical: 'critical' } as const;

/**
 * The operating system's notifications. One notice an alert: what comes later replaces it, and a
 * resolve takes it down, since a screen full of what is over helps nobody.
 */
export const createDesktop = (port: DesktopPort): ChannelAdapter<DesktopConfig> => ({
  kind: 'desktop',
  schema: desktopConfig,
  timeoutMs: 10_000,
  concurrency: 1,
  target: () => 'this computer',
  async send(_config, { event, alert, overtakenBy }, { signal }) {
    if (event === 'acknowledged') {
      // Whoever acknowledged it knows; the notice has done its work.
      port.close(alert.id);
      return sent();
    }
    if (event === 'resolved') port.close(alert.id);
    const { title, body } = messageText(event, alert, overtakenBy);
    return port.show(
      {
        tag: alert.id,
        title,
        body,
        urgency: event === 'resolved' ? 'low' : URGENCY[alert.severity],
        route: event === 'test' ? null : `#/alerts/${alert.id}`,
      },
      signal,
    );
  },
});
