import { ErrorWithReasonCode } from 'mqtt';
import type { MqttConfig } from '../contract/channel-kinds/mqtt-config.ts';
import { sent } from '../domain/outcome.ts';
import { requestLine, type ChannelAdapter } from './channel-adapter.ts';
import { secretsOf } from './config-secrets.ts';
import { brokerOf, type MqttLink } from './mqtt-link.ts';
import { MqttLinks } from './mqtt-links.ts';
import { messagesOf, type MqttMessage } from './mqtt-messages.ts';
import { outcomeOfMqttError } from './mqtt-outcome.ts';
import { outcomeWithout } from './redaction.ts';

/** Publishes over the channel's link; on a new one if it turns out to have broken unnoticed meanwhile. */
async function publishAll(
  links: MqttLinks,
  channelId: string,
  link: MqttLink,
  messages: readonly MqttMessage[],
  signal: AbortSignal,
): Promise<void> {
  const wasOpen = link.isOpen;
  const giveUp = (): void => void link.end();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await link.opened();
    // One after the other, since brokers bound how many may be under way.
    for (const message of messages) await link.publish(message);
  } catch (error) {
    if (link.isUntouched || (error instanceof ErrorWithReasonCode && link.isOpen)) throw error;
    // What was given up must not be sent once the link has mended itself.
    const next = await links.renew(channelId, link);
    if (!next || !wasOpen || signal.aborted) throw error;
    await publishAll(links, channelId, next, messages, signal);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** Topics of a broker, and sensors that Home Assistant finds by itself. */
export function createMqtt(): ChannelAdapter<MqttConfig> {
  const links = new MqttLinks();
  return {
    kind: 'mqtt',
    audience: 'programs',
    timeoutMs: 30_000,
    // States are to be published in the order in which they came to be.
    concurrency: 1,
    rateLimit: null,
    target(config, messages) {
      const { host, port } = brokerOf(config);
      const broker = `${host}:${port}`;
      return messages.text('channels.target.mqtt', { topic: config.topic, broker });
    },
    async send(config, delivery, { channelId, signal }) {
      const messages = messagesOf(config, delivery);
      const request = requestLine('PUBLISH', delivery, `${messages.length} messages`);
      try {
        signal.throwIfAborted();
        const link = await links.use(channelId, config);
        await publishAll(links, channelId, link, messages, signal);
        return sent({ request });
      } catch (error) {
        const secrets = secretsOf('mqtt', config, delivery);
        return { ...outcomeWithout(outcomeOfMqttError(error), secrets), request };
      }
    },
    attach: (config, channelId, shown) => links.attach(channelId, config, shown),
    showClosed: (channelId, alertId) => links.get(channelId)?.conditions?.showClosed(alertId),
    detach: (channelId) => links.end(channelId),
    close: () => links.endAll(),
  };
}
