import type { Alert } from '../contract/alert.ts';
import type { FailureClass } from '../contract/failure-class.ts';
import { fileSize } from '../contract/file-size.ts';
import type { DeadLetterGroup, NotificationEvent } from '../contract/notification.ts';
import type { Severity } from '../contract/primitives.ts';
import { settingList } from '../contract/settings.ts';
import type { Reason } from '../contract/reason.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import type { ChannelFieldKey, Messages, TextKey } from './messages.ts';
import { recoveryText, type RecoveryFacts } from './recovery-text.ts';

/** Parameters whose names say how they are written, whatever the code. */
type Written =
  | 'event'
  | 'actor'
  | 'author'
  | `severity${string}`
  | 'service'
  | 'fields'
  | 'settings'
  | 'recovery'
  | 'until'
  | `${string}At`
  | `${string}Ms`
  | 'bytes'
  | `${string}Bytes`;

/** The type of a parameter as its message takes it. */
type Argument<Name, Value> = Name extends Written
  ? string
  : Value extends boolean
    ? 'true' | 'false'
    : Value extends number
      ? number
      : Value extends string
        ? Value
        : string;

/** The arguments that each reason has for its message. A sentence from before is its own message. */
export type ReasonArguments = {
  [R in Exclude<Reason, { code: 'legacy' }> as `reason.${R['code']}`]: {
    readonly [Name in keyof R['params']]: Argument<Name, R['params'][Name]>;
  };
};

/** A moment as sentences were once stored with: ISO 8601 in UTC. */
const STAMP = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z/g;

const SERVICES = ['receiver', 'broker', 'mail_server'] as const;

/** Returns the label of a field of a channel, given as `kind.field`. */
function fieldLabel(messages: Messages, field: string): string {
  const key = `channel.${field}.title`;
  const label = messages.has(key) ? messages.text(key as ChannelFieldKey<'title'>) : field;
  return messages.text('common.quoted', { text: label });
}

type SettingTitleKey = Extract<TextKey, `settings.${string}.title`>;

/** Returns the label of a setting after that of its area; of a group of settings the area alone. */
function settingLabel(messages: Messages, name: string): string {
  const [group] = name.split('.');
  const known = settingList.find((each) => each.name.split('.')[0] === group);
  if (!known) return name;
  const { section } = known.setting.form;
  const ownArea =
    group === 'quietHours'
      ? 'settings.quietHours.enabled.title'
      : 'settings.outboundHeartbeat.title';
  const areaKey = section ? (`settings.section.${section}.title` as const) : ownArea;
  const area = messages.text(areaKey);
  const key = `settings.${name}.title`;
  const title = messages.has(key) ? messages.text(key as SettingTitleKey) : area;
  return title === area ? area : messages.text('settings.named', { area, title });
}

const ACTORS = ['belfry', 'window', 'terminal', 'admin token'] as const;

/** Returns the arguments of a message about who did something: a name, or what stands for one. */
function actorArguments(actor: string): { kind: string; name: string } {
  const known = ACTORS.find((each) => each === actor);
  if (known) return { kind: known.replace(' ', '_'), name: actor };
  const [, token, link] = /^token:(.+)$|^link \((.+)\)$/s.exec(actor) ?? [];
  if (token !== undefined) return { kind: 'token', name: token };
  return link === undefined ? { kind: 'name', name: actor } : { kind: 'link', name: link };
}

/** Returns who did something, to stand alone: "window", "token pve", or a name. */
export const renderActor = (messages: Messages, actor: string): string =>
  messages.text('common.actor', actorArguments(actor));

/** Returns the same to follow a verb: "by window". */
export const renderByActor = (messages: Messages, actor: string): string =>
  messages.text('common.byActor', actorArguments(actor));

