import { CORES, type ClusterLab, type CoreName } from '../peers/cluster-lab.ts';
import type { Network } from './network.ts';

/** A core or a server that is killed, stopped for a while, or cut off from the network with all on its machine. */
export interface Fault {
  readonly what: 'core' | 'server' | 'machine';
  readonly how: 'killed' | 'stopped' | 'cut off';
  readonly core: CoreName;
}

/** Chooses one; the core that leads half of the time. */
export function chooseFault(random: () => number, leader: CoreName | null, canCut: boolean): Fault {
  const any = CORES[Math.floor(random() * CORES.length)] ?? 'a';
  const core = leader !== null && random() < 0.5 ? leader : any;
  const kinds: Omit<Fault, 'core'>[] = [
    { what: 'core', how: 'killed' },
    { what: 'core', how: 'stopped' },
    { what: 'server', how: 'killed' },
    { what: 'server', how: 'stopped' },
    ...(canCut ? [{ what: 'machine', how: 'cut off' } as const] : []),
  ];
  const kind = kinds[Math.floor(random() * kinds.length)] ?? { what: 'core', how: 'killed' };
  return { ...kind, core };
}

/** Does it. Returns what undoes it. */
export async function inflict(
  lab: ClusterLab,
  network: Network | null,
  { what, how, core }: Fault,
): Promise<() => void | Promise<void>> {
  const machine = CORES.indexOf(core);
  if (what === 'machine' && network) return network.cut(machine);
  if (what === 'server') {
    if (how === 'stopped') return lab.nats.pause(machine);
    await lab.nats.kill(machine);
    return () => lab.nats.restart(machine);
  }
  if (how === 'stopped') return lab.pause(core);
  await lab.kill(core);
  return () => lab.startCore(core);
}
