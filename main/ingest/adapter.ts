import type { ConditionEvent } from '../domain/condition-event.ts';

/** A request as a wire format needs to see it; already authenticated and within the size limit. */
export interface IngestRequest {
  /** Parsed JSON; undefined when there was no body. */
  readonly body: unknown;
}

export interface IngestContext {
  /** Wall time of arrival, ms UTC. */
  readonly now: number;
  /** The source its events carry: the token's, else the adapter's own name. */
  readonly source: string;
  /** How long an alert without an end of its own stays open without another report. */
  readonly resolveTimeoutMs: number;
}

/** What could be read, and what could not: the one never keeps the other from being stored. */
export interface IngestReading {
  readonly events: readonly ConditionEvent[];
  /** One sentence a problem, naming the item and the field. */
  readonly problems: readonly string[];
}

export interface IngestAnswer {
  readonly status: number;
  /** Sent as JSON; null sends an empty body. */
  readonly body: unknown;
}

/** Why nothing was read at all. */
export type IngestRefusal = 'unauthenticated' | 'forbidden' | 'unavailable' | 'invalid';

/** One wire format. One file each, one conformance suite for all; every error looks as the real service's would. */
export interface IngestAdapter {
  /** Lower case; the source of its events when the token names none. */
  readonly name: string;
  readonly routes: readonly { readonly verb: 'POST' | 'PUT' | 'GET'; readonly path: string }[];
  read(request: IngestRequest, context: IngestContext): IngestReading;
  /** After everything in `reading.events` is durable. */
  accept(reading: IngestReading): IngestAnswer;
  refuse(reason: IngestRefusal, message: string): IngestAnswer;
}
