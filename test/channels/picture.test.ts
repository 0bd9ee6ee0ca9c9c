import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChannelAdapter, Delivery } from '../../main/channels/channel-adapter.ts';
import { createDiscord } from '../../main/channels/discord.ts';
import { createGotify } from '../../main/channels/gotify.ts';
import { createHttpClient, type HttpClient } from '../../main/channels/http-client.ts';
import { createMattermost } from '../../main/channels/mattermost.ts';
import { createNtfy } from '../../main/channels/ntfy.ts';
import { fetchPicture } from '../../main/channels/picture-fetch.ts';
import { pictureOf, publicPictureOf } from '../../main/channels/picture.ts';
import { createSlack } from '../../main/channels/slack.ts';
import { createTeams } from '../../main/channels/teams.ts';
import { createTelegram } from '../../main/channels/telegram.ts';
import { HttpReceiver, status, type ReceivedRequest } from '../support/http-receiver.ts';
import { json } from './http-fake.ts';
import { sampleOf, sendSample } from './send-sample.ts';

const PICTURE = 'https://grafana.example.org/a.png';

const withAnnotations = (annotations: Record<string, string>): Delivery => {
  const sample = sampleOf('raised');
  return { ...sample, alert: { ...sample.alert, annotations } };
};
const pictured = (imageURL: string): Delivery => withAnnotations({ imageURL });

interface Kind {
  readonly create: (send: HttpClient) => ChannelAdapter<never>;
  readonly config: (url: string) => Record<string, unknown>;
  /** The answer to what the service takes. */
  readonly taken: ReturnType<typeof status>;
  /** The edit of an earlier message. */
  readonly thread?: string;
}

const discord: Omit<Kind, 'thread'> = {
  create: createDiscord,
  config: (url: string) => ({ url: `${url}/api/webhooks/1/token` }),
  taken: json(200, { id: '222' }),
};

const KINDS: Readonly<Record<string, Kind>> = {
  discord,
  'discord, which edits': { ...discord, thread: '111' },
  telegram: {
    create: createTelegram,
    config: (apiUrl) => ({ apiUrl, token: '1:t', chatId: '-1' }),
    taken: json(200, { ok: true, result: { message_id: 7 } }),
  },
  ntfy: {
    create: createNtfy,
    config: (server) => ({ server, topic: 'belfry' }),
    taken: json(200, { id: 'a' }),
  },
  gotify: {
    create: createGotify,
    config: (server) => ({ server, token: 't' }),
    taken: json(200, { id: 1 }),
  },
  slack: {
    create: createSlack,
    config: (url) => ({ url: `${url}/services/T/B/x` }),
    taken: status(200, {}, 'ok'),
  },
  teams: {
    create: createTeams,
    config: (url) => ({ url: `${url}/workflows/x` }),
    taken: status(202),
  },
  mattermost: {
    create: createMattermost,
    config: (url) => ({ url: `${url}/hooks/x` }),
    taken: status(200, {}, 'ok'),
  },
};

const client = createHttpClient({ log: () => undefined });
let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await HttpReceiver.start();
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await client.close();
});

describe.each(Object.entries(KINDS))('%s', (_, { create, config, taken, thread = null }) => {
  const hasPicture = ({ body }: ReceivedRequest): boolean => body.includes(PICTURE);

  /** Returns the outcome, and for each request whether it had the picture. */
  async function sendAll(over: Partial<Delivery> = {}) {
    const before = receiver.received.length;
    const event = thread === null ? 'raised' : 'resolved';
    const delivery: Delivery = { ...pictured(PICTURE), event, thread, ...over };
    const outcome = await sendSample(create(client.send), config(receiver.url) as never, delivery);
    return { outcome, pictures: receiver.received.slice(before).map(hasPicture) };
  }

  test('has the picture', async () => {
    receiver.respond = taken;
    const { outcome, pictures } = await sendAll();
    expect(outcome.kind).toBe('sent');
    expect(pictures).toEqual([true]);
  });

  test.each([400, 413, 422])('that refuses the picture (%i) gets the message', async (code) => {
    receiver.respond = (response, request) =>
      (hasPicture(request) ? status(code, {}, 'invalid_attachments') : taken)(response, request);
    const { outcome, pictures } = await sendAll();
    expect(outcome.kind).toBe('sent');
    expect(pictures).toEqual([true, false]);
  });

  test('that refuses the message either way says so', async () => {
    receiver.respond = status(400, {}, 'no');
    const { outcome, pictures } = await sendAll();
    expect(outcome).toMatchObject({ kind: 'permanent', class: 'rejected' });
    expect(pictures).toEqual([true, false]);
  });

  test('that is down is not asked twice, and the next attempt has no picture', async () => {
    receiver.respond = status(503);
    expect((await sendAll()).pictures).toEqual([true]);
    receiver.respond = taken;
    expect((await sendAll({ attempt: 2 })).pictures).toEqual([false]);
  });
});

