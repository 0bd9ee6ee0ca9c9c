import fc from 'fast-check';
import type { IngestVerb } from '../../../main/ingest/adapter.ts';
import { ntfy } from '../../../main/ingest/ntfy-adapter.ts';
import { damagedBody } from '../damage.ts';
import {
  fixture,
  fixtureJson,
  jsonPost,
  like,
  type FuzzedRequest,
  type IngestCase,
  type RecordedCase,
} from '../ingest-case.ts';

const AT = '2026-11-25T15:00:00.000Z';
const AT_SECONDS = Date.parse(AT) / 1_000;

const recorded = (
  name: string,
  request: RecordedCase['request'],
  message: object,
  answer?: object,
): RecordedCase => ({
  name,
  at: AT,
  request,
  events: [],
  messages: [message],
  ...(answer ? { answer: { status: 200, body: answer } } : {}),
});

const takenBack = (name: string, verb: IngestVerb, url: string, event: string): RecordedCase => ({
  name,
  at: AT,
  request: { verb, url },
  events: [],
  answer: {
    status: 200,
    body: { event, topic: 't', sequence_id: 'copy-1', time: AT_SECONDS, id: like(/^\w{12}$/) },
  },
});

const refused = (name: string, request: RecordedCase['request'], code: number) => ({
  name,
  request,
  answer: { status: Math.floor(code / 100), body: { code, http: Math.floor(code / 100) } },
});

const post = (headers: Record<string, string>, body: string | Buffer = 'm', url = '/t') => ({
  url,
  headers,
  body,
});

const text = fc.string({ unit: 'binary', maxLength: 60 });
const HEADERS = ['x-title', 'p', 'tags', 'at', 'sid', 'attach', 'filename', 'icon', 'markdown'];

/** Publishing in every way at once, with whatever may stand in headers and query. */
const published: fc.Arbitrary<FuzzedRequest> = fc
  .record({
    verb: fc.constantFrom('POST', 'PUT', 'GET' as const),
    topic: fc.stringMatching(/^[-_A-Za-z0-9]{1,64}$/).map((name) => `t-${name}`.slice(0, 64)),
    headers: fc.dictionary(
      fc.constantFrom(...HEADERS),
      fc.stringMatching(/^[ -~]{0,40}$/).map((value) => value.trim()),
    ),
    query: fc.dictionary(fc.constantFrom(...HEADERS, 'message', 'delay'), text),
    body: fc.oneof(
      text,
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    ),
  })
  .map(({ verb, topic, headers, query, body }) => {
    const asked = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, value.toWellFormed()]),
    );
    const path = verb === 'GET' ? `/${topic}/publish` : `/${topic}`;
    return { verb, url: `${path}?${asked.toString()}`, headers, body: verb === 'GET' ? '' : body };
  });

