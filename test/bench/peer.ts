import { readFileSync } from 'node:fs';

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

/** The most memory that the process ever had resident, in MB. */
export function peakMemoryMb(pid: number): number {
  const kb = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kb === undefined) throw new Error(`no memory figure for process ${pid}`);
  return Number(kb) / 1_024;
}
