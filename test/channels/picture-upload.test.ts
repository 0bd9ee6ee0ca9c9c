import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ChannelAdapter, Delivery } from '../../main/channels/channel-adapter.ts';
import { createApprise } from '../../main/channels/apprise.ts';
import { createDiscord } from '../../main/channels/discord.ts';
import { createHttpClient } from '../../main/channels/http-client.ts';
import { createMatrix } from '../../main/channels/matrix.ts';
import { createPushover } from '../../main/channels/pushover.ts';
import type { Picture } from '../../main/domain/picture-format.ts';
import { createTelegram } from '../../main/channels/telegram.ts';
import { FakeClock } from '../support/fake-clock.ts';
import {
  HttpReceiver,
  silence,
  status,
  type ReceivedRequest,
  type Respond,
} from '../support/http-receiver.ts';
import { PNG } from '../support/picture-host.ts';
import { until } from '../support/until.ts';
import { json } from './http-fake.ts';
import { sampleOf, sendSample } from './send-sample.ts';

const ADDRESS = 'http://grafana.lan/a.png';
const PICTURE: Picture = { type: 'image/png', width: 24, height: 10, bytes: PNG };

const client = createHttpClient({ log: () => undefined });
let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await HttpReceiver.start();
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await client.close();
});
beforeEach(() => {
  receiver.received.length = 0;
});

async function send<Config>(
  adapter: ChannelAdapter<Config>,
  config: Config,
  over: Partial<Delivery> = {},
  found: Picture | null = PICTURE,
  clock = new FakeClock(),
) {
  const sample = sampleOf('raised');
  const asked: string[] = [];
  const picture = (address: string) => {
    asked.push(address);
    return Promise.resolve(found);
  };
  const delivery = {
    ...sample,
    alert: { ...sample.alert, annotations: { imageURL: ADDRESS } },
    ...over,
  };
  return { outcome: await sendSample(adapter, config, delivery, { picture, clock }), asked };
}

/** The parts of a form as it was sent: for each its headers and its body. */
function partsOf({ headers, bytes }: ReceivedRequest): { head: string; body: Buffer }[] {
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(
    headers['content-type'] ?? '',
  )?.[1];
  const [before, ...parts] = bytes.toString('latin1').split(`--${boundary}`);
  expect([before, parts.pop()]).toEqual(['', '--\r\n']);
  return parts.map((part) => {
    const end = part.indexOf('\r\n\r\n');
    return { head: part.slice(2, end), body: Buffer.from(part.slice(end + 4, -2), 'latin1') };
  });
}

/** The fields of a form by name. */
const textFields = (parts: ReturnType<typeof partsOf>): Map<string | undefined, string> =>
  new Map(parts.map(({ head, body }) => [/ name="(\w+)"$/.exec(head)?.[1], String(body)]));

const LOGIN = `Basic ${Buffer.from('ann:pw').toString('base64')}`;

describe('Discord', () => {
  const discord = createDiscord(client.send);
  const config = () => ({ url: `${receiver.url}/api/webhooks/1/token` });

  test.each([
    ['a new message', null, 'raised', 'POST'],
    ['an edit', '111', 'resolved', 'PATCH'],
  ] as const)('gets the picture itself with %s', async (_, thread, event, method) => {
    receiver.respond = json(200, { id: '222' });
    const { outcome, asked } = await send(discord, config(), { thread, event });
    expect(outcome).toMatchObject({ kind: 'sent', thread: '222' });
    expect(asked).toEqual([ADDRESS]);
    const [request] = receiver.received;
    expect(receiver.received).toHaveLength(1);
    expect(request?.method).toBe(method);
    const [message, file] = partsOf(request as ReceivedRequest);
    expect(message?.head).toBe(
      'content-disposition: form-data; name="payload_json"\r\ncontent-type: application/json',
    );
    expect(JSON.parse(String(message?.body))).toMatchObject({
      embeds: [{ image: { url: 'attachment://picture.png' } }],
      attachments: [{ id: 0, filename: 'picture.png', description: 'Picture of the alert' }],
    });
    expect(file).toEqual({
      head: 'content-disposition: form-data; name="files[0]"; filename="picture.png"\r\ncontent-type: image/png',
      body: PNG,
    });
  });

  test('that refuses the picture gets the message', async () => {
    receiver.respond = (response, request) =>
      (request.bytes.includes(PNG) ? json(413, { code: 40_005 }) : json(200, { id: '222' }))(
        response,
        request,
      );
    expect((await send(discord, config())).outcome).toMatchObject({ kind: 'sent' });
    expect(receiver.received.map(({ bytes }) => bytes.includes(PNG))).toEqual([true, false]);
    expect(receiver.received[1]?.headers['content-type']).toBe('application/json');
  });

  test('gets the address of a public picture that Belfry may not fetch', async () => {
    receiver.respond = json(200, { id: '222' });
    const { alert } = sampleOf('raised');
    const imageURL = 'https://grafana.example.org/a.png';
    await send(discord, config(), { alert: { ...alert, annotations: { imageURL } } }, null);
    await send(discord, config(), {}, null);
    expect(receiver.received.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { embeds: [{ image: { url: imageURL } }] },
      { embeds: [{ description: expect.any(String) as string }] },
    ]);
    expect(receiver.received[1]?.body).not.toContain('image');
  });
});

