import fc from 'fast-check';
import { slack } from '../../../main/ingest/slack-adapter.ts';
import { damagedBody } from '../damage.ts';
import {
  fixture,
  fixtureJson,
  jsonPost,
  like,
  type IngestCase,
  type RecordedCase,
  type WireRequest,
} from '../ingest-case.ts';

const URL = '/services/T00000000/B00000000/{token}';
const FORM = 'application/x-www-form-urlencoded';

const form = (body: string): WireRequest => ({
  url: URL,
  headers: { 'content-type': FORM },
  body,
});

const netdata = (file: string, severity: string, text: RegExp): RecordedCase => ({
  name: `an alarm of Netdata, ${file}`,
  request: form(fixture('slack', `${file}.txt`)),
  events: [],
  messages: [
    {
      source: 'slack',
      topic: 'netdata on nas',
      title: like(/^disk space usage/),
      text: like(text),
      severity,
      labels: { username: 'netdata on nas' },
      url: like(/^https:\/\/registry\.my-netdata\.io\/goto-host-from-alarm\.html/),
      isRecovery: false,
    },
  ],
  answer: { status: 200, body: 'ok' },
});

/** A payload and the text that people read. */
const shown = (name: string, payload: object, message: object): RecordedCase => ({
  name,
  request: jsonPost(URL, payload),
  events: [],
  messages: [message],
});

const broken = (name: string, request: WireRequest, status: number, body: string) => ({
  name,
  request,
  answer: { status, body },
});

