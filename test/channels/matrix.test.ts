import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpClient } from '../../main/channels/http-client.ts';
import { createMatrix } from '../../main/channels/matrix.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import { json } from './http-fake.ts';
import { sampleOf, sendSample } from './send-sample.ts';

/** The most that a homeserver takes of one event, in all. */
const EVENT_BYTES_MAX = 65_536;

const client = createHttpClient({ log: () => undefined });
const matrix = createMatrix(client.send);
let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await HttpReceiver.start();
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await client.close();
});

const send = (name: string, thread: string | null, message?: string) => {
  const delivery = sampleOf(name);
  const alert = { ...delivery.alert, message: message ?? delivery.alert.message };
  const config = { homeserver: `${receiver.url}/`, roomId: '!room:lan', accessToken: 'token' };
  return sendSample(matrix, config, { ...delivery, alert, thread });
};

test.each(['&', '"', '<', '\\', '\n', '日', '👩‍👩‍👧‍👦'])(
  'an event stays within the limit when all of its text is %j',
  async (character) => {
    receiver.respond = json(200, { event_id: '$1' });
    await send('hostile', '$0', `a${character.repeat(40_000)}z`);
    const { body } = receiver.received.at(-1) ?? { body: '' };
    // The part that the server adds to an event is far below the rest.
    expect(Buffer.byteLength(body)).toBeLessThan(EVENT_BYTES_MAX - 5_000);
  },
);

test('the first message begins the thread, and what follows stays in it', async () => {
  receiver.respond = json(200, { event_id: '$1' });
  expect(await send('raised', null)).toMatchObject({ kind: 'sent', thread: '$1' });
  receiver.respond = json(200, { event_id: '$2' });
  expect(await send('resolved', '$1')).toMatchObject({ kind: 'sent', thread: '$1' });
});

test('a slash at the end of the homeserver is not doubled', async () => {
  receiver.respond = json(200, { event_id: '$1' });
  await send('raised', null);
  expect(receiver.received.at(-1)?.path).toMatch(
    /^\/_matrix\/client\/v3\/rooms\/!room%3Alan\/send/,
  );
});
