import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Delivery } from '../../main/channels/channel-adapter.ts';
import { createDiscord } from '../../main/channels/discord.ts';
import { createHttpClient } from '../../main/channels/http-client.ts';
import type { Outcome } from '../../main/domain/outcome.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import { json } from './http-fake.ts';
import { NOW, SAMPLES } from './sample-deliveries.ts';
import { NO_PICTURE } from './send-sample.ts';

const WRITTEN = json(200, { content: 'x'.repeat(20_000), id: '222' });

const client = createHttpClient({ log: () => undefined });
const discord = createDiscord(client.send);
let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await HttpReceiver.start();
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await client.close();
});

const send = (sample: string, thread: string | null): Promise<Outcome> =>
  discord.send(
    { url: `${receiver.url}/api/webhooks/1/token/?wait=false` },
    { ...(SAMPLES[sample] as Delivery), thread },
    {
      channelId: 'channel',
      picture: NO_PICTURE,
      clock: new FakeClock(NOW),
      signal: new AbortController().signal,
    },
  );

/** Methods and paths of what was received by `work`. */
async function requestsOf(work: () => Promise<unknown>): Promise<string[]> {
  const before = receiver.received.length;
  await work();
  return receiver.received.slice(before).map(({ method, path }) => `${method} ${path}`);
}

test('the number of a message is found however long the answer is', async () => {
  receiver.respond = WRITTEN;
  expect(await send('raised', null)).toMatchObject({ kind: 'sent', thread: '222' });
});

test.each([10_008, 50_005])('a message that is gone (%i) is written again', async (code) => {
  receiver.respond = (response, request) =>
    (request.method === 'PATCH' ? json(404, { message: 'Unknown Message', code }) : WRITTEN)(
      response,
      request,
    );
  const requests = await requestsOf(async () => {
    expect(await send('resolved', '111')).toMatchObject({ kind: 'sent', thread: '222' });
  });
  expect(requests).toEqual([
    'PATCH /api/webhooks/1/token/messages/111?wait=false',
    'POST /api/webhooks/1/token/?wait=true',
  ]);
});

test('an edit that fails for another reason is not written twice', async () => {
  receiver.respond = json(404, { message: 'Unknown Webhook', code: 10_015 });
  const requests = await requestsOf(async () => {
    expect(await send('resolved', '111')).toMatchObject({ kind: 'permanent', class: 'gone' });
  });
  expect(requests).toHaveLength(1);
});

test('what somebody should notice is a new message, though there is one already', async () => {
  receiver.respond = WRITTEN;
  const requests = await requestsOf(() => send('reminder', '111'));
  expect(requests).toEqual(['POST /api/webhooks/1/token/?wait=true']);
});
