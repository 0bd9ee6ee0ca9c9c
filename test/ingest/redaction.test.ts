import { expect, test } from 'vitest';
import { errorText } from '../../main/base/logger.ts';
import { fieldIssue, fieldReason, inEnglish } from '../../main/messages/failures.ts';
import { redactedHead, redactedReason } from '../../main/ingest/request-redaction.ts';

test('a head keeps what the format needs, and no credential', () => {
  const head = redactedHead({
    verb: 'GET',
    path: '/:topic',
    params: { topic: 'nas' },
    query: {
      auth: 'hunter2',
      sig: 'hunter2',
      apikey: 'hunter2',
      message: 'm',
      next: 'https://a:hunter2@nas.lan',
    },
    headers: {
      authorization: 'Basic aHVudGVyMg==',
      cookie: 'hunter2',
      'x-gotify-key': 'hunter2',
      'proxy-authorization': 'hunter2',
      'x-title': 'Disk',
    },
  });
  expect(JSON.stringify(head)).not.toMatch(/hunter2|aHVu/);
  expect(head).toMatchObject({ query: { message: 'm' }, headers: { 'x-title': 'Disk' } });
});

test.each([
  '{"password": hunter2}',
  '{"host":"nas","password": hunter2,"message":"the pool is full"}',
  '{"host":"nas","token":"hunter2", hunter2: "\n"}',
  'hunter2',
])('a reason has no word of the JSON that could not be read: %s', (json) => {
  const parse = (): unknown => JSON.parse(json);
  expect(parse).toThrow();
  try {
    parse();
  } catch (error) {
    const because = { code: 'issue.not_json', params: { error: errorText(error) } } as const;
    const reason = redactedReason(fieldReason([fieldIssue('data', because)]));
    expect(inEnglish(reason)).toMatch(/^data: is not JSON: .+$/);
    expect(JSON.stringify(reason)).not.toContain('hunter2');
  }
});
