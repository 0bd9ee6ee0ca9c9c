import type { ChannelAdapter } from '../../main/channels/channel-adapter.ts';
import type { Outcome } from '../../main/domain/outcome.ts';
import type { TextUnit } from '../../main/domain/bounded-text.ts';

/** A scripted fake of a service: it takes what is sent, exactly as it came, and fails on demand. */
export interface FakeService extends AsyncDisposable {
  readonly adapter: ChannelAdapter<unknown>;
  /** A configuration that leads to the fake, valid by the kind's own schema, with every secret field filled. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The texts that must appear in no outcome, however the service echoes them. */
  readonly secrets: readonly string[];
  /**
   * Returns everything that has arrived since the start, oldest first, byte for byte as text: for HTTP the
   * request line, the headers that we choose and the body. Only the fake's own port is replaced, by PORT.
   */
  received(): readonly string[];
  /**
   * Sets the answer to every message from now on: null is success, `silence` takes it and never answers,
   * `echo` refuses it and quotes in its refusal everything that it was sent; any other is the name of one of
   * the case's failures.
   */
  play(script: string | null): void;
}

/** The longest text that a service takes in one message. */
export interface TextLimit {
  readonly max: number;
  readonly unit: TextUnit;
  /** Finds in one received message the text that the service measures. */
  textOf(received: string): string;
}

/** How one kind of channel goes through the conformance suite. */
export interface ChannelCase {
  start(): Promise<FakeService>;
  /** Every way in which the service is known to fail, and what must come of it. */
  readonly failures: Readonly<Record<string, Partial<Outcome>>>;
  /** Null when there is no limit. */
  readonly limit: TextLimit | null;
}
