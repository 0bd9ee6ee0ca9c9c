import { mattermost } from '../../../main/ingest/mattermost-adapter.ts';
import { damagedBody } from '../damage.ts';
import { fixture, fixtureJson, jsonPost, type IngestCase } from '../ingest-case.ts';

const URL = '/hooks/{token}';

export const mattermostCase: IngestCase = {
  adapter: mattermost,
  recorded: [
    {
      name: 'a failure of the Apprise client',
      request: jsonPost(URL, fixture('mattermost', 'apprise.txt')),
      events: [],
      messages: [
        {
          source: 'mattermost',
          topic: 'Apprise',
          text: 'Scrub\r\nThe scrub of tank has failed',
          severity: 'warning',
        },
      ],
      answer: { status: 200, body: 'ok' },
    },
    {
      name: 'Markdown, as plain text',
      request: jsonPost(URL, { text: '### Disk\n**nearly** [full](https://nas.lan/x)' }),
      events: [],
      messages: [{ text: 'Disk\nnearly full (https://nas.lan/x)', url: 'https://nas.lan/x' }],
    },
  ],
  broken: [
    {
      name: 'no text',
      request: jsonPost(URL, {}),
      answer: {
        status: 400,
        body: { id: 'web.incoming_webhook.text.app_error', message: 'No text specified.' },
      },
    },
    {
      name: 'broken JSON',
      request: jsonPost(URL, '{'),
      answer: {
        status: 400,
        body: {
          id: 'web.incoming_webhook.parse.app_error',
          message: 'Unable to parse incoming data.',
          status_code: 400,
        },
      },
    },
    {
      name: 'attachments that are no list, beside a text',
      request: jsonPost('/hooks/{token}', { text: 'a', attachments: { text: 'b' } }),
      answer: { status: 400, body: { message: 'Unable to parse incoming data.' } },
    },
    {
      name: 'a token that nobody has',
      request: jsonPost('/hooks/xxxxxxxx?unused={token}', { text: 'a' }),
      answer: { status: 401, body: { message: 'Invalid webhook.' } },
    },
  ],
  fuzzed: damagedBody([
    fixtureJson('mattermost', 'apprise.txt'),
    { text: '**a** [b](https://c.lan)', props: { card: '# d' }, attachments: [{ text: 'e' }] },
  ]).map((body) => jsonPost(URL, body)),
};
