import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery } from '../../main/channels/channel-adapter.ts';
import { createHttpClient } from '../../main/channels/http-client.ts';
import { createTelegram } from '../../main/channels/telegram.ts';
import type { Outcome } from '../../main/domain/outcome.ts';
import { CoreFixture, firing } from '../support/core-fixture.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HttpReceiver, status, type Respond } from '../support/http-receiver.ts';
import { PATIENT } from '../queue/down-channel.ts';
import { json } from './http-fake.ts';
import { NOW, SAMPLES } from './sample-deliveries.ts';
import { NO_PICTURE } from './send-sample.ts';

const TOKEN = '123456789:AAE-S3cretS3cretS3cretS3cretS3cret_';
const MOVED = json(400, {
  ok: false,
  description: 'Bad Request: group chat was upgraded to a supergroup chat',
  parameters: { migrate_to_chat_id: -1_009_999_999_999 },
});
const TAKEN = json(200, { ok: true, result: { message_id: 4711 } });

const client = createHttpClient({ log: () => undefined });
const telegram = createTelegram(client.send);
let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await HttpReceiver.start();
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await client.close();
});

const config = () => ({ token: TOKEN, chatId: '-42', apiUrl: receiver.url });
const send = (over: Partial<Delivery> = {}): Promise<Outcome> =>
  telegram.send(
    config(),
    { ...(SAMPLES['raised'] as Delivery), ...over },
    {
      channelId: 'channel',
      picture: NO_PICTURE,
      clock: new FakeClock(NOW),
      signal: new AbortController().signal,
    },
  );

/** Every body that was received by `work`. */
async function bodiesOf(work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const before = receiver.received.length;
  await work();
  return receiver.received
    .slice(before)
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>);
}

const movedUntilAddressed: Respond = (response, request) =>
  (request.body.includes('-1009999999999') ? TAKEN : MOVED)(response, request);

describe('a group that became a supergroup', () => {
  test('gets the message at once under its new number, which is reported', async () => {
    receiver.respond = movedUntilAddressed;
    const bodies = await bodiesOf(async () => {
      expect(await send({ thread: '-42:7' })).toMatchObject({
        kind: 'sent',
        correction: { chatId: '-1009999999999' },
        thread: '-1009999999999:4711',
      });
    });
    expect(bodies.map((body) => [body['chat_id'], body['reply_parameters']])).toEqual([
      ['-42', { message_id: 7, allow_sending_without_reply: true }],
      ['-1009999999999', undefined],
    ]);
  });

  test('is asked no more than once when it moves for ever', async () => {
    receiver.respond = MOVED;
    const bodies = await bodiesOf(async () => {
      expect(await send()).toMatchObject({ kind: 'permanent' });
    });
    expect(bodies).toHaveLength(2);
  });

  test('is what the channel leads to from then on', async () => {
    await using fixture = await CoreFixture.start();
    receiver.respond = movedUntilAddressed;
    const id = await fixture.addChannel('', undefined, {
      kind: 'telegram',
      name: 'family',
      config: config(),
    });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('sent');
    expect(fixture.core.channels.shown(fixture.channel(id))).toMatchObject({
      target: 'Telegram chat -1009999999999',
      config: { chatId: '-1009999999999' },
    });
  });

  test('ends an outage with the message that found it, and what waited goes out', async () => {
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const id = await fixture.addChannel('', PATIENT, {
      kind: 'telegram',
      name: 'family',
      config: config(),
    });
    await fixture.raiseMany(6);
    await fixture.pass(60_000);
    expect(fixture.channel(id).health.state).toBe('down');
    receiver.respond = movedUntilAddressed;
    await fixture.pass(600_000);
    expect(fixture.channel(id).health.state).toBe('closed');
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
  });
});

describe('links', () => {
  const bot = (description: string): Respond => json(400, { ok: false, description });

  test('that Telegram refuses as buttons are put into the text', async () => {
    receiver.respond = (response, request) =>
      (request.body.includes('inline_keyboard')
        ? bot(
            "Bad Request: inline keyboard button URL 'https://belfry.lan/' is invalid: Wrong HTTP URL",
          )
        : TAKEN)(response, request);
    const bodies = await bodiesOf(async () => {
      expect(await send()).toMatchObject({ kind: 'sent' });
    });
    expect(bodies).toHaveLength(2);
    expect(bodies[1]?.['text']).toMatch(
      /\nAcknowledge · Snooze for 1 hour · Open in Belfry · Details on nas\.lan$/,
    );
  });

  test('without https stand in the text, each over its own words', async () => {
    receiver.respond = TAKEN;
    const [body] = await bodiesOf(() =>
      send({ links: { window: 'http://nas.lan:8377/#/alerts', actions: [] } }),
    );
    const text = String(body?.['text']);
    const entities = body?.['entities'] as {
      type: string;
      offset: number;
      length: number;
      url: string;
    }[];
    const links = entities
      .filter(({ type }) => type === 'text_link')
      .map(({ offset, length, url }) => [text.slice(offset, offset + length), url]);
    expect(links).toEqual([['Open in Belfry', 'http://nas.lan:8377/#/alerts']]);
    expect(JSON.stringify(body?.['reply_markup'])).toContain('https://nas.lan/jobs/7');
  });
});

test('a message answers the first one of its alert, and leaves it the first', async () => {
  receiver.respond = TAKEN;
  const [body] = await bodiesOf(async () => {
    expect(await send({ thread: '-42:7' })).toMatchObject({ thread: '-42:7' });
  });
  expect(body?.['reply_parameters']).toMatchObject({ message_id: 7 });
});