export const slackCase: IngestCase = {
  adapter: slack,
  recorded: [
    netdata(
      'netdata-warning',
      'warning',
      /^nas needs attention, disk_space\._srv \(\/srv\), disk space usage = 92%\n\ndisk \/srv space utilization\n/,
    ),
    netdata('netdata-critical', 'critical', /^nas is critical, /),
    netdata('netdata-clear', 'info', /^nas recovered, /),
    {
      name: 'a failure of the Apprise client',
      request: jsonPost(URL, fixture('slack', 'apprise.txt')),
      events: [],
      messages: [
        {
          topic: 'Apprise',
          title: 'Scrub',
          text: 'The scrub of tank has failed\nApprise',
          severity: 'critical',
        },
      ],
    },
    {
      name: 'a monitor of Uptime Kuma that is down, in blocks',
      request: jsonPost(URL, fixture('slack', 'uptime-kuma-down.json')),
      events: [],
      messages: [
        {
          topic: 'Uptime Kuma',
          title: 'Uptime Kuma Alert',
          text: like(/\[Nextcloud\] \[🔴 Down\] Request failed with status code 503/),
          severity: 'critical',
          url: 'http://kuma.lan/dashboard/7',
          labels: { channel: 'alerts' },
        },
      ],
    },
    shown(
      'mrkdwn, as plain text',
      {
        text: '<!here> *Disk* of <https://nas.lan/x|the NAS> is _nearly_ `f_u_l_l` &amp; ~fine~ <@U1|ann> 2 * 3 * 4 a_b_c &lt;3',
      },
      {
        text: '@here Disk of the NAS (https://nas.lan/x) is nearly f_u_l_l & fine @ann 2 * 3 * 4 a_b_c <3',
        topic: 'slack',
        title: '',
        url: 'https://nas.lan/x',
        severity: 'info',
      },
    ),
    shown(
      'blocks of every kind, beside a text that only notifies',
      {
        text: 'unseen',
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: 'Backup' } },
          { type: 'section', text: { type: 'mrkdwn', text: '*tank* to _cloud_' } },
          { type: 'divider' },
          {
            type: 'context',
            elements: [
              { type: 'mrkdwn', text: 'at 3:00' },
              { type: 'image', image_url: 'https://x.lan/i.png', alt_text: 'a disk' },
            ],
          },
          {
            type: 'rich_text',
            elements: [
              {
                type: 'rich_text_section',
                elements: [
                  { type: 'text', text: 'see ' },
                  { type: 'link', url: 'https://x.lan/log' },
                ],
              },
            ],
          },
          { type: 'image', image_url: 'https://x.lan/chart.png', alt_text: 'a chart' },
        ],
      },
      {
        title: 'Backup',
        text: 'tank to cloud\nat 3:00 a disk\nsee https://x.lan/log\na chart',
        annotations: { imageURL: 'https://x.lan/chart.png' },
      },
    ),
    shown(
      'the worst of several colours',
      {
        attachments: [
          { color: 'good', text: 'a' },
          { color: '#ffa500', text: 'b' },
        ],
      },
      { severity: 'warning', text: 'a\n\nb' },
    ),
    shown(
      'a grey attachment whose words say what happened',
      { attachments: [{ color: '#777777', fallback: 'Pool tank is degraded' }] },
      { severity: 'warning', text: 'Pool tank is degraded' },
    ),
    shown(
      'nothing but buttons',
      {
        blocks: [
          {
            type: 'actions',
            elements: [
              {
                type: 'button',
                text: { type: 'plain_text', text: 'Approve *it*' },
                url: 'https://ci.lan/7',
              },
              { type: 'button', text: { type: 'plain_text', text: 'Deny' } },
            ],
          },
        ],
      },
      { text: 'Approve it\nDeny', url: 'https://ci.lan/7' },
    ),
    shown(
      'buttons beside a text, which only lead somewhere',
      {
        text: 'Deploy?',
        blocks: [
          {
            type: 'actions',
            elements: [{ type: 'button', text: { text: 'Go' }, url: 'https://x/' }],
          },
        ],
      },
      { text: 'Deploy?', url: 'https://x/' },
    ),
    shown(
      'nothing but the button of an attachment',
      { attachments: [{ actions: [{ type: 'button', text: 'Open', url: 'https://ci.lan/8' }] }] },
      { text: 'Open', url: 'https://ci.lan/8' },
    ),
    shown('a table', fixtureJson('slack', 'table.json') as object, {
      text: 'Host | Disk\nnas | 92% full https://nas.lan/\n | 12',
    }),
    shown(
      'a table of data, a card in a carousel and a container',
      {
        blocks: [
          {
            type: 'data_table',
            caption: 'Disks',
            rows: [[{ type: 'raw_text', text: 'Full' }], [{ type: 'raw_number', value: 92 }]],
          },
          {
            type: 'carousel',
            elements: [
              {
                type: 'card',
                title: { type: 'mrkdwn', text: 'nas' },
                body: { type: 'mrkdwn', text: 'is *slow*' },
              },
            ],
          },
          {
            type: 'container',
            title: { type: 'plain_text', text: 'Details' },
            child_blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'of fan 2' } }],
          },
        ],
      },
      { text: 'Disks\nFull\n92\nnas\nis slow\nDetails\nof fan 2' },
    ),
    shown(
      'nothing but a picture',
      { attachments: [{ image_url: 'https://cam.lan/door.jpg' }] },
      { text: 'Picture without text', annotations: { imageURL: 'https://cam.lan/door.jpg' } },
    ),
    shown(
      'attachments and blocks that are JSON',
      {
        text: 'unseen',
        attachments: JSON.stringify([{ color: 'danger', text: 'Pool tank is gone' }]),
        blocks: JSON.stringify([{ type: 'section', text: { type: 'mrkdwn', text: 'Scrub' } }]),
      },
      { text: 'Scrub\n\nPool tank is gone', severity: 'critical' },
    ),
    shown(
      'a payload whose empty parts are of other kinds',
      {
        text: 'See it',
        attachments: '',
        blocks: {},
      },
      { text: 'See it' },
    ),
    shown(
      'an attachment whose empty parts are of other kinds, beside none',
      { attachments: [null, { text: 'a', title: [], footer: {}, fields: {}, blocks: false }] },
      { text: 'a' },
    ),
    shown(
      'a file, which is named',
      { text: 'See it', files: [{ name: 'log.txt' }] },
      { text: like(/^See it\n\n.*log\.txt/) },
    ),
    {
      name: 'JSON that curl calls a form',
      request: form('{"text":"a & b = c"}'),
      events: [],
      messages: [{ text: 'a & b = c' }],
    },
  ],
  broken: [
    broken('no text', jsonPost(URL, { text: ' ' }), 400, 'no_text'),
    broken('an attachment without a word', jsonPost(URL, { attachments: [{}] }), 400, 'no_text'),
    broken('broken JSON', jsonPost(URL, '{'), 400, 'invalid_payload'),
    broken('a payload that is no JSON', form('payload=%7B'), 400, 'invalid_payload'),
    broken('a form without a payload', form('text=a'), 400, 'invalid_payload'),
    broken('a list', jsonPost(URL, '[]'), 400, 'invalid_payload'),
    broken(
      'JSON that is nested too deeply',
      jsonPost(URL, `{"text":"a","x":${'['.repeat(101)}1${']'.repeat(101)}}`),
      400,
      'invalid_payload',
    ),
    broken(
      'too many attachments',
      jsonPost(URL, { attachments: Array.from({ length: 101 }, () => ({ text: 'a' })) }),
      400,
      'too_many_attachments',
    ),
    broken(
      'too many blocks',
      jsonPost(URL, { blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }),
      400,
      'invalid_blocks',
    ),
    ...(
      [
        ['attachments that are no list', { attachments: { text: 'b' } }, 'invalid_payload'],
        ['attachments that are text', { attachments: 'b' }, 'invalid_payload'],
        [
          'attachments that are JSON of no list',
          { attachments: '{"text":"b"}' },
          'invalid_payload',
        ],
        ['an attachment that is a text', { attachments: ['b'] }, 'invalid_payload'],
        ['fields that are no list', { attachments: [{ fields: { a: 'b' } }] }, 'invalid_payload'],
        ['a title that is no text', { attachments: [{ title: ['b'] }] }, 'invalid_payload'],
        ['a text that is a list', { text: ['b'], attachments: [{ text: 'a' }] }, 'invalid_payload'],
        ['blocks that are no list', { blocks: { type: 'section', text: 'b' } }, 'invalid_blocks'],
        ['blocks that are text', { blocks: '[' }, 'invalid_blocks'],
        ['a block that is a text', { blocks: ['b'] }, 'invalid_blocks'],
        ['a block whose text is none', { blocks: [{ text: { b: 'b' } }] }, 'invalid_blocks'],
        [
          'an element whose text is none',
          { blocks: [{ type: 'rich_text', elements: [{ elements: [{ text: ['b'] }] }] }] },
          'invalid_blocks',
        ],
        ['rows of a table that are texts', { blocks: [{ rows: ['b'] }] }, 'invalid_blocks'],
        ['blocks in an attachment', { attachments: [{ blocks: 'b' }] }, 'invalid_blocks'],
      ] as const
    ).map(([name, payload, fault]) =>
      broken(`${name}, beside a text`, jsonPost(URL, { text: 'a', ...payload }), 400, fault),
    ),
    broken(
      'too many attachments, which are JSON',
      jsonPost(URL, { attachments: JSON.stringify(Array.from({ length: 101 }, () => ({}))) }),
      400,
      'too_many_attachments',
    ),
    broken(
      'a token that nobody has',
      jsonPost('/services/T0/B0/XXXXXXXX?unused={token}', { text: 'a' }),
      403,
      'invalid_token',
    ),
  ],
  fuzzed: fc.oneof(
    damagedBody([
      fixtureJson('slack', 'apprise.txt'),
      fixtureJson('slack', 'uptime-kuma-down.json'),
      fixtureJson('slack', 'table.json'),
      { text: 'a', attachments: '[{"text":"b"}]', blocks: [{ type: 'actions', elements: [{}] }] },
    ]).map((body) => jsonPost(URL, body)),
    damagedBody([fixtureJson('slack', 'uptime-kuma-down.json')]).map((body) =>
      form(`payload=${encodeURIComponent(body.toWellFormed())}`),
    ),
  ),
};