describe('Telegram', () => {
  const telegram = createTelegram(client.send);
  const config = () => ({ apiUrl: receiver.url, token: '1:t', chatId: '-42', topicId: 9 });
  const TAKEN = json(200, { ok: true, result: { message_id: 7 } });
  const methods = () => receiver.received.map(({ path }) => path.split('/').at(-1));

  test('gets the picture itself, with the text below it', async () => {
    receiver.respond = TAKEN;
    const { outcome } = await send(telegram, config(), { thread: '-42:5' });
    expect(outcome).toMatchObject({ kind: 'sent', thread: '-42:5' });
    expect(methods()).toEqual(['sendPhoto']);
    const parts = partsOf(receiver.received[0] as ReceivedRequest);
    const file = parts.pop();
    expect(file).toEqual({
      head: 'content-disposition: form-data; name="photo"; filename="picture.png"\r\ncontent-type: image/png',
      body: PNG,
    });
    const fields = textFields(parts);
    expect([fields.get('chat_id'), fields.get('message_thread_id')]).toEqual(['-42', '9']);
    expect(JSON.parse(fields.get('reply_parameters') ?? '')).toMatchObject({ message_id: 5 });
    const text = fields.get('caption') ?? '';
    const [bold] = JSON.parse(fields.get('caption_entities') ?? '') as { length: number }[];
    expect(text.slice(0, bold?.length)).toBe(text.split('\n')[0]);
    const { inline_keyboard: rows } = JSON.parse(fields.get('reply_markup') ?? '') as {
      inline_keyboard: { text: string }[][];
    };
    expect(rows[0]).toMatchObject([{ text: 'Acknowledge' }]);
  });

  test('gets a text that is too long for a caption without the picture', async () => {
    receiver.respond = TAKEN;
    const { alert } = sampleOf('raised');
    const long = { ...alert, message: 'x'.repeat(1_100), annotations: { imageURL: ADDRESS } };
    const { asked } = await send(telegram, config(), { alert: long });
    expect(asked).toEqual([]);
    expect(methods()).toEqual(['sendMessage']);
    expect(receiver.received[0]?.body).toContain('x'.repeat(1_100));
  });

  test('that refuses the picture gets the message', async () => {
    receiver.respond = (response, request) =>
      (request.bytes.includes(PNG)
        ? json(400, { description: 'Bad Request: not enough rights to send photos to the chat' })
        : TAKEN)(response, request);
    expect((await send(telegram, config())).outcome).toMatchObject({ kind: 'sent' });
    expect(methods()).toEqual(['sendPhoto', 'sendMessage']);
  });
});

describe('Apprise', () => {
  const apprise = createApprise(client.send);
  const config = () => ({
    url: receiver.url.replace('//', '//ann:pw@'),
    key: 'home',
    tag: 'critical',
  });

  test('gets the picture itself with the message', async () => {
    receiver.respond = status(200, {}, '{}');
    expect((await send(apprise, config())).outcome).toMatchObject({ kind: 'sent' });
    const request = receiver.received[0] as ReceivedRequest;
    expect(request).toMatchObject({ path: '/notify/home' });
    expect(request.headers).toMatchObject({ accept: 'application/json', authorization: LOGIN });
    const parts = partsOf(request);
    expect(parts.pop()).toEqual({
      head: 'content-disposition: form-data; name="attach"; filename="picture.png"\r\ncontent-type: image/png',
      body: PNG,
    });
    expect(Object.fromEntries(textFields(parts))).toMatchObject({
      ...{ type: 'warning', format: 'text', tag: 'critical' },
      title: expect.stringContaining('backup_failed') as string,
    });
  });

  test('that refuses the picture gets the message', async () => {
    receiver.respond = (response, request) =>
      (request.bytes.includes(PNG)
        ? json(400, { error: 'Bad Attachment' })
        : status(200, {}, '{}'))(response, request);
    expect((await send(apprise, config())).outcome).toMatchObject({ kind: 'sent' });
    expect(receiver.received.map(({ headers }) => headers['content-type']?.split(';')[0])).toEqual([
      'multipart/form-data',
      'application/json',
    ]);
    expect(receiver.received.map(({ headers }) => headers['authorization'])).toEqual([
      LOGIN,
      LOGIN,
    ]);
  });
});

