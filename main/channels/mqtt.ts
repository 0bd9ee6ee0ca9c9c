import { ErrorWithReasonCode } from 'mqtt';
import type { MqttConfig } from '../contract/channel-kinds/mqtt-config.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import { sent, type Outcome, type PermanentClass } from '../domain/outcome.ts';
import { requestLine, type ChannelAdapter } from './channel-adapter.ts';
import { outcomeOfDialError } from './connection-outcome.ts';
import { brokerOf, MqttLinks, type MqttLink } from './mqtt-link.ts';
import { messagesOf, type MqttMessage } from './mqtt-messages.ts';
import { outcomeWithout, secretsOf } from './redaction.ts';

/** How the client words the refusal of a message, whose code may be that of a refused login. */
const FORBIDS = /^Publish error/;

/** A broker's refusal, by the reason codes of MQTT 3.1.1 (1 to 5) and MQTT 5 (from 128). */
function outcomeOfReason(code: number, receiverText: string): Outcome {
  const answer = { service: 'broker', status: `MQTT ${code}` };
  const permanent = (failureClass: PermanentClass, reason: FailureReason): Outcome => ({
    kind: 'permanent',
    class: failureClass,
    reason,
    receiverText,
  });
  switch (code) {
    case 1:
    case 132: {
      const params = { fields: ['mqtt.protocol'] };
      return permanent('configuration', { code: 'failure.mqtt_version', params });
    }
    case 2:
    case 133:
      return permanent('configuration', { code: 'failure.mqtt_client_id', params: {} });
    case 4:
    case 5:
    case 134:
    case 135:
    case 138:
    case 140: {
      const isForbidden = FORBIDS.test(receiverText);
      const fields = isForbidden
        ? ['mqtt.topic', 'mqtt.discoveryPrefix']
        : ['mqtt.username', 'mqtt.password'];
      return permanent('authentication', {
        code: isForbidden ? 'failure.topic_forbidden' : 'failure.credentials_refused',
        params: { ...answer, fields },
      });
    }
    case 144:
    case 149:
    case 153:
    case 154:
    case 155:
      return permanent('rejected', {
        code: 'failure.rejected',
        params: { ...answer, fields: [] },
      });
    case 150:
    case 151:
    case 159: {
      const reason = { code: 'failure.rate_limited', params: answer } as const;
      return { kind: 'transient', class: 'rate_limited', reason, receiverText };
    }
    default: {
      const reason = { code: 'failure.unavailable', params: answer } as const;
      return { kind: 'transient', class: 'server_error', reason, receiverText };
    }
  }
}

/** What an error of a connection to a broker means. Never throws. */
function outcomeOfMqttError(error: unknown): Outcome {
  return error instanceof ErrorWithReasonCode
    ? outcomeOfReason(error.code, error.message)
    : outcomeOfDialError(error, 'mqtt.certificate');
}

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
