import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Delivery } from '../../main/channels/channel-adapter.ts';
import { createHttpClient } from '../../main/channels/http-client.ts';
import { createPushover } from '../../main/channels/pushover.ts';
import { pushoverConfig } from '../../main/contract/channel-kind.ts';
import type { Outcome } from '../../main/domain/outcome.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { json } from './http-fake.ts';
import { NOW, SAMPLES } from './sample-deliveries.ts';
import { NO_PICTURE } from './send-sample.ts';

const client = createHttpClient({ log: () => undefined });
const config = pushoverConfig.parse({
  token: 'a'.repeat(30),
  user: 'u'.repeat(30),
  emergency: true,
});
const success = json(200, { status: 1 });

let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await HttpReceiver.start();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.respond = success;
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await client.close();
});

/** Sends a sample whose alert is critical. */
function send(
  name: string,
  over: Partial<typeof config> = {},
  loud: Partial<Pick<Delivery, 'loudness' | 'wasLouder'>> = {},
): Promise<Outcome> {
  const sample = SAMPLES[name] as Delivery;
  const delivery = {
    ...sample,
    ...loud,
    alert: { ...sample.alert, severity: 'critical' },
  } as const;
  return createPushover(client.send, receiver.url).send({ ...config, ...over }, delivery, {
    channelId: 'channel',
    picture: NO_PICTURE,
    clock: new FakeClock(NOW),
    signal: new AbortController().signal,
  });
}

const forms = () =>
  receiver.received.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
const paths = () => receiver.received.map(({ path }) => path);
const CANCEL = `/1/receipts/cancel_by_tag/${String(SAMPLES['raised']?.alert.id)}.json`;

test('a critical alert repeats until it is confirmed, if the user wants that', async () => {
  await send('raised');
  await send('raised', { emergency: false });
  expect(forms()).toMatchObject([
    { priority: '2', retry: '60', expire: '3600', tags: SAMPLES['raised']?.alert.id },
    { priority: '1' },
  ]);
  expect(forms()[1]).not.toHaveProperty('retry');
});

test.each(['acknowledged', 'resolved'])('%s ends the repetition, then tells', async (name) => {
  expect(await send(name)).toMatchObject({ kind: 'sent' });
  expect(paths()).toEqual([CANCEL, '/1/messages.json']);
  expect(forms()[0]).toEqual({ token: config.token });
});

test('a louder reminder is an emergency, which the end of its alert ends', async () => {
  await send('reminder', { emergency: false });
  await send('reminder', { emergency: false }, { loudness: 1 });
  expect(forms().map(({ priority }) => priority)).toEqual(['1', '2']);
  receiver.received.length = 0;
  await send('acknowledged', { emergency: false }, { wasLouder: true });
  expect(paths()).toEqual([CANCEL, '/1/messages.json']);
});

test('nothing is ended that cannot have been begun', async () => {
  await send('resolved', { emergency: false });
  expect(paths()).toEqual(['/1/messages.json']);
});

test('an update is sent although there is nothing to end', async () => {
  receiver.respond = (response, request) =>
    (request.path === CANCEL ? status(404) : success)(response, request);
  expect(await send('resolved')).toMatchObject({ kind: 'sent' });
  expect(paths()).toHaveLength(2);
});

test('a repetition that cannot be ended now is tried again with its message', async () => {
  receiver.respond = status(503);
  expect(await send('resolved')).toMatchObject({ kind: 'transient', waitAtLeastMs: 5_000 });
  expect(paths()).toEqual([CANCEL]);
});
