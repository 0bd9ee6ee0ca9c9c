import { join } from 'node:path';
import { ServerProcess } from '../support/server-process.ts';
import type { PeerKind } from './peer.ts';

const TOKEN = 'bench-token';

export const belfry: PeerKind = {
  name: 'Belfry',
  async start(dir, receiverUrl) {
    const dataDir = join(dir, 'belfry');
    const server = await ServerProcess.start({ dataDir, adminToken: TOKEN });
    if (receiverUrl !== null) {
      const channel = { kind: 'webhook', name: 'bench', config: { url: receiverUrl } };
      const { status } = await server.call('POST', '/api/v1/channels', channel);
      if (status !== 201) throw new Error(`the channel was answered ${status}`);
    }
    return {
      url: server.url,
      token: TOKEN,
      pid: server.child.pid ?? 0,
      // The measurement is over, and a clean stop would first deliver the rest.
      stop: () => server.kill(),
    };
  },
};