test('an edit that loses first the picture and then its message is written again', async () => {
  const GONE = json(404, { message: 'Unknown Message', code: 10_008 });
  receiver.respond = (response, request) => {
    const answer = request.body.includes(PICTURE) ? status(400) : discord.taken;
    (request.method === 'PATCH' && !request.body.includes(PICTURE) ? GONE : answer)(
      response,
      request,
    );
  };
  const before = receiver.received.length;
  const delivery: Delivery = { ...pictured(PICTURE), event: 'resolved', thread: '111' };
  const { url } = receiver;
  const config = { url: `${url}/api/webhooks/1/token` };
  const outcome = await sendSample(createDiscord(client.send), config, delivery);
  expect(outcome).toMatchObject({ kind: 'sent', thread: '222' });
  const sent = receiver.received.slice(before);
  expect(sent.map(({ method }) => method)).toEqual(['PATCH', 'PATCH', 'POST']);
});

test('a chat that moved and takes neither buttons nor picture still gets the message', async () => {
  receiver.respond = (response, { body }) => {
    const { chat_id: chat, reply_markup: buttons } = JSON.parse(body) as Record<string, unknown>;
    const moved = { description: 'Bad Request', parameters: { migrate_to_chat_id: -2 } };
    const answer =
      chat !== '-2'
        ? json(400, moved)
        : buttons !== undefined
          ? json(400, { description: 'Bad Request: BUTTON_URL_INVALID' })
          : body.includes(PICTURE)
            ? json(400, { description: 'Bad Request: WEBPAGE_URL_INVALID' })
            : json(200, { ok: true, result: { message_id: 7 } });
    answer(response, {} as ReceivedRequest);
  };
  const config = { apiUrl: receiver.url, token: '1:t', chatId: '-1' };
  const outcome = await sendSample(createTelegram(client.send), config, pictured(PICTURE));
  expect(outcome).toMatchObject({ kind: 'sent', correction: { chatId: '-2' } });
});

test.each([
  ['javascript:alert(1)'],
  ['file:///etc/passwd'],
  ['data:image/png;base64,AAAA'],
  ['nginx:1.27'],
  [`https://nas.lan/${'x'.repeat(2_000)}`],
  ['http://169.254.169.254/latest/meta-data'],
  ['http://[fe80::1]/a.png'],
])('%.60s is no picture', (address) => {
  expect(pictureOf(pictured(address))).toBeNull();
});

test.each(['169.254.169.254', '[fd00:ec2::254]'])(
  '%s is not connected to, although it is listed',
  async (literal) => {
    const hosts = [literal.replace(/[[\]]/g, '')];
    const found = await fetchPicture(`http://${literal}/a.png`, hosts, AbortSignal.timeout(5_000));
    expect(found).toEqual({ failure: 'address_refused' });
  },
);

test('the user and password of an address are left out', () => {
  expect(pictureOf(pictured('https://ann:pw@nas.lan/a b.png'))).toBe('https://nas.lan/a%20b.png');
});

test('the picture of Grafana’s Alertmanager contact point is found', () => {
  expect(pictureOf(withAnnotations({ image: PICTURE }))).toBe(PICTURE);
  expect(pictureOf(withAnnotations({ imageURL: 'none', image: PICTURE }))).toBe(PICTURE);
});

test('a message about several alerts has none', () => {
  const { bundle } = sampleOf('group');
  expect(pictureOf({ ...pictured(PICTURE), bundle })).toBeNull();
});

test.each([
  'http://grafana.example.org/a.png',
  'https://192.168.1.5/a.png',
  'https://8.8.8.8/a.png',
  'https://[2001:db8::1]/a.png',
  'https://localhost/a.png',
  'https://grafana/a.png',
  'https://grafana.lan/a.png',
  'https://grafana.LOCAL./a.png',
  'https://nas.home.arpa/a.png',
  'https://0x7f000001/a.png',
])('%s is left out for services in the Internet', (address) => {
  expect(pictureOf(pictured(address))).not.toBeNull();
  expect(publicPictureOf(pictured(address))).toBeNull();
});

test.each([PICTURE, 'https://lan.example.org:8443/a.png', 'https://local.de./a.png'])(
  '%s is public',
  (address) => {
    expect(publicPictureOf(pictured(address))).toBe(address);
  },
);
