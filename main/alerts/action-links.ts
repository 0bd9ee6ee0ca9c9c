import type { KeyRing } from '../base/key-ring.ts';
import type { Clock } from '../base/clock.ts';
import { NO_LINKS, type DeliveryAction, type DeliveryLinks } from '../channels/channel-adapter.ts';
import type { Alert } from '../contract/alert.ts';
import type { Language, LanguageSetting } from '../contract/language.ts';
import type { Settings } from '../contract/settings.ts';
import {
  actionKey,
  readActionToken,
  writeActionToken,
  type ActionToken,
  type LinkAction,
} from '../domain/action-token.ts';
import type { NotificationEvent } from '../contract/notification.ts';
import type { NotificationRow } from '../store/notifications/notification-rows.ts';
import type { Writer } from '../store/writer.ts';
import type { Tables } from '../store/tables.ts';
import type { AlertService, AlertAction } from './alert-service.ts';

export interface ActionLinksDeps {
  /** The current key signs the links; those that an earlier one signed still work. */
  readonly keys: KeyRing;
  readonly settings: { current(): Pick<Settings, 'publicUrl' | 'language'> };
  readonly alerts: Pick<AlertService, 'get' | 'actWithin'>;
  readonly channels: {
    get(id: string): { readonly name: string; readonly language: Language | null } | null;
  };
  readonly tables: Pick<Tables, 'usedLinks' | 'threads'>;
  readonly writer: Writer;
  readonly clock: Clock;
}

/** The reasons why a link no longer works; `impossible` is an action that the alert's state no longer allows. */
type SpentReason = 'disabled' | 'expired' | 'channelGone' | 'alertGone' | 'used' | 'impossible';

/** The state of a link, or the result of its action; `unknown` was not made here. */
export type LinkState = { readonly kind: 'unknown' } | KnownLinkState;

type LinkCondition =
  | { readonly kind: 'spent'; readonly reason: SpentReason }
  /** Its action is not possible, since the alert is closed. */
  | { readonly kind: 'closed'; readonly alert: Alert }
  | { readonly kind: 'ready'; readonly action: LinkAction; readonly alert: Alert }
  /** Done: by this link now, or by somebody before. */
  | {
      readonly kind: 'done';
      readonly action: LinkAction;
      readonly alert: Alert;
      readonly before: boolean;
    };

/** With the language of the channel that the link was sent to. */
export type KnownLinkState = LinkCondition & { readonly language: LanguageSetting };

const LASTS_MS = 7 * 86_400_000;
const SNOOZE_MS = 3_600_000;

const ACTIONS: Record<LinkAction, AlertAction> = {
  acknowledge: { kind: 'acknowledge' },
  snooze: { kind: 'snooze', durationMs: SNOOZE_MS },
};

/** The events that ask for an action. */
const ASKS: ReadonlySet<NotificationEvent> = new Set(['raised', 'escalated', 'reminder']);

/**
 * Buttons in messages: signed links that act on one alert, once, within a week. Whoever has the message
 * may press them, so the worst they can do is to suppress notifications of one alert.
 */
export class ActionLinks {
  readonly #deps: ActionLinksDeps;
  /** By key of the data directory: to derive one takes longer than to sign with it. */
  readonly #linkKeys = new WeakMap<Buffer, Buffer>();

  constructor(deps: ActionLinksDeps) {
    this.#deps = deps;
  }

  /** Returns the links of a message about a row's alert; none while no public address is set. */
  of({
    id,
    alertId,
    channelId,
    event,
  }: Pick<NotificationRow, 'id' | 'alertId' | 'channelId' | 'event'>): DeliveryLinks {
    const { alerts, keys, clock } = this.#deps;
    const base = this.#base();
    if (base === null || alertId === null) return NO_LINKS;
    const asks = ASKS.has(event) && alerts.get(alertId)?.state === 'open';
    const expiresAt = clock.now() + LASTS_MS;
    const key = this.#linkKey(keys.current);
    const button = (action: LinkAction): DeliveryAction => {
      const token = { action, alertId, channelId, notificationId: id, expiresAt };
      return { name: action, url: `${base}/act/${writeActionToken(key, token)}` };
    };
    return {
      window: this.windowLink(alertId),
      actions: asks ? [button('acknowledge'), button('snooze')] : [],
    };
  }

  /** Returns the link to an alert in Belfry's window; null while no public address is set. */
  windowLink(alertId: string): string | null {
    const base = this.#base();
    return base && `${base}/#/alerts/${alertId}`;
  }

  #base(): string | null {
    return this.#deps.settings.current().publicUrl?.replace(/\/+$/, '') ?? null;
  }

  /** Returns the state of a link; changes nothing, so that a preview of it does no harm. */
  look(text: string): LinkState {
    const token = this.#read(text);
    return token ? this.#stateOf(token) : { kind: 'unknown' };
  }

  /** Does the link's action, if it is still allowed. Rejects with the store's StoreUnavailable. */
  async act(text: string): Promise<LinkState> {
    const token = this.#read(text);
    if (!token) return { kind: 'unknown' };
    // Looked at inside the transaction, so that of two presses at once only one acts.
    return this.#deps.writer.submit((unit) => {
      const { alerts, channels, clock } = this.#deps;
      const { usedLinks } = this.#deps.tables;
      const { action, channelId, notificationId } = token;
      const state = this.#stateOf(token);
      if (state.kind !== 'ready') return state;
      const actor = `link (${channels.get(channelId)?.name ?? channelId})`;
      const result = alerts.actWithin(unit, state.alert.id, ACTIONS[action], actor);
      const { language } = state;
      if (!result.ok) return { language, kind: 'spent', reason: 'impossible' };
      // No link that was given out for this button so far is good for longer.
      usedLinks.use(notificationId, action, clock.now() + LASTS_MS);
      return { language, kind: 'done', action, alert: result.value, before: false };
    });
  }

  #linkKey(dataKey: Buffer): Buffer {
    const known = this.#linkKeys.get(dataKey);
    if (known) return known;
    const key = actionKey(dataKey);
    this.#linkKeys.set(dataKey, key);
    return key;
  }

  #read(text: string): ActionToken | null {
    for (const key of this.#deps.keys.all) {
      const token = readActionToken(this.#linkKey(key), text);
      if (token) return token;
    }
    return null;
  }

  #stateOf(token: ActionToken): KnownLinkState {
    const { channels, settings } = this.#deps;
    const language = channels.get(token.channelId)?.language ?? settings.current().language;
    return { language, ...this.#conditionOf(token) };
  }

  #conditionOf({
    action,
    alertId,
    channelId,
    notificationId,
    expiresAt,
  }: ActionToken): LinkCondition {
    const { settings, alerts, channels, clock } = this.#deps;
    const { usedLinks, threads } = this.#deps.tables;
    const spent = (reason: SpentReason): LinkCondition => ({ kind: 'spent', reason });
    if (settings.current().publicUrl === null) return spent('disabled');
    if (clock.now() >= expiresAt) return spent('expired');
    if (!channels.get(channelId)) return spent('channelGone');
    // Of an alert that fired again before its recovery was sent, the message still stands for the new one.
    const alert = alerts.get(threads.continuedBy(channelId, alertId) ?? alertId);
    if (!alert) return spent('alertGone');
    if (alert.closedAt !== null) return { kind: 'closed', alert };
    if (action === 'acknowledge' && alert.state === 'acknowledged') {
      return { kind: 'done', action, alert, before: true };
    }
    if (usedLinks.isUsed(notificationId, action)) return spent('used');
    return { kind: 'ready', action, alert };
  }
}
