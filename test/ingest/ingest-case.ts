import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type fc from 'fast-check';
import { expect } from 'vitest';
import type { ConditionEvent } from '../../main/domain/condition-event.ts';
import type { InboundMessage } from '../../main/domain/inbound-message.ts';
import type { IngestAdapter, IngestVerb } from '../../main/ingest/adapter.ts';

/** A request as it goes over the wire. */
export interface WireRequest {
  /** POST when left out. */
  readonly verb?: IngestVerb;
  /**
   * Path and query. Where it, a header or the body holds `{token}`, a token of scope ingest stands there
   * and no Authorization header is added; otherwise one is, unless the headers hold their own.
   */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface RecordedCase {
  readonly name: string;
  /** The moment of its arrival, ISO 8601, for bodies whose times matter. */
  readonly at?: string;
  readonly request: WireRequest;
  /** The events that it means, in order and as far as they matter. */
  readonly events: readonly Partial<ConditionEvent>[];
  /** Likewise, for what is no condition; none when left out. */
  readonly messages?: readonly Partial<Record<keyof InboundMessage, unknown>>[];
  /** As far as it matters; any 2xx when left out. */
  readonly answer?: { readonly status: number; readonly body?: unknown };
}

export interface BrokenCase {
  readonly name: string;
  readonly request: WireRequest;
  /** As the real service gives it. A string or RegExp is compared with the text, anything else with the JSON. */
  readonly answer: { readonly status: number; readonly body?: unknown };
}

export interface FuzzedRequest extends WireRequest {
  /** How many events and messages are stored if it is accepted, where the generator knows. */
  readonly holds?: number;
}

/** The evidence that one wire format is understood; the conformance suite runs it against the real server. */
export interface IngestCase {
  readonly adapter: IngestAdapter;
  /** Bodies of the real sender; their origin is in the ORIGIN.md beside them. */
  readonly recorded: readonly RecordedCase[];
  readonly broken: readonly BrokenCase[];
  /** The paths of routes that refuse every body, and have a broken one in place of a recorded one. */
  readonly refusing?: readonly string[];
  /** Plausible and damaged requests alike. */
  readonly fuzzed: fc.Arbitrary<FuzzedRequest>;
}

/** A recorded body. */
export const fixture = (adapter: string, file: string): string =>
  readFileSync(join(import.meta.dirname, 'fixtures', adapter, file), 'utf8');

export const fixtureJson = (adapter: string, file: string): unknown =>
  JSON.parse(fixture(adapter, file)) as unknown;

/** A POST with a JSON body; text is sent as it is. */
export const jsonPost = (url: string, body: unknown): WireRequest => ({
  url,
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** Any text that it matches, where an answer's body is compared. */
export const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);
