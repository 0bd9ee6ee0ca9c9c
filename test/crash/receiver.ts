import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { REFUSED } from './activities.ts';

/** One accepted webhook; sent to the parent process over IPC, one message a request. */
export interface Receipt {
  readonly channel: string;
  readonly notificationId: string;
  readonly type: string;
  readonly alertId: string;
}

export interface Listening {
  readonly url: string;
}

/** A destination that takes a moment, so that a kill finds sends on their way. */
const ANSWER_AFTER_MAX_MS = 6;

async function receipt(request: IncomingMessage): Promise<Receipt> {
  const body = JSON.parse(await text(request)) as { type: string; data: { alert: { id: string } } };
  return {
    channel: request.url ?? '',
    notificationId: String(request.headers['webhook-id']),
    type: body.type,
    alertId: body.data.alert.id,
  };
}

const server = createServer((request, response) => {
  if (request.url === REFUSED) {
    request.resume().once('end', () => response.writeHead(400).end());
    return;
  }
  const answer = async (): Promise<void> => {
    const received = await receipt(request);
    process.send?.(received);
    await setTimeout(Math.random() * ANSWER_AFTER_MAX_MS);
    response.writeHead(204).end();
  };
  // A sender that was killed halfway leaves a broken request, which was not received.
  answer().catch(() => response.destroy());
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}` } satisfies Listening);
});
// Messages keep their order, so the echo says that every receipt before it is through.
process.on('message', (message) => process.send?.(message));
process.once('disconnect', () => process.exit(0));
