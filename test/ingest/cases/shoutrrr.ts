import { shoutrrr } from '../../../main/ingest/shoutrrr-adapter.ts';
import { damagedBody } from '../damage.ts';
import { fixture, fixtureJson, jsonPost, like, type IngestCase } from '../ingest-case.ts';

const URL = '/ingest/shoutrrr';

export const shoutrrrCase: IngestCase = {
  adapter: shoutrrr,
  recorded: [
    {
      name: 'template=json',
      request: jsonPost(URL, fixture('shoutrrr', 'template-json.json')),
      events: [],
      messages: [
        {
          source: 'shoutrrr',
          topic: 'shoutrrr',
          title: 'Watchtower updates on nas',
          text: 'Updated 2 containers',
          severity: 'info',
        },
      ],
      answer: { status: 200, body: { status: 'ok' } },
    },
    {
      name: 'bare text under a JSON type, with the token in the query',
      request: jsonPost(`${URL}?token={token}`, fixture('shoutrrr', 'raw.txt')),
      events: [],
      messages: [{ title: '', text: 'Watchtower 1.7.1: found new image "nginx:latest"' }],
    },
    {
      name: 'bare text that says that it is text, by PUT',
      request: {
        verb: 'PUT',
        url: URL,
        headers: { 'content-type': 'text/plain' },
        body: fixture('shoutrrr', 'raw.txt'),
      },
      events: [],
      messages: [{ title: '', text: 'Watchtower 1.7.1: found new image "nginx:latest"' }],
    },
    ...['{"message":"m","title":{"a":"b"}}', '{"message":"m","severity":["critical"]}'].map(
      (body) => ({
        name: `a field that is no text, which leaves all as it is: ${body}`,
        request: jsonPost(URL, body),
        events: [],
        messages: [{ title: '', text: body }],
      }),
    ),
    {
      name: 'words of another name, and a severity',
      request: jsonPost(URL, { text: 'm', severity: 'critical' }),
      events: [],
      messages: [{ text: 'm', severity: 'critical' }],
    },
    {
      name: 'text that happens to be JSON',
      request: jsonPost(URL, '[1, 2]'),
      events: [],
      messages: [{ text: '[1, 2]' }],
    },
  ],
  broken: [
    {
      name: 'nothing',
      request: jsonPost(URL, ''),
      answer: { status: 400, body: { message: like(/^body: must not be empty/) } },
    },
  ],
  fuzzed: damagedBody([fixtureJson('shoutrrr', 'template-json.json')]).map((body) =>
    jsonPost(URL, body),
  ),
};