describe('Pushover', () => {
  const pushover = () => createPushover(client.send, receiver.url);
  const config = {
    ...{ token: 'a'.repeat(30), user: 'u'.repeat(30) },
    ...{ emergency: false, retrySeconds: 60, expireSeconds: 3_600 },
  };
  const attached = ({ body }: ReceivedRequest) => {
    const form = new URLSearchParams(body);
    const data = form.get('attachment_base64');
    return data === null ? null : [form.get('attachment_type'), Buffer.from(data, 'base64')];
  };

  test('gets the picture itself', async () => {
    receiver.respond = json(200, { status: 1 });
    expect((await send(pushover(), config)).outcome).toMatchObject({ kind: 'sent' });
    expect(receiver.received.map(attached)).toEqual([['image/png', PNG]]);
  });

  test('that refuses the picture gets the message, also after the end of an emergency', async () => {
    receiver.respond = (response, request) =>
      (attached(request) === null ? json(200, { status: 1 }) : status(413))(response, request);
    const over = { event: 'resolved', wasLouder: true } as const;
    expect((await send(pushover(), config, over)).outcome).toMatchObject({ kind: 'sent' });
    expect(receiver.received.map(({ path }) => path.split('/')[2])).toEqual([
      'receipts',
      'messages.json',
      'messages.json',
    ]);
    expect(receiver.received.map(attached)).toEqual([null, ['image/png', PNG], null]);
  });
});

describe('Matrix', () => {
  const matrix = createMatrix(client.send);
  const config = () => ({ homeserver: receiver.url, roomId: '!room:lan', accessToken: 'token' });
  const MEDIA = '/_matrix/media/v3/upload';
  const taking = (media: Respond): void => {
    receiver.respond = (response, request) =>
      (request.path === MEDIA ? media : json(200, { event_id: '$1' }))(response, request);
  };
  const html = (): string => {
    const { body = '{}' } = receiver.received.at(-1) ?? {};
    return (JSON.parse(body) as { formatted_body: string }).formatted_body;
  };

  test('gets the picture itself, and shows it within the first message', async () => {
    taking(json(200, { content_uri: 'mxc://lan/abc' }));
    expect((await send(matrix, config())).outcome).toMatchObject({ kind: 'sent', thread: '$1' });
    const [upload] = receiver.received;
    expect(receiver.received).toHaveLength(2);
    expect(upload).toMatchObject({
      method: 'POST',
      path: MEDIA,
      headers: { authorization: 'Bearer token', 'content-type': 'image/png' },
    });
    expect(upload?.bytes).toEqual(PNG);
    expect(html()).toContain(
      '<br><img src="mxc://lan/abc" alt="Picture of the alert" width="24" height="10"><br>',
    );
  });

  test('whose media repository hangs gets the message all the same', async () => {
    taking(silence);
    const clock = new FakeClock();
    const sending = send(matrix, config(), {}, PICTURE, clock);
    await until(() => receiver.received.length === 1, 'the picture is uploaded');
    clock.advance(10_000);
    expect((await sending).outcome).toMatchObject({ kind: 'sent' });
    expect(html()).not.toContain('<img');
  });

  test('keeps later messages of the thread without it', async () => {
    taking(status(500));
    const { asked } = await send(matrix, config(), { thread: '$0', event: 'resolved' });
    expect(asked).toEqual([]);
    expect(receiver.received).toHaveLength(1);
  });

  test.each<[string, Respond]>([
    ['takes no pictures', status(413)],
    ['is a stranger', json(200, { content_uri: 'mxc://lan/"><script>' })],
    ['breaks off', (response) => response.destroy()],
  ])('whose media repository %s gets the message', async (_, media) => {
    taking(media);
    expect((await send(matrix, config())).outcome).toMatchObject({ kind: 'sent' });
    expect(receiver.received.map(({ path }) => path === MEDIA)).toEqual([true, false]);
    expect(html()).not.toContain('<img');
  });
});
