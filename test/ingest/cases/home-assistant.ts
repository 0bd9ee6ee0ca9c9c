import { homeAssistant } from '../../../main/ingest/home-assistant-adapter.ts';
import { damagedBody } from '../damage.ts';
import { fixture, fixtureJson, jsonPost, like, type IngestCase } from '../ingest-case.ts';

const URL = '/ingest/home-assistant';

export const homeAssistantCase: IngestCase = {
  adapter: homeAssistant,
  recorded: [
    {
      name: 'POST_JSON',
      request: jsonPost(URL, fixture('home-assistant', 'post-json.json')),
      events: [],
      messages: [
        {
          source: 'home-assistant',
          topic: 'hall',
          title: 'Home',
          text: 'The door is open',
          severity: 'warning',
        },
      ],
      answer: { status: 200, body: { status: 'ok' } },
    },
    {
      name: 'GET, with the token in the query',
      request: { verb: 'GET', url: `${URL}?token={token}&message=Hello+there` },
      events: [],
      messages: [{ topic: 'home-assistant', title: '', text: 'Hello there', severity: 'info' }],
    },
    {
      name: 'POST, which is a form',
      request: {
        url: URL,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'message=Hello+there&title=T',
      },
      events: [],
      messages: [{ title: 'T', text: 'Hello there' }],
    },
  ],
  broken: [
    {
      name: 'no message',
      request: jsonPost(URL, { title: 'x' }),
      answer: { status: 400, body: { message: like(/^message: /) } },
    },
    ...['title', 'severity'].map((field) => ({
      name: `a ${field} that is no text`,
      request: jsonPost(URL, { message: 'x', [field]: ['critical'] }),
      answer: { status: 400, body: { message: like(new RegExp(`^${field}: `)) } },
    })),
    {
      name: 'broken JSON',
      request: jsonPost(URL, '{'),
      answer: { status: 400, body: { message: like(/JSON/) } },
    },
  ],
  fuzzed: damagedBody([fixtureJson('home-assistant', 'post-json.json')]).map((body) =>
    jsonPost(URL, body),
  ),
};