/** Returns the parameters of a reason as its messages take them. */
function argumentsOf(
  messages: Messages,
  params: Reason['params'],
  nowMs?: number,
): Record<string, string | number> {
  const moment = (atMs: number): string =>
    nowMs === undefined ? messages.dateTime(atMs) : messages.moment(atMs, nowMs);
  const argument = (name: string, value: unknown): string | number => {
    if (name === 'event') {
      return messages.text(`common.notificationEvent.${value as NotificationEvent}`);
    }
    if (name === 'actor' || name === 'author') return renderByActor(messages, value as string);
    if (name.startsWith('severity')) return messages.text(`common.severity.${value as Severity}`);
    if (name === 'service') {
      const known = SERVICES.find((service) => service === value);
      return known ? messages.text(`common.service.${known}`) : (value as string);
    }
    if (name === 'fields') {
      return messages.list((value as string[]).map((field) => fieldLabel(messages, field)));
    }
    if (name === 'settings') {
      const labels = [...new Set((value as string[]).map((each) => settingLabel(messages, each)))];
      const isCovered = (label: string): boolean =>
        labels.some((area) => area !== label && label.startsWith(`${area}:`));
      return messages.list(labels.filter((label) => !isCovered(label)));
    }
    if (name.startsWith('quoted')) {
      const quoted = (text: string): string => messages.text('common.quoted', { text });
      return messages.list((value as string[]).map(quoted));
    }
    if (Array.isArray(value)) return messages.list(value as string[]);
    if (typeof value === 'string' || typeof value === 'boolean') return String(value);
    if (name === 'recovery') return recoveryText(messages, value as RecoveryFacts, moment);
    if (typeof value !== 'number') return renderReason(messages, value as Reason, nowMs);
    if (name === 'until' || name.endsWith('At')) return moment(value);
    if (name.endsWith('Ms')) return messages.duration(value, { width: 'long' });
    return /^bytes$|Bytes$/.test(name) ? fileSize(value, messages.locale) : value;
  };
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, argument(name, value)]),
  );
}

/**
 * Returns the sentence of a reason. With `nowMs` (ms UTC) moments of today are written without their
 * date; without, to the second.
 */
export function renderReason(messages: Messages, { code, params }: Reason, nowMs?: number): string {
  if (code === 'legacy') {
    return params.text.replace(STAMP, (stamp) => {
      const atMs = Date.parse(stamp);
      if (Number.isNaN(atMs)) return stamp;
      return nowMs === undefined ? messages.dateTime(atMs) : messages.moment(atMs, nowMs);
    });
  }
  const key: TextKey = `reason.${code}`;
  // A test compares the arguments of every message with the parameters of its code.
  return messages.text(key, argumentsOf(messages, params, nowMs) as never);
}

/** Returns what an alert says: Belfry's own words in the reader's language, a sender's as they came. */
export const renderAlertText = (
  messages: Messages,
  { message, messageReason }: Pick<Alert, 'message' | 'messageReason'>,
): string => (messageReason ? renderReason(messages, messageReason) : message);

/** The stored parts of a failure that people read. */
export interface FailureWords {
  readonly reason: FailureReason | null;
  readonly receiverText: string | null;
}

/** Returns what happened, with what the receiver said; null where nothing failed. */
export function renderFailure(
  messages: Messages,
  { reason, receiverText }: FailureWords,
): string | null {
  if (reason === null) return null;
  const sentence = renderReason(messages, reason);
  return receiverText === null
    ? sentence
    : `${sentence} ${messages.text('common.receiverText', { text: receiverText })}`;
}

/** Returns the cause of a group of dead letters; one from before reasons were data, as it was stored. */
export const renderGroup = (messages: Messages, group: DeadLetterGroup): string =>
  group.reason?.code === 'legacy' ? group.cause : (renderFailure(messages, group) ?? group.cause);

/**
 * Returns what to do about a failure: the step of its code where it has one, else that of its class. Null
 * where neither is known.
 */
export function nextStep(
  messages: Messages,
  reason: FailureReason | null,
  failureClass: FailureClass | null,
): string | null {
  const key = `step.${reason?.code ?? ''}`;
  if (reason && messages.has(key)) {
    const fieldCount = 'fields' in reason.params ? reason.params.fields.length : 0;
    const values = { ...argumentsOf(messages, reason.params), fieldCount };
    return messages.text(key as TextKey, values as never);
  }
  return failureClass && messages.text(`step.class.${failureClass}`);
}

/** Returns the sentence of a reason in the host's language, for rows of the API. */
export type RenderReason = (reason: Reason) => string;
