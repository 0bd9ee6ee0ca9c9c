/** One of the two sides of a row, running and ready. */
export interface Peer {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a side on fresh data; with a receiver, everything is to be delivered there. */
export interface PeerKind {
  readonly name: string;
  start(dir: string, receiverUrl: string | null): Promise<Peer>;
}
