/** Returns what says how much processor time (ms) was used since: a busy machine makes work wait longer, not compute more. */
export function cpuClock(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
}

/** Returns the processor time (ms) of `work`. */
export function cpuMs(work: () => void): number {
  const used = cpuClock();
  work();
  return used();
}
