/** An alert as the stopped server left it. */
export interface StoredAlert {
  readonly id: string;
  readonly message: string;
  readonly isClosed: boolean;
}

/** A notification as the stopped server left it. */
export interface StoredNotification {
  /** The id that its receiver sees: the bundle's or its own. */
  readonly key: string;
  readonly alertId: string | null;
  readonly channel: string;
  readonly status: string;
  readonly hasFailureReason: boolean;
  readonly cancelReason: string | null;
}

export interface Stored {
  readonly alerts: readonly StoredAlert[];
  readonly notifications: readonly StoredNotification[];
}

interface Episode {
  isFiringAccepted: boolean;
  isResolveAccepted: boolean;
}

/** Everything that was accepted and everything that arrived. Each episode is known by its text. */
export class Accounts {
  readonly #episodes = new Map<string, Episode>();
  readonly #arrivals = new Map<string, Set<string>>();
  readonly #refusals = new Map<string, number>();
  #accepted = 0;

  /** An event was answered with success. */
  accepted(text: string, isFiring: boolean): void {
    this.#accepted += 1;
    const episode = this.#episodeOf(text);
    if (isFiring) episode.isFiringAccepted = true;
    else episode.isResolveAccepted = true;
  }

  /** An event was not accepted, so its sender knows that it is lost. */
  refused(text: string, answer: string): void {
    this.#episodeOf(text);
    this.#refusals.set(answer, (this.#refusals.get(answer) ?? 0) + 1);
  }

  /** A receiver accepted a notification. */
  arrived(channel: string, key: string): void {
    const keys = this.#arrivals.get(channel) ?? new Set<string>();
    this.#arrivals.set(channel, keys.add(key));
  }

  get summary() {
    const arrived = [...this.#arrivals.values()].reduce((sum, { size }) => sum + size, 0);
    return {
      accepted: this.#accepted,
      refused: Object.fromEntries(this.#refusals),
      arrived,
    };
  }

  /** Compares with what is stored after a clean stop. Returns what is lost or unexplained, a line each. */
  problems(stored: Stored, channels: readonly string[]): string[] {
    return [
      ...this.#lostAlerts(stored, channels),
      ...stored.notifications.flatMap((row) => this.#unexplained(row)),
      ...this.#unknownArrivals(stored),
    ];
  }

  *#lostAlerts({ alerts, notifications }: Stored, channels: readonly string[]): Generator<string> {
    const alertsByText = Map.groupBy(alerts, ({ message }) => message);
    const queued = new Set(notifications.map(({ alertId, channel }) => `${alertId} ${channel}`));
    for (const [text, { isFiringAccepted, isResolveAccepted }] of this.#episodes) {
      if (!isFiringAccepted) continue;
      const [alert, ...more] = alertsByText.get(text) ?? [];
      if (alert === undefined) {
        yield `${text} was accepted and no alert is stored`;
        continue;
      }
      if (more.length > 0) yield `${text} was accepted once and is stored ${more.length + 1} times`;
      if (isResolveAccepted && !alert.isClosed) yield `${text} was resolved and is open`;
      for (const channel of channels) {
        if (!queued.has(`${alert.id} ${channel}`)) yield `${text} was never queued for ${channel}`;
      }
    }
  }

  #unexplained({ key, channel, status, ...row }: StoredNotification): string[] {
    const isArrived = this.#arrivals.get(channel)?.has(key) === true;
    switch (status) {
      case 'sent':
        return isArrived ? [] : [`${key} is sent and never arrived at ${channel}`];
      case 'dead':
        return row.hasFailureReason ? [] : [`${key} for ${channel} is dead without a cause`];
      case 'cancelled':
        return row.cancelReason === null ? [`${key} for ${channel} is cancelled, why?`] : [];
      default:
        return [`${key} for ${channel} is left ${status}`];
    }
  }

  *#unknownArrivals({ notifications }: Stored): Generator<string> {
    const keys = new Set(notifications.map(({ key, channel }) => `${key} ${channel}`));
    for (const [channel, arrived] of this.#arrivals) {
      for (const key of arrived) {
        if (!keys.has(`${key} ${channel}`)) yield `${key} arrived at ${channel} and has no row`;
      }
    }
  }

  #episodeOf(text: string): Episode {
    const known = this.#episodes.get(text);
    if (known) return known;
    const episode = { isFiringAccepted: false, isResolveAccepted: false };
    this.#episodes.set(text, episode);
    return episode;
  }
}
