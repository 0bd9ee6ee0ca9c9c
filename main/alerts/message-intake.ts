import { isDeepStrictEqual } from 'node:util';
import { MESSAGE_KIND } from '../contract/alert.ts';
import type { EventReason } from '../contract/reasons/event-reasons.ts';
import {
  shortIdOf,
  type InboundMessage,
  type StoredMessage,
  type Withdrawal,
} from '../domain/inbound-message.ts';
import type { AlertRow } from '../store/alerts/alert-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { AlertEngine } from './engine.ts';
import type { MessageClosing } from './message-closing.ts';
import type { Mutes } from './rules/mutes.ts';
import type { Outbox } from './outbox.ts';

export interface MessageIntakeDeps {
  readonly tables: Pick<Tables, 'alerts' | 'touches' | 'conditions' | 'messages' | 'timeline'>;
  readonly outbox: Pick<Outbox, 'enqueueAnnouncement' | 'enqueueRaised' | 'supersede'>;
  readonly engine: Pick<AlertEngine, 'overtake'>;
  readonly closing: Pick<MessageClosing, 'settle'>;
  readonly mutes: Pick<Mutes, 'alertChanged'>;
  readonly newId: () => string;
}

/** A recovery closes no more older messages than these, so that its transaction stays short. */
const OVERTAKEN_MAX = 1_000;

/** The number of open messages of a topic that are searched for a short id, the newest first. */
const SEARCHED_MAX = 1_000;

/**
 * Turns messages into separate alerts, which notify always and close once that is settled. A
 * message neither flaps nor reminds nor expires. Runs inside the caller's transaction, as the engine does.
 */
export class MessageIntake {
  readonly #deps: MessageIntakeDeps;

  constructor(deps: MessageIntakeDeps) {
    this.#deps = deps;
  }

  /** `now` is when it arrived, ms UTC. */
  apply(unit: Unit, message: InboundMessage, now: number): StoredMessage {
    const repeated = this.#repeated(message);
    if (repeated) return toStored(repeated);
    if (message.isRecovery && message.title !== '') this.#overtake(unit, message, now);
    const alert = this.#put(unit, message, now);
    this.#deps.outbox.enqueueRaised(unit, alert, now);
    this.#deps.closing.settle(unit, alert.id, now);
    return toStored(alert);
  }

  /** Queues a message of Belfry's own for the channels that were chosen for it, whatever the routes say. */
  announce(unit: Unit, message: InboundMessage, channelIds: readonly string[], now: number): void {
    const alert = this.#put(unit, message, now);
    this.#deps.outbox.enqueueAnnouncement(unit, alert, channelIds, now);
    this.#deps.closing.settle(unit, alert.id, now);
  }

  #put(unit: Unit, message: InboundMessage, now: number): AlertRow {
    const open = message.sequenceId === null ? null : this.#open(message, message.sequenceId);
    const alert = open ? this.#replace(unit, message, open, now) : this.#insert(unit, message, now);
    this.#deps.mutes.alertChanged(unit, alert);
    unit.changed({ entity: 'status' });
    return alert;
  }

  /** Closes an open message that its sender takes back; what was delivered of it stays delivered. */
  withdraw(unit: Unit, { source, topic, id, reason }: Withdrawal, now: number): void {
    const named = this.#open({ source, topic }, id);
    const found = named?.isMessage
      ? named
      : this.#deps.tables.messages
          .openIn({ source, host: topic, limit: SEARCHED_MAX })
          .find((open) => shortIdOf(open.id, open.occurrences) === id);
    if (found) this.#deps.engine.overtake(unit, found.id, { actor: source, reason, at: now });
  }

  /** Another text under the same key is another message: better delivered twice than never. */
  #repeated(message: InboundMessage): AlertRow | null {
    const { source, topic, idempotencyKey } = message;
    if (idempotencyKey === null) return null;
    const row = this.#deps.tables.messages.repeated({ source, host: topic, idempotencyKey });
    return row && isSaidBy(row, message) ? row : null;
  }

  #open(
    { source, topic }: Pick<InboundMessage, 'source' | 'topic'>,
    dedupKey: string,
  ): AlertRow | null {
    return this.#deps.tables.alerts.openByIdentity({
      source,
      host: topic,
      kind: MESSAGE_KIND,
      dedupKey,
    });
  }

  /** Closes older messages that this one answers: their queued notifications would arrive after it and be wrong. */
  #overtake(unit: Unit, { source, topic, title }: InboundMessage, now: number): void {
    const older = { source, host: topic, title, limit: OVERTAKEN_MAX };
    for (const id of this.#deps.tables.messages.openOf(older)) {
      const reason = { code: 'event.recovered', params: {} } as const;
      this.#deps.engine.overtake(unit, id, { actor: source, reason, at: now });
    }
  }

  #insert(unit: Unit, message: InboundMessage, now: number): AlertRow {
    const { newId } = this.#deps;
    const { alerts, conditions, messages } = this.#deps.tables;
    const id = newId();
    const identity = {
      source: message.source,
      host: message.topic,
      kind: MESSAGE_KIND,
      dedupKey: message.sequenceId ?? shortIdOf(id, 1),
    };
    const condition = conditions.find(identity) ?? conditions.insert(identity, {});
    alerts.insert({
      id,
      conditionId: condition.id,
      ...identity,
      ...textsOf(message),
      messageReason: message.messageReason ?? null,
      startedAt: message.notBefore ?? now,
      reportedAt: null,
      seenAt: now,
      endsAt: null,
      flapping: false,
    });
    const alert = messages.mark(id, message.idempotencyKey);
    const params = { severity: alert.severity };
    this.#note(unit, alert, { code: 'event.message_received', params }, now);
    unit.counted({ type: 'alert_raised', severity: alert.severity, kind: alert.kind });
    return alert;
  }

  #replace(unit: Unit, message: InboundMessage, open: AlertRow, now: number): AlertRow {
    const { outbox } = this.#deps;
    const { messages, touches } = this.#deps.tables;
    touches.write(unit, open.id);
    outbox.supersede(unit, open.id, now);
    const alert = messages.replace(open, {
      ...textsOf(message),
      messageReason: message.messageReason ?? null,
      idempotencyKey: message.idempotencyKey,
      startedAt: message.notBefore ?? now,
      seenAt: now,
    });
    this.#note(unit, alert, { code: 'event.message_replaced', params: {} }, now);
    return alert;
  }

  #note(unit: Unit, alert: AlertRow, reason: EventReason, at: number): void {
    const { id: alertId, source: actor } = alert;
    this.#deps.tables.timeline.append(unit, { alertId, type: 'raised', actor, reason, at });
  }
}

const textsOf = ({ severity, text, topic, title, labels, annotations, url }: InboundMessage) => ({
  severity,
  message: text,
  labels: { ...labels, topic, ...(title === '' ? {} : { title }) },
  annotations,
  url,
});

const isSaidBy = (
  { severity, message, labels, annotations, url }: AlertRow,
  inbound: InboundMessage,
): boolean => isDeepStrictEqual({ severity, message, labels, annotations, url }, textsOf(inbound));

const toStored = ({ id, seq, occurrences, dedupKey }: AlertRow): StoredMessage => ({
  alertId: id,
  number: seq,
  shortId: shortIdOf(id, occurrences),
  sequenceId: dedupKey,
});
