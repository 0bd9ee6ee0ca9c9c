import type { InputReason } from '../contract/reasons/input-reasons.ts';
import type { Result } from '../contract/result.ts';
import type { InboundMessage, StoredMessage, Withdrawal } from '../domain/inbound-message.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { inEnglish } from '../messages/failures.ts';
import type { Messages } from '../messages/messages.ts';

/** The part of a request that is known before its body has been read. */
export interface IngestHead {
  /** The route's pattern. */
  readonly path: string;
  readonly verb: IngestVerb;
  /** Parts of the path that the pattern names. */
  readonly params: Readonly<Record<string, string>>;
  /** A key that came twice holds all its values. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** The names are in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export type IngestVerb = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';

/** A request as a wire format needs to see it; already authenticated and within the size limit. */
export interface IngestRequest extends IngestHead {
  /** The body as it came; empty when there was none. See body.ts for what it may be read as. */
  readonly raw: Buffer;
}

export interface IngestContext {
  /** Wall time of arrival, ms UTC. */
  readonly now: number;
  /** The source its events carry: the token's, else the adapter's own name. */
  readonly source: string;
  /** How long an alert that carries no end stays open without another report. */
  readonly resolveTimeoutMs: number;
  /** The catalogue in the language of the settings, for what is added to a sender's text. */
  readonly messages: Messages;
}

/** The items that could be read, and those that could not, which keep no other from being stored. */
export interface IngestReading {
  readonly events: readonly ConditionEvent[];
  /** Single notifications, which are no conditions; left out when there is none. */
  readonly messages?: readonly InboundMessage[];
  /** The message that its sender takes back; left out when it takes none back. */
  readonly withdrawal?: Withdrawal;
  /** The part of the request that the answer repeats, for formats whose answer does. */
  readonly echo?: Readonly<Record<string, unknown>>;
  /** The parts that could not be read, each by its item and field. */
  readonly problems: readonly InputReason[];
}

export interface IngestAnswer {
  readonly status: number;
  /** Sent as JSON, or as it is when `contentType` is given; null sends an empty body. */
  readonly body: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The reason for which nothing was read at all. */
export type IngestRefusal =
  | 'unauthenticated'
  | 'forbidden'
  | 'unavailable'
  | 'invalid'
  /** There is nothing at this address, or no longer. */
  | 'unknown'
  | 'too_large'
  /** It came in an encoding that is not supported. */
  | 'unsupported';

/** The statuses of refusals, for services without others. */
export const REFUSAL_STATUS: Readonly<Record<IngestRefusal, number>> = {
  unauthenticated: 401,
  forbidden: 403,
  unavailable: 503,
  invalid: 400,
  unknown: 404,
  too_large: 413,
  unsupported: 415,
};

/** An answer names no more problems than this. */
const PROBLEMS_SHOWN_MAX = 20;

/** Returns the problems as an answer names them, for senders. */
export const problemTexts = (problems: readonly InputReason[]): string[] =>
  problems.slice(0, PROBLEMS_SHOWN_MAX).map(inEnglish);

/** Returns the answers of a service that says no more than that it accepted, or why it did not. */
export const plainAnswers = (
  accepted: unknown,
  refused: (message: string) => unknown,
): Pick<IngestAdapter, 'accept' | 'refuse'> => ({
  accept: () => ({ status: 200, body: accepted }),
  refuse: (reason, message) => ({ status: REFUSAL_STATUS[reason], body: refused(message) }),
});

/** Returns the routes of one path. */
export const routesAt = (path: string, ...verbs: readonly IngestVerb[]): IngestAdapter['routes'] =>
  verbs.map((verb) => ({ verb, path }));

/** One wire format. One file each, one conformance suite for all; every error looks as the real service's would. */
export interface IngestAdapter {
  /** Lower case; the source of its events when the token names none. */
  readonly name: string;
  readonly routes: readonly { readonly verb: IngestVerb; readonly path: string }[];
  /** Requests without a token by which its clients check that the service is there. */
  readonly probes?: readonly {
    readonly path: string;
    /** `isReady` is true if what is sent now can be stored. */
    answer(isReady: boolean): IngestAnswer;
  }[];
  /** The scheme, in lower case, with which its senders' Authorization header holds the token, beside Bearer and Basic. */
  readonly scheme?: string;
  /**
   * The token where this format's senders put it, when they send no Authorization header; null when it
   * is not there either. Looked at before the body is read.
   */
  credential?(head: IngestHead): string | null;
  /**
   * The token in a body, for formats whose senders put it nowhere else; null when it is not there. Reads
   * nothing else. `raw` may be only the beginning of a longer body.
   */
  bodyCredential?(request: IngestRequest): string | null;
  /** A failure is a body in which nothing can be read at all; its message is for the sender. */
  read(
    request: IngestRequest,
    context: IngestContext,
  ): Result<IngestReading> | Promise<Result<IngestReading>>;
  /** After all of the reading is durable; `stored` answers its messages in order. */
  accept(reading: IngestReading, stored: readonly StoredMessage[]): IngestAnswer;
  refuse(reason: IngestRefusal, message: string): IngestAnswer;
}
