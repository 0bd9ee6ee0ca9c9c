import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second. */
const TICK_US = 10_000;

const statusMb = (pid: number, name: string): number => {
  const kb = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  )?.[1];
  if (kb === undefined) throw new Error(`no ${name} for process ${pid}`);
  return Number(kb) / 1_024;
};

/** The most memory that the process ever had resident, in MB. */
export const peakMemoryMb = (pid: number): number => statusMb(pid, 'VmHWM');

/** The memory that the process has resident, in MB. */
export const residentMb = (pid: number): number => statusMb(pid, 'VmRSS');

/** The processor time that all threads of the process have used, in µs. */
export function cpuUs(pid: number): number {
  // The name, in parentheses, may hold spaces; utime and stime are fields 14 and 15 (proc(5)).
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}
