import fc from 'fast-check';
import { discord } from '../../../main/ingest/discord-adapter.ts';
import { damagedBody } from '../damage.ts';
import {
  fixture,
  fixtureJson,
  jsonPost,
  like,
  type IngestCase,
  type RecordedCase,
} from '../ingest-case.ts';

const URL = '/api/webhooks/1234567890/{token}';

const netdata = (state: 'warning' | 'critical' | 'clear'): RecordedCase => ({
  name: `an alarm of Netdata, ${state}, in Slack's format`,
  request: {
    url: `${URL}/slack`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: fixture('discord', `netdata-${state}.txt`),
  },
  events: [],
  messages: [
    {
      source: 'discord',
      topic: 'netdata on nas',
      title: like(/^disk space usage/),
      severity: state === 'clear' ? 'info' : state,
    },
  ],
  answer: { status: 200, body: 'ok' },
});

const multipart = [
  '--b',
  'Content-Disposition: form-data; name="payload_json"',
  'Content-Type: application/json',
  '',
  '{"content":"See the log","username":"cron"}',
  '--b',
  'Content-Disposition: form-data; name="files[0]"; filename="log.txt"',
  'Content-Type: text/plain',
  '',
  'a line',
  '--b--',
  '',
].join('\r\n');

export const discordCase: IngestCase = {
  adapter: discord,
  refusing: ['/api/webhooks/:id/:token/github'],
  recorded: [
    {
      name: 'a failure of the Apprise client, as an embed',
      request: jsonPost(URL, fixture('discord', 'apprise-embed.txt')),
      events: [],
      messages: [
        {
          source: 'discord',
          topic: 'Apprise',
          title: 'Scrub',
          text: 'Apprise\nThe scrub of tank has failed\nApprise Notifications',
          severity: 'critical',
        },
      ],
      answer: { status: 204 },
    },
    {
      name: 'a failure of the Apprise client, as content',
      request: jsonPost(URL, fixture('discord', 'apprise.txt')),
      events: [],
      messages: [{ text: 'Scrub\r\nThe scrub of tank has failed', severity: 'warning' }],
    },
    {
      name: 'a monitor of Uptime Kuma that is down, which waits for the message',
      request: jsonPost(`${URL}?wait=true`, fixture('discord', 'uptime-kuma-down.json')),
      events: [],
      messages: [
        {
          topic: 'Uptime Kuma',
          title: '❌ Your service Nextcloud went down. ❌',
          text: like(/Went Offline: 2026-01-15T12:00:00\.000Z\n[^]*Error: Request failed/),
          severity: 'critical',
        },
      ],
      answer: {
        status: 200,
        body: { id: like(/^\d+$/), webhook_id: '1234567890', author: { username: 'Uptime Kuma' } },
      },
    },
    {
      name: 'a check of the webhook, which stores nothing',
      request: { verb: 'GET', url: URL },
      events: [],
      messages: [],
      answer: { status: 200, body: { id: '1234567890', type: 1, name: 'Belfry' } },
    },
    ...(['warning', 'critical', 'clear'] as const).map(netdata),
    {
      name: 'a multipart form with a file, which is named',
      request: {
        url: URL,
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        body: multipart,
      },
      events: [],
      messages: [{ topic: 'cron', text: like(/^See the log\n\n.*log\.txt/) }],
    },
    {
      name: 'a form, as curl sends it',
      request: {
        url: URL,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'content=**Done**+%3Ca%3Aparty%3A123%3E',
      },
      events: [],
      messages: [{ topic: 'discord', text: 'Done :party:', severity: 'info' }],
    },
    {
      name: 'an image, a link and the yellow of what is ordinary',
      request: jsonPost(URL, {
        embeds: [
          {
            title: 'Grabbed',
            color: 16_761_392,
            url: 'https://sonarr.lan/x',
            thumbnail: { url: 'https://sonarr.lan/t.jpg' },
            image: { url: 'https://sonarr.lan/p.jpg' },
          },
        ],
      }),
      events: [],
      messages: [
        {
          title: 'Grabbed',
          text: 'Grabbed',
          severity: 'info',
          url: 'https://sonarr.lan/x',
          annotations: { imageURL: 'https://sonarr.lan/p.jpg' },
        },
      ],
    },
    {
      name: 'an uploaded image and the address of a thumbnail',
      request: jsonPost(URL, {
        embeds: [
          {
            title: 'T',
            image: { url: 'attachment://p.jpg' },
            thumbnail: { url: 'https://sonarr.lan/_t_.jpg' },
          },
        ],
      }),
      events: [],
      messages: [{ title: 'T', annotations: { imageURL: 'https://sonarr.lan/_t_.jpg' } }],
    },
    {
      name: 'nothing but a picture',
      request: jsonPost(URL, { embeds: [{ image: { url: 'https://cam.lan/door.jpg' } }] }),
      events: [],
      messages: [
        {
          title: '',
          text: 'Picture without text',
          severity: 'info',
          annotations: { imageURL: 'https://cam.lan/door.jpg' },
        },
      ],
    },
    {
      name: 'a container of components',
      request: jsonPost(
        `${URL}?wait=true&with_components=true`,
        fixture('discord', 'components.json'),
      ),
      events: [],
      messages: [
        {
          text: 'Backup failed\nof tank\nnas, see the log (https://nas.lan/log)\nA chart of the disk',
          severity: 'critical',
          url: 'https://nas.lan/backup',
          annotations: { imageURL: 'https://nas.lan/icon.png' },
        },
      ],
      answer: { status: 200, body: { components: [{ type: 17 }] } },
    },
    {
      name: 'components beside a content',
      request: jsonPost(URL, {
        content: 'a',
        components: [{ type: 1, components: [{ type: 2, label: 'Open', url: 'https://x.lan/' }] }],
      }),
      events: [],
      messages: [{ text: 'a', url: 'https://x.lan/' }],
    },
    {
      name: 'nothing but buttons',
      request: jsonPost(URL, {
        flags: 32_768,
        components: [
          { type: 1, components: [{ type: 2, label: 'Approve', custom_id: 'a' }, null] },
        ],
      }),
      events: [],
      messages: [{ text: 'Approve' }],
    },
    {
      name: 'a gallery without a description',
      request: jsonPost(URL, {
        components: [{ type: 12, items: [{ media: { url: 'https://cam.lan/a.jpg' } }] }],
      }),
      events: [],
      messages: [
        { text: 'Picture without text', annotations: { imageURL: 'https://cam.lan/a.jpg' } },
      ],
    },
    {
      name: 'an embed whose empty parts are of other kinds',
      request: jsonPost(URL, {
        embeds: [{ title: 'a', author: [], footer: '', fields: {}, description: [] }],
        components: '',
      }),
      events: [],
      messages: [{ title: 'a' }],
    },
  ],
  broken: [
    {
      name: 'nothing to say',
      request: jsonPost(URL, { content: ' ', embeds: [{}] }),
      answer: { status: 400, body: { message: 'Cannot send an empty message', code: 50_006 } },
    },
    {
      name: 'nothing to say, in Slack’s format',
      request: jsonPost(`${URL}/slack`, {}),
      answer: { status: 400, body: { code: 50_006 } },
    },
    {
      name: 'broken JSON',
      request: jsonPost(URL, '{'),
      answer: { status: 400, body: { code: 50_109 } },
    },
    {
      name: 'a payload of a form that is no JSON',
      request: {
        url: URL,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'payload_json=%7B',
      },
      answer: { status: 400, body: { code: 50_109 } },
    },
    {
      name: 'too many embeds',
      request: jsonPost(URL, { embeds: Array.from({ length: 11 }, () => ({ title: 'a' })) }),
      answer: { status: 400, body: { message: 'Invalid Form Body', code: 50_035 } },
    },
    ...(
      [
        ['embeds that are no list', { embeds: { title: 'b' } }],
        ['embeds that are JSON', { embeds: '[{"title":"b"}]' }],
        ['an embed that is a text', { embeds: ['b'] }],
        ['a title that is no text', { embeds: [{ title: { b: 'b' } }] }],
        ['fields that are no list', { embeds: [{ fields: { b: 'b' } }] }],
        ['an author that is a text', { embeds: [{ author: 'b' }] }],
        ['components that are no list', { components: { type: 10, content: 'b' } }],
        ['a component whose content is no text', { components: [{ content: ['b'] }] }],
        [
          'a component inside whose content is no text',
          { components: [{ components: [{ accessory: { content: ['b'] } }] }] },
        ],
        ['a content that is a list', { content: ['b'], embeds: [{ title: 'a' }] }],
      ] as const
    ).map(([name, payload]) => ({
      name: `${name}, beside a text`,
      request: jsonPost(URL, { content: 'a', ...payload }),
      answer: { status: 400, body: { message: 'Invalid Form Body', code: 50_035 } },
    })),
    {
      name: 'GitHub’s format',
      request: jsonPost(`${URL}/github`, { zen: 'Keep it logically awesome.', hook_id: 1 }),
      answer: { status: 400, body: { message: like(/mapped webhook/), code: 0 } },
    },
    {
      name: 'a check with a token that nobody has',
      request: { verb: 'GET', url: '/api/webhooks/1/XXXX?unused={token}' },
      answer: { status: 401, body: { message: 'Invalid Webhook Token', code: 50_027 } },
    },
    {
      name: 'a token that nobody has',
      request: jsonPost('/api/webhooks/1/XXXX?unused={token}', { content: 'a' }),
      answer: { status: 401, body: { message: 'Invalid Webhook Token', code: 50_027 } },
    },
  ],
  fuzzed: fc.oneof(
    damagedBody([
      fixtureJson('discord', 'apprise-embed.txt'),
      fixtureJson('discord', 'uptime-kuma-down.json'),
      fixtureJson('discord', 'components.json'),
      { embeds: [{ image: { url: 'https://cam.lan/door.jpg' } }] },
    ]).map((body) => jsonPost(`${URL}?wait=true`, body)),
    damagedBody([{ text: 'a', attachments: [{ color: 'good', title: 'b' }] }]).map((body) =>
      jsonPost(`${URL}/slack`, body),
    ),
  ),
};
