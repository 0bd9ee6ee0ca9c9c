/** Where a process runs. */
export interface Place {
  /** The address at which it listens. */
  readonly address: string;
  /** The command that starts another one there. */
  readonly under: readonly string[];
}

export const LOOPBACK: Place = { address: '127.0.0.1', under: [] };
