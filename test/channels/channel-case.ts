import type { ChannelAdapter } from '../../main/channels/channel.ts';
import type { Outcome } from '../../main/domain/outcome.ts';

/** A scripted fake of a service: it takes what is sent, exactly as it came, and fails when told to. */
export interface FakeService extends AsyncDisposable {
  readonly adapter: ChannelAdapter<unknown>;
  /** A configuration that leads to the fake, valid by the kind's own schema. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What must appear in no outcome, however the service echoes it. */
  readonly secrets: readonly string[];
  /**
   * What has arrived since the start, oldest first, byte for byte as text: for HTTP the request line, the
   * headers that we choose and the body. Only the fake's own port is replaced, by PORT.
   */
  received(): readonly string[];
  /** What the next message meets; null is success. */
  play(failure: string | null): void;
}

/** How one kind of channel goes through the conformance suite. */
export interface ChannelCase {
  start(): Promise<FakeService>;
  /** Every way in which the service is known to fail, and what must come of it. */
  readonly failures: Readonly<Record<string, Partial<Outcome>>>;
  /** The longest text that the service takes in one message, in its own unit; null when there is no limit. */
  readonly limit: { readonly max: number; readonly unit: 'utf16' | 'codepoints' | 'bytes' } | null;
}
