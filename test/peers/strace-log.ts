/** One system call as `strace -f -yy -o` tells it. Moments are line numbers: strace stops the thread at both. */
export interface SystemCall {
  readonly thread: string;
  readonly name: string;
  /** The target of the first argument: a path, or `TCP:[from->to]`. */
  readonly target: string;
  readonly args: string;
  readonly result: number;
  readonly enteredAt: number;
  readonly returnedAt: number;
}

const WHOLE = /^(\d+) +(\w+)\((.*)\) += (-?\d+)/;
const UNFINISHED = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/;
const RESUMED = /^(\d+) +<\.\.\. \w+ resumed>(.*)\) += (-?\d+)/;
const TARGET = /^\d+<((?:TCP\S*:\[[^\]]*\])|[^>]*)>/;

/** The calls that returned, in the order in which they did. */
export function parseStrace(log: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const open = new Map<string, { name: string; args: string; enteredAt: number }>();
  const add = (
    thread: string,
    call: { name: string; args: string; enteredAt: number },
    result: string,
    returnedAt: number,
  ): void => {
    const target = TARGET.exec(call.args)?.[1] ?? '';
    calls.push({ thread, ...call, target, result: Number(result), returnedAt });
  };
  for (const [at, line] of log.split('\n').entries()) {
    const whole = WHOLE.exec(line);
    if (whole) {
      const [, thread = '', name = '', args = '', result = ''] = whole;
      add(thread, { name, args, enteredAt: at }, result, at);
      continue;
    }
    const unfinished = UNFINISHED.exec(line);
    if (unfinished) {
      const [, thread = '', name = '', args = ''] = unfinished;
      open.set(thread, { name, args, enteredAt: at });
      continue;
    }
    const [, thread = '', rest = '', result = ''] = RESUMED.exec(line) ?? [];
    const begun = open.get(thread);
    if (!begun) continue;
    open.delete(thread);
    add(thread, { ...begun, args: begun.args + rest }, result, at);
  }
  return calls;
}

const READS = ['read', 'readv', 'recvfrom', 'recvmsg'];
const WRITES = ['write', 'writev', 'sendto', 'sendmsg'];
const SYNCS = ['fdatasync', 'fsync'];

const isWal = ({ target }: SystemCall): boolean => target.endsWith('/belfry.db-wal');

export const isWalSync = (call: SystemCall): boolean => SYNCS.includes(call.name) && isWal(call);

export interface Proof {
  /** 2xx answers to posted events. */
  readonly answers: number;
  /** Those that were written before the disk had said that their event is safe. */
  readonly unproven: readonly string[];
}

/**
 * For each 2xx to a posted event: after the request had arrived, the WAL was written, and after that a
 * sync of the WAL began and returned 0, all before the first byte of the answer was written.
 */
export function proveDurability(calls: readonly SystemCall[]): Proof {
  const walWrites = calls.filter((call) => call.name === 'pwrite64' && isWal(call));
  const walSyncs = calls.filter((call) => isWalSync(call) && call.result === 0);
  const arrivals = new Map<string, number>();
  const unproven: string[] = [];
  let answers = 0;
  for (const call of [...calls].sort((a, b) => a.enteredAt - b.enteredAt)) {
    if (!call.target.startsWith('TCP')) continue;
    const isPost = call.args.includes('"POST /api/v1/events');
    if (READS.includes(call.name) && call.result > 0 && (isPost || arrivals.has(call.target))) {
      arrivals.set(call.target, call.returnedAt);
    }
    if (!WRITES.includes(call.name) || !/"HTTP\/1\.1 2\d\d/.test(call.args)) continue;
    const arrivedAt = arrivals.get(call.target);
    if (arrivedAt === undefined) continue;
    arrivals.delete(call.target);
    answers += 1;
    const isSafe = walSyncs.some(
      (sync) =>
        sync.returnedAt < call.enteredAt &&
        walWrites.some((wal) => wal.enteredAt > arrivedAt && wal.returnedAt < sync.enteredAt),
    );
    if (!isSafe) unproven.push(`line ${call.enteredAt + 1}: ${call.args.slice(0, 120)}`);
  }
  return { answers, unproven };
}
