import { gotify } from '../../../main/ingest/gotify-adapter.ts';
import { damagedBody } from '../damage.ts';
import { fixture, fixtureJson, jsonPost, like, type IngestCase } from '../ingest-case.ts';

const URL = '/message';

const keyed = (body: string) => ({
  ...jsonPost(URL, body),
  headers: { 'content-type': 'application/json', 'x-gotify-key': '{token}' },
});

const FORM = 'application/x-www-form-urlencoded';

const multipart = [
  '--b',
  'Content-Disposition: form-data; name="title"',
  '',
  'my title',
  '--b',
  'Content-Disposition: form-data; name="message"',
  '',
  'my message',
  '--b',
  'Content-Disposition: form-data; name="priority"',
  '',
  '5',
  '--b--',
  '',
].join('\r\n');

export const gotifyCase: IngestCase = {
  adapter: gotify,
  recorded: [
    {
      name: 'a message of the Apprise client',
      request: keyed(fixture('gotify', 'apprise.json')),
      events: [],
      messages: [
        {
          source: 'gotify',
          topic: 'gotify',
          title: 'Backup',
          text: 'went well',
          severity: 'critical',
          labels: { priority: '8' },
        },
      ],
      answer: {
        status: 200,
        body: {
          appid: 1,
          message: 'went well',
          title: 'Backup',
          priority: 8,
          date: like(/^\d{4}-\d\d-\d\dT/),
        },
      },
    },
    {
      name: 'an error of Proxmox VE, with both headers',
      request: {
        ...jsonPost(URL, fixture('gotify', 'proxmox-error.json')),
        headers: {
          'content-type': 'application/json',
          authorization: 'Bearer {token}',
          'x-gotify-key': '{token}',
        },
      },
      events: [],
      messages: [
        {
          title: 'vzdump backup status (pve): backup failed',
          text: like(/^Details\n=+\n[^`]*Total running time: 3s$/),
          severity: 'critical',
          url: null,
        },
      ],
      answer: { status: 200, body: { extras: { 'client::display': {} } } },
    },
    {
      name: 'a message of Uptime Kuma, with the token in the query',
      request: jsonPost(`${URL}?token={token}`, fixture('gotify', 'uptime-kuma.json')),
      events: [],
      messages: [
        {
          title: 'Uptime-Kuma',
          text: '[Nextcloud] [🔴 Down] Request failed with status code 503',
          severity: 'critical',
        },
      ],
    },
    {
      name: 'a form with the token in the query, as curl sends it',
      request: {
        url: `${URL}?token={token}`,
        headers: { 'content-type': FORM },
        body: 'title=my+title&message=my+message&priority=4',
      },
      events: [],
      messages: [{ title: 'my title', text: 'my message', severity: 'warning' }],
    },
    {
      name: 'a multipart form, as curl -F sends it',
      request: {
        url: URL,
        headers: { 'content-type': 'multipart/form-data; boundary=b', 'x-gotify-key': '{token}' },
        body: multipart,
      },
      events: [],
      messages: [{ title: 'my title', text: 'my message', severity: 'warning' }],
    },
    {
      name: 'Markdown that is more than one block of code',
      request: jsonPost(URL, {
        message: '```\na\n```\nand\n```\nb\n```',
        extras: { 'client::display': { contentType: 'text/markdown' } },
      }),
      events: [],
      messages: [{ text: '```\na\n```\nand\n```\nb\n```' }],
    },
    {
      name: 'a click and no title',
      request: jsonPost(URL, {
        message: 'm',
        extras: { 'client::notification': { click: { url: 'https://nas.lan/x' } } },
      }),
      events: [],
      messages: [{ title: '', text: 'm', severity: 'info', url: 'https://nas.lan/x' }],
      answer: { status: 200, body: { title: 'gotify', priority: 0 } },
    },
    {
      name: 'a picture',
      request: jsonPost(URL, {
        message: 'm',
        extras: { 'client::notification': { bigImageUrl: 'https://nas.lan/x.png' } },
      }),
      events: [],
      messages: [{ url: null, annotations: { imageURL: 'https://nas.lan/x.png' } }],
    },
  ],
  broken: [
    {
      name: 'no message',
      request: jsonPost(URL, { title: 'x' }),
      answer: {
        status: 400,
        body: {
          error: 'Bad Request',
          errorCode: 400,
          errorDescription: "Field 'message' is required",
        },
      },
    },
    {
      name: 'a priority that is no number',
      request: jsonPost(URL, { message: 'x', priority: 'loud' }),
      answer: { status: 400, body: { errorDescription: "Field 'priority' is not valid" } },
    },
    {
      name: 'a title that is no text',
      request: jsonPost(URL, { message: 'x', title: { text: 'y' } }),
      answer: { status: 400, body: { errorDescription: "Field 'title' is not valid" } },
    },
    {
      name: 'extras that are no object',
      request: jsonPost(URL, { message: 'x', extras: 'y' }),
      answer: { status: 400, body: { errorDescription: "Field 'extras' is not valid" } },
    },
    {
      name: 'broken JSON',
      request: jsonPost(URL, '{'),
      answer: { status: 400, body: { error: 'Bad Request', errorDescription: like(/JSON/) } },
    },
    {
      name: 'an unknown token',
      request: {
        ...jsonPost(URL, '{}'),
        headers: { authorization: 'Bearer nonsense', 'x-gotify-key': 'nonsense' },
      },
      answer: { status: 401, body: { error: 'Unauthorized', errorCode: 401 } },
    },
  ],
  fuzzed: damagedBody([
    fixtureJson('gotify', 'apprise.json'),
    fixtureJson('gotify', 'proxmox-error.json'),
  ]).map((body) => jsonPost(URL, body)),
};
