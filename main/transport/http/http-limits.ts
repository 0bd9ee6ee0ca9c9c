/** Bounds of the HTTP server that no sender needs to know in advance; the contract's own are in LIMITS. */
export const HTTP_LIMITS = {
  connectionsMax: 2_000,
  /** Requests that wait for their commit; the rest get 503 with Retry-After. */
  ingestInFlightMax: 1_000,
  /** Received of all bodies together, from the first byte until the answer is out. */
  bodyBytesHeldMax: 64 * 1_048_576,
  /** Of a body whose token stands in it, as long as nobody knows who sends it. */
  strangerBodyBytesMax: 65_536,
  /** A body that has been arriving this long makes room for others when there is none. */
  bodyYieldMs: 1_000,
  /** Of a body that came compressed. Logs are read this far; other bodies end at their own limit. */
  inflatedBytesMax: 8 * 1_048_576,
  /** How far a ping's log is read for its end, and how long that is waited for beyond the limit of a body. */
  logBytesMax: 8 * 1_048_576,
  logPatienceMs: 10_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  /** In each such span a body has to bring that many bytes, or its end. */
  bodySpanMs: 10_000,
  bodySpanBytesMin: 1_024,
  /** An answer is read at this rate at least, over spans of this length and more. */
  answerSpanMs: 30_000,
  answerBytesPerSecondMin: 8_192,
  /** How often all connections are looked at, while there are any. */
  connectionLookMs: 1_000,
  /** How long a peer may take to close after our last answer. */
  closingMs: 2_000,
  /** Silence on a connection in the middle of a request. */
  connectionTimeoutMs: 60_000,
  /** Above the minute of Prometheus and most proxies, so that they reuse their connections. */
  keepAliveTimeoutMs: 75_000,
  /** How long stop waits for answers in flight before it cuts the connections. */
  drainMs: 10_000,
  /** How long stop waits for windows to close their streams. */
  streamGoodbyeMs: 1_000,
  retryAfterSeconds: 1,
  /** One client's message to the stream, which has nothing to say but pings. */
  streamMessageBytesMax: 1_024,
  streamPingMs: 30_000,
  failuresPerWindowMax: 30,
  failureWindowMs: 60_000,
  failureAddressesMax: 1_024,
} as const;

export type HttpLimits = { readonly [Name in keyof typeof HTTP_LIMITS]: number };
