import { ClusterLab, CORES, TOKEN } from '../peers/cluster-lab.ts';
import type { PeerKind } from './peer.ts';

/** Three cores over three servers of NATS, of which one that follows is asked. */
export const clusterOfThree: PeerKind = {
  name: 'a cluster of three',
  async start() {
    const lab = await ClusterLab.start();
    const leader = await lab.leads();
    const asked = CORES.find((name) => name !== leader) ?? leader;
    return {
      url: lab.url(asked),
      token: TOKEN,
      pid: lab.pid(leader),
      stop: () => lab[Symbol.asyncDispose](),
    };
  },
};
