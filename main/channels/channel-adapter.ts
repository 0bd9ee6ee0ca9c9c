import type { IssueReason } from '../contract/reasons/issue-reasons.ts';
import type { Clock } from '../base/clock.ts';
import type { RateLimit } from '../contract/channel.ts';
import type { ChannelKind } from '../contract/channel-kind.ts';
import { link } from '../contract/primitives.ts';
import type { AlertSnapshot, BundleKind, NotificationEvent } from '../contract/notification.ts';
import type { Messages } from '../messages/messages.ts';
import { boundedText, plainText, type TextUnit } from '../domain/bounded-text.ts';
import {
  bundleText,
  messageText,
  type BundleMember,
  type MessageText,
  type Situation,
} from '../domain/message-text.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Picture } from '../domain/picture-format.ts';

/** One notification on its way out, with everything a destination may want to know. */
export interface Delivery {
  /**
   * The idempotency key: constant over attempts, so that receivers can make at-least-once exactly-once.
   * A bundle's is the bundle's own.
   */
  readonly notificationId: string;
  /** Of a bundle, the first member's event and alert. */
  readonly event: NotificationEvent;
  /** The n-th attempt of this budget, from 1. */
  readonly attempt: number;
  readonly alert: AlertSnapshot;
  /** The id by which the receiver knows the alert: its own, or that of the one that it continues. */
  readonly knownAs: string;
  /** The current state of the condition, if this delivery is late because something newer is true or was sent. */
  readonly overtakenBy: Situation | null;
  /** The members of the bundle; null when the message is about one alert alone. */
  readonly bundle: {
    readonly kind: BundleKind;
    readonly members: readonly BundleMember[];
    /** The ids by which the receiver knows their alerts. */
    readonly knownAs: readonly string[];
  } | null;
  readonly createdAt: number;
  /** The service's id of this channel's earlier message about the alert; null without one, and for bundles. */
  readonly thread: string | null;
  readonly links: DeliveryLinks;
  /** By how many steps a reminder of a critical alert is louder than its kind's usual message; 0 is the usual. */
  readonly loudness: number;
  /** True if an end is about a condition of which the channel was notified louder than usual. */
  readonly wasLouder: boolean;
  /** The catalogue in the channel's language. */
  readonly messages: Messages;
  /** The text that the channel's templates make; null for the standard text. */
  readonly templated: MessageText | null;
}

/** An action on an alert that a message offers as a button. */
export interface DeliveryAction {
  readonly name: 'acknowledge' | 'snooze';
  /** A POST here does it, once; opened in a browser it asks first, so that no link preview can act. */
  readonly url: string;
}

/** The links of a message; none while no public address is set. */
export interface DeliveryLinks {
  /** The alert in Belfry's own window. */
  readonly window: string | null;
  /** The possible actions, if the alert is still open. */
  readonly actions: readonly DeliveryAction[];
}

export const NO_LINKS: DeliveryLinks = { window: null, actions: [] };

/** The environment of an attempt. `signal` aborts at the time limit and at shutdown. */
export interface SendContext {
  /** Returns the picture of the delivery's alert at an address; null if there is none to show. Never rejects. */
  readonly picture: (address: string) => Promise<Picture | null>;
  /** A connection that stays open between messages (MQTT) belongs to its channel. */
  readonly channelId: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** The conditions that a channel was notified of, for a kind that shows how they stand (MQTT). */
export interface ShownConditions {
  /** Yields the open ones, then those that expired recently. Each is read when it is asked for. */
  standing(): Iterable<AlertSnapshot>;
  /** Returns one that closed without a notification; null if its condition is open again or is not shown. */
  closed(alertId: string): AlertSnapshot | null;
  /** Reports that they could not all be shown; the next message will meet the cause again. */
  failed(error: unknown): void;
}

/** One destination kind. One file each, one conformance suite for all. */
export interface ChannelAdapter<Config> {
  readonly kind: ChannelKind;
  /** People get one summary of a storm; programs want each alert. */
  readonly audience: 'people' | 'programs';
  /** Hard limit for one attempt, in milliseconds. */
  readonly timeoutMs: number;
  /** The number of attempts that may run at once on one channel. */
  readonly concurrency: number;
  /** The usual rate limit of such a destination; null when none is known. A channel's own limit replaces it. */
  readonly rateLimit: RateLimit | null;
  /** Returns the destination for people: no credential, no path of a capability URL. */
  target(config: Config, messages: Messages): string;
  /** Returns what is wrong with a configuration that its schema could not see, by field; null if nothing is. */
  problem?(config: Config): { readonly field: string; readonly reason: IssueReason } | null;
  /**
   * Returns the text of a message as its readers see it: cut to what the destination takes, without escapes.
   * Left out where nothing is cut.
   */
  shown?(delivery: Delivery): MessageText;
  send(config: Config, delivery: Delivery, context: SendContext): Promise<Outcome>;
  /**
   * Opens the connection of a kind by which others see that Belfry is running: at start, and whenever the
   * channel has another configuration. Rejects if it can never open. After each connect, and when a
   * receiver asks for it, it shows the standing conditions.
   */
  attach?(config: Config, channelId: string, shown: ShownConditions): Promise<void>;
  /** Shows that a condition closed without a notification, at once or with the next connect. */
  showClosed?(channelId: string, alertId: string): void;
  /** Closes the connection of a channel that was disabled or deleted. */
  detach?(channelId: string): Promise<void>;
  /** Closes all connections that are kept open. */
  close?(): Promise<void>;
}

/** Returns the text of a delivery, of one alert or of many. */
export const deliveryText = (delivery: Delivery): MessageText => {
  const { event, alert, overtakenBy, bundle, createdAt, messages, templated } = delivery;
  if (templated) return templated;
  return bundle
    ? bundleText(messages, bundle.kind, bundle.members)
    : messageText(messages, event, alert, { overtakenBy, at: createdAt });
};

/** Returns the same for people: without control characters and direction overrides. */
export function readableText(delivery: Delivery): MessageText {
  const { title, body } = deliveryText(delivery);
  return { title: plainText(title), body: plainText(body) };
}

/** Returns the same, cut to what a service takes; `message` is the title where the body is empty. */
export function boundedMessage(
  delivery: Delivery,
  titleMax: number,
  bodyMax: number,
  unit?: TextUnit,
): MessageText & { readonly message: string } {
  const { title, body } = readableText(delivery);
  return {
    title: boundedText(title, titleMax, unit),
    body: boundedText(body, bodyMax, unit),
    message: boundedText(body === '' ? title : body, bodyMax, unit),
  };
}

/** Returns a text in lines, without the empty ones. */
export const joined = (lines: readonly string[], separator = '\n'): string =>
  lines.filter((line) => line !== '').join(separator);

/** Returns what was sent in a line for the history of attempts, in the terms of its protocol and without any secret. */
export const requestLine = (
  what: string,
  { event, bundle }: Delivery,
  ...details: readonly string[]
): string =>
  [
    `${what} alert.${event}`,
    ...(bundle ? [`${bundle.members.length} alerts`] : []),
    ...details,
  ].join(', ');

/** Returns where a click on the message leads: Belfry's own page of the alert, else its sender's link, if a browser may open it. */
export function clickOf({ links, alert, bundle }: Delivery): string | null {
  if (links.window !== null) return links.window;
  return bundle === null && link.safeParse(alert.url).success ? alert.url : null;
}
