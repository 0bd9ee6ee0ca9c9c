/** Returns the processor time (ms) of `work`: a busy machine makes it wait longer, not compute more. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
