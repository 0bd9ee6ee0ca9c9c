import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import { IngestLab } from '../../ingest/ingest-lab.ts';
import { LIMITS } from '../../../main/contract/limits.ts';
import { HTTP_LIMITS } from '../../../main/transport/http/http-limits.ts';

/** A token in the body, as Pushover's senders put it. */

let lab: IngestLab;
let token: string;
beforeAll(async () => {
  lab = await IngestLab.start();
  token = await lab.newToken('ingest');
});
afterAll(() => lab[Symbol.asyncDispose]());

const URL = '/1/messages.json';
const BOUNDARY = 'x'.repeat(30);

/** A multipart form with a file of this size behind the token, or before it. */
const withFile = (bytes: number, first: 'token' | 'file', secret = '{token}') => {
  const field = (name: string, value: string) =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="attachment"; filename="p.png"\r\n\r\n${'p'.repeat(bytes)}\r\n`;
  const fields = [field('token', secret), field('message', 'm')];
  const parts = first === 'token' ? [...fields, file] : [file, ...fields];
  return {
    url: URL,
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: `${parts.join('')}--${BOUNDARY}--\r\n`,
  };
};

const json = (body: object, headers: Record<string, string> = {}) => ({
  url: URL,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

const REFUSED = { status: 0, token: 'invalid' };

describe('a body whose token stands in it', () => {
  test('is taken up to the limit of all bodies, if the token stands in its first part', async () => {
    const { status, text } = await lab.send(withFile(900_000, 'token'), token);
    expect(status, text).toBe(200);
    expect(lab.messages).toHaveLength(1);
  });

  test('is not misread for what a message says', async () => {
    const hostile = 'disk full\r\nContent-Disposition: form-data; name="token"\r\n\r\nzzzz\r\n--x';
    const part = (name: string, value: string) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const body = `${part('message', hostile)}${part('token', '{token}')}--${BOUNDARY}--\r\n`;
    const headers = { 'content-type': `multipart/form-data; boundary="${BOUNDARY}"` };
    const { status, text } = await lab.send({ url: URL, headers, body }, token);
    expect(status, text).toBe(200);
    expect(lab.messages[0]?.text).toContain('disk full');
  });

  test('is refused beyond that limit', async () => {
    const { status } = await lab.send(withFile(LIMITS.bodyBytesMax, 'token'), token);
    expect([status, lab.messages]).toEqual([413, []]);
  });

  test('is not read on for a token further back', async () => {
    const { status, json } = await lab.send(withFile(900_000, 'file'), token);
    expect([status, lab.messages]).toEqual([413, []]);
    expect((json as { errors: string[] }).errors[0]).toBe(
      'No token could be read from the first 65536 bytes. Send it in the header "Authorization", or in a form before what is large.',
    );
  });

  test('is not read on for a token that is unknown', async () => {
    const { status, json } = await lab.send(withFile(900_000, 'token', 'bf_none'), null);
    expect([status, lab.messages]).toEqual([400, []]);
    expect(json).toMatchObject(REFUSED);
  });

  test('of 64 KiB of JSON is read, and no byte more', async () => {
    const empty = JSON.stringify({ token: '', message: 'm', sound: '' }).length;
    const sound = 's'.repeat(HTTP_LIMITS.strangerBodyBytesMax - empty - token.length);
    const sent = (more: string) => json({ token: '{token}', message: 'm', sound: sound + more });
    expect((await lab.send(sent(''), token)).status).toBe(200);
    expect((await lab.send(sent('s'), token)).status).toBe(413);
    expect((await lab.send({ ...sent('s'), url: `${URL}?token={token}` }, token)).status).toBe(200);
  });

  test('counts what is inflated', async () => {
    const body = gzipSync(JSON.stringify({ token, message: 'm', sound: 's'.repeat(100_000) }));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect((await lab.send({ url: URL, headers, body }, null)).status).toBe(413);
  });

  test('without a body is refused as without a token', async () => {
    const answer = await lab.send({ url: URL, body: '' }, null);
    expect([answer.status, answer.json]).toMatchObject([400, REFUSED]);
  });

  test('with a token that may not send events is forbidden', async () => {
    const read = await lab.newToken('read');
    const { status } = await lab.send(json({ token: '{token}', message: 'm' }), read);
    expect([status, lab.messages]).toEqual([403, []]);
  });

  test('does not help a wrong Authorization header', async () => {
    const headers = { authorization: 'Bearer bf_none' };
    const { status } = await lab.send(json({ token: '{token}', message: 'm' }, headers), token);
    expect([status, lab.messages]).toEqual([400, []]);
  });

  test('from a foreign page is refused, and by a name that is not ours taken', async () => {
    const sent = (headers: Record<string, string>) =>
      lab.send(json({ token: '{token}', message: 'm' }, headers), token);
    expect((await sent({ origin: 'https://evil.example' })).status).toBe(403);
    expect(lab.messages).toEqual([]);
    expect((await sent({ host: 'belfry.example' })).status).toBe(200);
  });

  test('is a guess like any other, and the right one passes whatever failed before', async () => {
    const guess = (n: number) => lab.send(json({ token: `guess-${n}`, message: 'm' }), null);
    for (let n = 0; n <= HTTP_LIMITS.failuresPerWindowMax; n += 1) await guess(n);
    const answer = await guess(0);
    expect([answer.status, answer.json]).toMatchObject([400, REFUSED]);
    expect(answer.headers['retry-after']).toBe(String(HTTP_LIMITS.failureWindowMs / 1_000));
    expect((await lab.send(json({ token: '{token}', message: 'm' }), token)).status).toBe(200);
  });
});

test('a topic may be called as the version in that address', async () => {
  expect((await lab.send({ url: '/1', body: 'm' }, token)).status).toBe(200);
  expect(lab.messages).toMatchObject([{ topic: '1' }]);
});
