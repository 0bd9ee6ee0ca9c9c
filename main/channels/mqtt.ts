import type { MqttConfig } from '../contract/channel-kind.ts';
import { sent, type Outcome } from '../domain/outcome.ts';
import { deliveryText, requestLine, type ChannelAdapter } from './channel-adapter.ts';
import { outcomeOfDialError } from './connection-outcome.ts';
import { brokerOf, MqttLinks, type MqttLink } from './mqtt-link.ts';
import { eventText, messagesOf, type MqttMessage } from './mqtt-messages.ts';
import { outcomeWithout, secretsOf } from './redaction.ts';
import { refusalOf, type Refusal } from './refusal.ts';

/** Matches the client's error for a refused message, whose code may be that of a refused login. */
const FORBIDS = /^Publish error/;
const LOGIN = [4, 5, 134, 135, 138, 140];

/** The reason codes of MQTT 3.1.1 (1 to 5) and MQTT 5 (from 128). */
const REFUSALS: readonly Refusal[] = [
  [[1, 132], 'configuration', 'failure.mqtt_version', 'protocol'],
  [[2, 133], 'configuration', 'failure.mqtt_client_id'],
  ['forbidden', 'authentication', 'failure.topic_forbidden', 'topic', 'discoveryPrefix'],
  [LOGIN, 'authentication', 'failure.credentials_refused', 'username', 'password'],
  [[144, 149, 153, 154, 155], 'rejected', 'failure.rejected'],
  [[150, 151, 159], 'rate_limited', 'failure.rate_limited'],
  [/./, 'server_error', 'failure.unavailable'],
];

/** A broker's refusal with its reason code; other errors have their code as text. */
const isRefusal = (error: unknown): error is Error & { readonly code: number } =>
  error instanceof Error && 'code' in error && typeof error.code === 'number';

/** Returns what an error of a connection to a broker means. Never throws. */
function outcomeOfMqttError(error: unknown): Outcome {
  if (isRefusal(error)) {
    const { code, message: receiverText } = error;
    const known = LOGIN.includes(code) && FORBIDS.test(receiverText) ? 'forbidden' : code;
    const refuser = { kind: 'mqtt', service: 'broker', status: `MQTT ${code}` } as const;
    const refused = refusalOf(REFUSALS, known, refuser, { receiverText });
    if (refused) return refused;
  }
  return outcomeOfDialError(error, 'mqtt.certificate');
}

/** Publishes over the channel's link; over a new one if it has broken unnoticed meanwhile. */
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
    // One after the other, since brokers limit how many may be in flight.
    for (const message of messages) await link.publish(message);
  } catch (error) {
    if (link.isUntouched || (isRefusal(error) && link.isOpen)) throw error;
    // A message that was given up must not be sent once the link has reopened.
    const next = await links.renew(channelId, link);
    if (!next || !wasOpen || signal.aborted) throw error;
    await publishAll(links, channelId, next, messages, signal);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** Topics of a broker, and sensors that Home Assistant discovers. */
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
    shown: (delivery) => eventText(deliveryText(delivery)),
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
