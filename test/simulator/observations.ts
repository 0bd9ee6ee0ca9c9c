import type { AlertState } from '../../main/contract/alert.ts';
import type { NotificationEvent } from '../../main/contract/notification.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import type { NetworkListener, NetworkRequest } from './network.ts';
import type { NotificationRecord, Records } from './records.ts';

/** One alert in a message, as its receiver reads it. */
export interface Heard {
  readonly event: NotificationEvent;
  readonly alertId: string;
  readonly source: string;
  readonly host: string;
  readonly kind: string;
  readonly dedupKey: string;
  readonly state: AlertState;
}

/** A message that has left, with the rows that it carries. */
export interface Departure {
  readonly at: number;
  readonly rows: readonly NotificationRecord[];
  readonly messageId: string;
  /** It only shows whether a channel that is down is back; no row stands for it. */
  readonly isProbe: boolean;
}

interface WebhookAlert extends Omit<Heard, 'event' | 'alertId'> {
  readonly id: string;
  readonly event?: NotificationEvent;
}

interface WebhookBody {
  readonly type: string;
  readonly data: { readonly alert: WebhookAlert; readonly alerts?: readonly WebhookAlert[] };
}

/** All that was seen on the network: what left, what was accepted, and what each receiver has heard, in order. */
export class Observations implements NetworkListener {
  /** Requests that carried a notification, by its id. */
  readonly requests = new Map<string, number>();
  /** Notifications that a receiver has accepted. */
  readonly accepted = new Set<string>();
  /** Everything that each receiver heard, without repeats of the same message. */
  readonly heard = new Map<string, Heard[]>();
  readonly #clock: FakeClock;
  readonly #records: () => Records;
  readonly #departed: (departure: Departure) => void;
  readonly #rowsOf = new WeakMap<NetworkRequest, readonly NotificationRecord[]>();
  readonly #known = new Set<string>();

  /** `departed` is called at the moment at which a message leaves. */
  constructor(clock: FakeClock, records: () => Records, departed: (departure: Departure) => void) {
    this.#clock = clock;
    this.#records = records;
    this.#departed = departed;
  }

  left(request: NetworkRequest): void {
    const messageId = request.headers.get('webhook-id') ?? '';
    const rows = this.#records().sending(messageId);
    this.#rowsOf.set(request, rows);
    for (const { id } of rows) this.requests.set(id, (this.requests.get(id) ?? 0) + 1);
    const isProbe = rows.length === 0 && readBody(request.body).length === 0;
    this.#departed({ at: this.#clock.now(), rows, messageId, isProbe });
  }

  arrived(request: NetworkRequest, accepted: boolean): void {
    if (!accepted) return;
    for (const { id } of this.#rowsOf.get(request) ?? []) this.accepted.add(id);
    const key = `${request.host} ${request.headers.get('webhook-id') ?? ''}`;
    // The same message once more: a receiver knows it by its id.
    if (this.#known.has(key)) return;
    this.#known.add(key);
    const heard = this.heard.get(request.host) ?? [];
    heard.push(...readBody(request.body));
    this.heard.set(request.host, heard);
  }
}

function readBody(text: string): Heard[] {
  const { type, data } = JSON.parse(text) as WebhookBody;
  const event = type.slice('alert.'.length) as NotificationEvent;
  if (event === 'test') return [];
  return (data.alerts ?? [data.alert]).map(({ id, ...alert }) => ({
    event,
    ...alert,
    alertId: id,
  }));
}