export const ntfyCase: IngestCase = {
  adapter: ntfy,
  recorded: [
    recorded(
      'curl -d',
      post({ 'content-type': 'application/x-www-form-urlencoded' }, 'Backup successful 😀'),
      { topic: 't', title: '', text: 'Backup successful 😀', severity: 'info', sequenceId: null },
      {
        id: like(/^[A-Za-z0-9]{12}$/),
        time: AT_SECONDS,
        expires: AT_SECONDS + 43_200,
        event: 'message',
        topic: 't',
        message: 'Backup successful 😀',
      },
    ),
    recorded(
      'Uptime Kuma',
      jsonPost('/', fixture('ntfy', 'uptime-kuma.json')),
      {
        topic: 'kuma',
        title: 'Nextcloud Down [Uptime-Kuma]',
        text: 'Request failed with status code 503',
        severity: 'critical',
        labels: { priority: '5', tags: 'red_circle,site: home,prod' },
        url: 'http://127.0.0.1:13003/status.php',
      },
      { topic: 'kuma', tags: ['red_circle', 'site: home', 'prod'] },
    ),
    recorded('curl -T with a PUT', { ...post({}, 'a\nb'), verb: 'PUT' }, { text: 'a\nb' }),
    // A body of bytes, since Node's client would send the header of a text as UTF-8 a second time.
    recorded(
      'every header',
      post(
        {
          Title: Buffer.from('Zürich').toString('latin1'),
          'X-Priority': 'urgent',
          tags: 'warning, skull',
          Click: 'https://nas.lan/',
          Md: 'yes',
          'X-Icon': 'https://nas.lan/icon.png',
          Actions: 'view, Open, https://nas.lan/',
        },
        Buffer.from('m'),
      ),
      {
        title: 'Zürich',
        severity: 'critical',
        labels: { priority: '5', tags: 'warning,skull' },
        annotations: { content_type: 'text/markdown', actions: 'view, Open, https://nas.lan/' },
        url: 'https://nas.lan/',
      },
      {
        title: 'Zürich',
        priority: 5,
        tags: ['warning', 'skull'],
        click: 'https://nas.lan/',
        content_type: 'text/markdown',
      },
    ),
    recorded(
      'encoded words (RFC 2047), in pieces',
      post({ t: '=?UTF-8?B?8J+HqfCfh6o=?= =?utf-8?q?_=C3=84pfel_b?= =?x-own?q?a?=' }),
      { title: '🇩🇪 Äpfel b=?x-own?q?a?=' },
    ),
    recorded(
      'a priority of the transport, which is nobody’s',
      post({ priority: 'u=3, i', prio: '4' }),
      { severity: 'warning' },
    ),
    recorded('the query instead of headers', post({}, 'm', '/t?t=Title&p=2&ta=a&m=no'), {
      title: 'Title',
      text: 'm',
      labels: { priority: '2', tags: 'a' },
    }),
    recorded('the document of JSON', jsonPost('/', fixture('ntfy', 'docs.json')), {
      topic: 'mytopic',
      title: 'Low disk space alert',
      text: 'Disk space is low at 5.1 GB',
      severity: 'warning',
      url: 'https://homecamera.lan/xasds1h2xsSsa/',
    }),
    recorded(
      'JSON by PUT',
      { ...jsonPost('/', { topic: 'a', sequence_id: 's' }), verb: 'PUT' },
      { topic: 'a', text: 'triggered', sequenceId: 's' },
      { sequence_id: 's', message: 'triggered' },
    ),
    recorded(
      'JSON of the Apprise client, beside its headers',
      {
        url: '/',
        headers: {
          'content-type': 'application/json',
          'x-priority': 'high',
          'x-tags': 'nas,zfs',
        },
        body: fixture('ntfy', 'apprise.json'),
      },
      { topic: 'backups', severity: 'warning', labels: { tags: 'nas,zfs' } },
    ),
    recorded(
      'GET publish',
      { verb: 'GET', url: '/t/publish?message=Webhook+sent&priority=high' },
      {
        text: 'Webhook sent',
        severity: 'warning',
      },
    ),
    recorded(
      'GET send with the header in the query',
      { verb: 'GET', url: '/t/send' },
      { text: 'triggered' },
    ),
    recorded('GET trigger', { verb: 'GET', url: '/t/trigger?m=a%5Cnb' }, { text: 'a\nb' }),
    recorded(
      'a sequence in a header',
      post({ 'x-sequence-id': 'copy-1' }),
      { sequenceId: 'copy-1' },
      { sequence_id: 'copy-1' },
    ),
    recorded('a sequence in the path', post({}, '50 %', '/t/copy-1'), { sequenceId: 'copy-1' }),
    recorded(
      'a sequence in the path, by PUT',
      { ...post({}, '60 %', '/t/copy-1'), verb: 'PUT' },
      { sequenceId: 'copy-1' },
    ),
    recorded(
      'bytes that are no text',
      post({}, Buffer.from([0x50, 0xff, 0x00])),
      {
        text: 'You received a file: attachment.bin\n(Attached: attachment.bin, 3 bytes; Belfry keeps no files.)',
      },
      { attachment: { name: 'attachment.bin', size: 3 } },
    ),
    recorded('text with a name', post({ filename: 'log.txt', m: 'See the log' }, 'a log'), {
      text: 'See the log\n(Attached: log.txt, 5 bytes; Belfry keeps no files.)',
    }),
    recorded(
      'an address to attach',
      post({ attach: 'https://nas.lan/a/flower.jpg' }, ''),
      {
        text: 'You received a file: flower.jpg',
        url: 'https://nas.lan/a/flower.jpg',
        annotations: { imageURL: 'https://nas.lan/a/flower.jpg' },
      },
      { attachment: { name: 'flower.jpg', url: 'https://nas.lan/a/flower.jpg' } },
    ),
    recorded(
      'a picture by its name alone',
      post({ attach: 'https://nas.lan/shot?id=7', filename: 'Door.PNG' }, 'Ding'),
      { text: 'Ding', annotations: { imageURL: 'https://nas.lan/shot?id=7' } },
    ),
    recorded(
      'a file that is no picture',
      post({ attach: 'https://nas.lan/log.txt?of=a.png' }, 'Read it'),
      { text: 'Read it', annotations: {} },
    ),
    recorded(
      'a delay',
      post({ in: '30m' }),
      { notBefore: Date.parse(AT) + 1_800_000 },
      { time: AT_SECONDS + 1_800 },
    ),
    takenBack('a deletion', 'DELETE', '/t/copy-1', 'message_delete'),
    takenBack('a dismissal', 'PUT', '/t/copy-1/clear', 'message_clear'),
    takenBack('a dismissal by its other word', 'PUT', '/t/copy-1/read', 'message_clear'),
    recorded('more than ntfy takes', post({}, 'x'.repeat(9_000)), {
      text: like(/^x{2000,}\n… \(cut\) …\nx{6000,}$/),
    }),
  ],
  broken: [
    refused('a topic in JSON that is none', jsonPost('/', { topic: 'a b' }), 40_009),
    refused('broken JSON', jsonPost('/', '{'), 40_024),
    refused('a priority that is none', post({ p: '6' }), 40_007),
    refused('an attachment that is no address', post({ a: 'flower.jpg' }), 40_013),
    refused('an icon that is no address', post({ icon: 'x' }), 40_021),
    refused('a delay that says nothing', post({ at: 'some day' }), 40_004),
    refused('a delay that is too short', post({ in: '5s' }), 40_005),
    refused('a delay that is too long', post({ in: '4 days' }), 40_006),
    refused('a delay that is not to be kept', post({ in: '1h', cache: 'no' }), 40_002),
    refused('an e-mail address', post({ email: 'a@b.c' }), 40_001),
    refused('a phone call', post({ call: 'yes' }), 40_032),
    refused('a sequence that is none', post({ sid: 'a b' }), 40_049),
    refused('an unknown token', post({ authorization: 'Bearer nonsense' }), 40_101),
    {
      name: 'a topic that is none',
      request: post({}, 'm', '/a.b'),
      answer: { status: 404, body: { error: { code: 'not_found' } } },
    },
    {
      name: 'what begins like a route',
      request: post({}, 'm', '/api/alerts'),
      answer: { status: 404, body: { error: { code: 'not_found' } } },
    },
    {
      name: 'a route of another verb',
      request: post({}, 'm', '/healthz'),
      answer: { status: 405, body: { error: { code: 'method_not_allowed' } } },
    },
    {
      name: 'a subscription',
      request: { verb: 'GET', url: '/t/json' },
      answer: { status: 404, body: { error: { message: 'There is nothing at GET /t/json.' } } },
    },
  ],
  fuzzed: fc.oneof(
    published,
    damagedBody([fixtureJson('ntfy', 'docs.json')]).map((body) => jsonPost('/', body)),
  ),
};
