import { rocketchat } from '../../../main/ingest/rocketchat-adapter.ts';
import { damagedBody } from '../damage.ts';
import { fixture, fixtureJson, jsonPost, like, type IngestCase } from '../ingest-case.ts';

const URL = '/hooks/ZXCV1234/{token}';

export const rocketchatCase: IngestCase = {
  adapter: rocketchat,
  recorded: [
    ...(['warning', 'critical', 'clear'] as const).map((state) => ({
      name: `an alarm of Netdata, ${state}`,
      request: {
        url: URL,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: fixture('rocketchat', `netdata-${state}.txt`),
      },
      events: [],
      messages: [
        {
          source: 'rocketchat',
          topic: 'netdata on nas',
          title: like(/^disk space usage/),
          severity: state === 'clear' ? 'info' : state,
          labels: { channel: 'alarms' },
        },
      ],
      answer: { status: 200, body: { success: true } },
    })),
    {
      name: 'a failure of the Apprise client',
      request: jsonPost(URL, fixture('rocketchat', 'apprise.txt')),
      events: [],
      messages: [{ topic: 'rocketchat', severity: 'warning' }],
    },
  ],
  broken: [
    {
      name: 'no text',
      request: jsonPost(URL, {}),
      answer: { status: 400, body: { success: false, error: 'no_text' } },
    },
    {
      name: 'attachments that are no list, beside a text',
      request: jsonPost(URL, { text: 'a', attachments: { text: 'b' } }),
      answer: { status: 400, body: { success: false, error: 'invalid_payload' } },
    },
    {
      name: 'a token that nobody has',
      request: jsonPost('/hooks/ZXCV1234/xxxxxxxx?unused={token}', { text: 'a' }),
      answer: {
        status: 401,
        body: { success: false, error: 'Invalid integration id or token provided.' },
      },
    },
  ],
  fuzzed: damagedBody([fixtureJson('rocketchat', 'apprise.txt')]).map((body) =>
    jsonPost(URL, body),
  ),
};
