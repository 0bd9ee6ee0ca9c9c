import { apprise } from '../../../main/ingest/apprise-adapter.ts';
import { damagedBody } from '../damage.ts';
import { fixture, fixtureJson, jsonPost, like, type IngestCase } from '../ingest-case.ts';

const URL = '/notify/lab';
const MISSING = { error: 'Payload lacks minimum requirements' };

export const appriseCase: IngestCase = {
  adapter: apprise,
  recorded: [
    {
      name: 'the Apprise client as apprise://',
      request: jsonPost(URL, fixture('apprise', 'api.json')),
      events: [],
      messages: [
        {
          source: 'apprise',
          topic: 'lab',
          title: 'Backup',
          text: 'went well',
          severity: 'critical',
          labels: { type: 'failure', tag: 'nas' },
          isRecovery: false,
        },
      ],
      answer: { status: 200, body: { error: null, details: [] } },
    },
    {
      name: 'the Apprise client that Uptime Kuma calls',
      request: jsonPost(URL, fixture('apprise', 'uptime-kuma.json')),
      events: [],
      messages: [
        {
          title: 'Uptime Kuma',
          text: '[Nextcloud] [🔴 Down] Request failed with status code 503',
          severity: 'info',
        },
      ],
    },
    {
      name: 'the Apprise client as json://',
      request: jsonPost('/ingest/apprise', fixture('apprise', 'json.json')),
      events: [],
      messages: [{ topic: 'apprise', text: 'went well', severity: 'info', isRecovery: true }],
    },
    {
      name: 'curl -d, with the rest in the query',
      request: {
        url: '/notify?title=T&type=warning&tag=a',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'body=test+message&urls=mailto%3A%2F%2Fuser',
      },
      events: [],
      messages: [{ title: 'T', text: 'test message', severity: 'warning', labels: { tag: 'a' } }],
      answer: { status: 200, body: 'Stored.\n' },
    },
    {
      name: 'a multipart form with a file',
      request: {
        url: URL,
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        body: '--b\r\nContent-Disposition: form-data; name="body"\r\n\r\nSee\r\n--b\r\nContent-Disposition: form-data; name="attach"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nx\r\n--b--\r\n',
      },
      events: [],
      messages: [{ text: 'See\n\n(Attached: a.png; Belfry keeps no files.)' }],
    },
    {
      name: 'attachments alone',
      request: jsonPost(URL, {
        attachments: [{ filename: 'a.png', base64: 'eA==' }, 'http://x/y'],
      }),
      events: [],
      messages: [{ text: '(Attached: a.png, http://x/y; Belfry keeps no files.)' }],
    },
  ],
  broken: [
    { name: 'no body', request: jsonPost(URL, {}), answer: { status: 400, body: MISSING } },
    {
      name: 'an unknown type',
      request: jsonPost(URL, { body: 'x', type: 'loud' }),
      answer: { status: 400, body: MISSING },
    },
    ...[{ type: ['failure'] }, { title: { y: 'y' } }, { body: ['y'], message: 'x' }].map(
      (given) => ({
        name: `a field that is no text: ${JSON.stringify(given)}`,
        request: jsonPost(URL, { body: 'x', ...given }),
        answer: { status: 400, body: MISSING },
      }),
    ),
    {
      name: 'broken JSON',
      request: jsonPost(URL, '{'),
      answer: {
        status: 400,
        body: { error: like(/^Invalid JSON Payload provided\. body: is not JSON/) },
      },
    },
  ],
  fuzzed: damagedBody([
    fixtureJson('apprise', 'api.json'),
    fixtureJson('apprise', 'json.json'),
  ]).map((body) => jsonPost(URL, body)),
};
