import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort, Program } from '../peers/program.ts';
import type { PeerKind } from './peer.ts';

const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 50;

/** Each alert is its own group and goes out at once: the nearest that Alertmanager has to Belfry's way. */
const delivering = (receiverUrl: string): string => `
route: { receiver: bench, group_by: ['...'], group_wait: 0s, group_interval: 1h, repeat_interval: 4h }
receivers:
  - name: bench
    webhook_configs: [{ url: '${receiverUrl}', send_resolved: false }]
`;

const inMemory = `
route: { receiver: nobody, group_wait: 1h }
receivers: [{ name: nobody }]
`;

async function untilReady(url: string, program: Program): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const isReady = await fetch(`${url}/-/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await setTimeout(POLL_MS);
  }
  throw new Error(`Alertmanager did not become ready:\n${program.output}`);
}

export const alertmanager: PeerKind = {
  name: 'Alertmanager',
  async start(dir, receiverUrl) {
    const config = join(dir, 'alertmanager.yml');
    writeFileSync(config, receiverUrl === null ? inMemory : delivering(receiverUrl));
    const port = await freePort();
    const program = new Program('prometheus-alertmanager', [
      `--config.file=${config}`,
      `--storage.path=${join(dir, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ]);
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url, program);
    return { url, token: 'none', pid: program.child.pid ?? 0, stop: () => program.stop() };
  },
};
