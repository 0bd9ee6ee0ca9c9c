import { createHash } from 'node:crypto';
import type { MqttConfig } from '../contract/channel-kind.ts';
import type { AlertSnapshot } from '../contract/notification.ts';
import { boundedText, plainText } from '../domain/bounded-text.ts';
import { webLink } from '../domain/web-link.ts';
import {
  messageText,
  oneLine,
  timeText,
  type BundleMember,
  type MessageText,
} from '../domain/message-text.ts';
import type { Delivery } from './channel-adapter.ts';

export interface MqttMessage {
  readonly topic: string;
  readonly payload: string;
  /** The broker keeps it for later subscribers. */
  readonly retain: boolean;
}

/** Home Assistant's recorder drops attributes of more than 16 kB in all. */
const TEXT_BYTES_MAX = 8_192;
const NAME_BYTES_MAX = 255;

/** Messages are no conditions: they have no state that could end. */
const MESSAGE_KIND = 'message';

const ONLINE = 'online';
const OFFLINE = 'offline';

/** The topic that says that Belfry is running; the broker itself publishes that it is not. */
const statusTopic = ({ topic }: MqttConfig): string => `${topic}/status`;

/** Returns the topic of the birth message by which Home Assistant reports its start; null if unused. */
export const birthTopic = ({ homeAssistant, discoveryPrefix }: MqttConfig): string | null =>
  homeAssistant ? `${discoveryPrefix}/status` : null;

export const BIRTH = 'online';

export const onlineMessage = (config: MqttConfig): MqttMessage => ({
  topic: statusTopic(config),
  payload: ONLINE,
  retain: true,
});

export const lastWill = (config: MqttConfig) => ({
  topic: statusTopic(config),
  payload: Buffer.from(OFFLINE),
  qos: 1 as const,
  retain: true,
});

/** Returns a fixed name for what senders choose freely: they must not shape topics and ids. */
const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);

const line = (text: string): string =>
  boundedText(oneLine(plainText(text)), NAME_BYTES_MAX, 'bytes');

const isOpen = (state: string): boolean => state === 'open' || state === 'acknowledged';

/** Returns the description of a condition's sensor for Home Assistant, where repeats change nothing. */
function discovery(config: MqttConfig, id: string, { alert }: BundleMember): MqttMessage {
  const { topic, discoveryPrefix } = config;
  const { host, kind, dedupKey } = alert;
  const sensor = {
    name: line(`${kind} ${dedupKey}`),
    unique_id: `belfry_${id}`,
    device_class: 'problem',
    state_topic: `${topic}/conditions/${id}/state`,
    json_attributes_topic: `${topic}/conditions/${id}/attributes`,
    availability_topic: statusTopic(config),
    device: { identifiers: [`belfry_${digest(host)}`], name: line(host), manufacturer: 'Belfry' },
    origin: { name: 'Belfry' },
  };
  return {
    topic: `${discoveryPrefix}/binary_sensor/belfry_${id}/config`,
    payload: JSON.stringify(sensor),
    retain: true,
  };
}

const bounded = (text: string): string => boundedText(plainText(text), TEXT_BYTES_MAX, 'bytes');

/** Returns a text as events have it. */
export const eventText = ({ title, body }: MessageText): MessageText => ({
  title: line(title),
  body: bounded(body),
});

/** Returns the current facts of an alert. */
function facts({ alert, overtakenBy }: BundleMember): Record<string, unknown> {
  const { state, severity } = overtakenBy ?? alert;
  const { source, host, kind, dedupKey, message, startedAt, closedAt, occurrences, url } = alert;
  return {
    state,
    severity,
    source: line(source),
    host: line(host),
    kind: line(kind),
    dedup_key: line(dedupKey),
    message: bounded(message),
    url: webLink(url ?? '')?.url ?? null,
    started_at: timeText(startedAt),
    ...(closedAt === null ? {} : { closed_at: timeText(closedAt) }),
    occurrences,
  };
}

/** Returns the event of one alert, for subscribers; the broker does not keep it. */
function event({ topic }: MqttConfig, delivery: Delivery, member: BundleMember): MqttMessage {
  const { alert, overtakenBy } = member;
  const { createdAt: at, messages } = delivery;
  const text =
    delivery.templated ?? messageText(messages, member.event, alert, { overtakenBy, at });
  const payload = {
    event: member.event,
    notification_id: delivery.notificationId,
    alert_id: alert.id,
    ...eventText(text),
    ...(member.event === 'test' ? {} : { ...facts(member), labels: alert.labels }),
  };
  return { topic: `${topic}/events`, payload: JSON.stringify(payload), retain: false };
}

/**
 * Returns a condition's sensor, its attributes and then its state, all kept by the broker. One that is
 * over by now is never shown as on.
 */
function condition(config: MqttConfig, member: BundleMember): MqttMessage[] {
  const { source, host, kind, dedupKey, state } = member.alert;
  const id = digest(source, host, kind, dedupKey);
  const below = `${config.topic}/conditions/${id}`;
  const isOn = isOpen(member.overtakenBy?.state ?? state);
  return [
    ...(config.homeAssistant ? [discovery(config, id, member)] : []),
    { topic: `${below}/attributes`, payload: JSON.stringify(facts(member)), retain: true },
    { topic: `${below}/state`, payload: isOn ? 'ON' : 'OFF', retain: true },
  ];
}

/** Returns the current state of a condition, apart from any notification. */
export const conditionMessages = (config: MqttConfig, alert: AlertSnapshot): MqttMessage[] =>
  condition(config, { event: 'raised', alert, overtakenBy: null });

/** Returns the messages of a delivery in order: each condition, and the event itself. */
export function messagesOf(config: MqttConfig, delivery: Delivery): MqttMessage[] {
  const { alert, overtakenBy, bundle } = delivery;
  const members = bundle?.members ?? [{ event: delivery.event, alert, overtakenBy }];
  return members.flatMap((member) => {
    const reported = event(config, delivery, member);
    if (member.event === 'test' || member.alert.kind === MESSAGE_KIND) return [reported];
    return [...condition(config, member), reported];
  });
}
