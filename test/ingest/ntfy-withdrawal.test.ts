/** @module-tag slow */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IngestVerb } from '../../main/ingest/adapter.ts';
import { EXACT, firing } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { IngestLab } from './ingest-lab.ts';

const HOUR_MS = 3_600_000;

let receiver: HttpReceiver;
let lab: IngestLab;
let token: string;
beforeEach(async () => {
  receiver = await HttpReceiver.start();
  lab = await IngestLab.start();
  await lab.fixture.addChannel(receiver.url, EXACT);
  token = await lab.newToken('ingest');
});
afterEach(async () => {
  await lab[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const publish = async (url: string, headers: Record<string, string> = {}, body = 'Fan stopped') => {
  const answer = await lab.send({ url, headers, body }, token);
  expect(answer.status, answer.text).toBe(200);
  return answer.json as { readonly id: string };
};

const ask = (verb: IngestVerb, url: string) => lab.send({ verb, url }, token);

const waitsAMinute = { in: '1m' };

/** Each way to take a message back, by the id that it is known under. */
const WAYS: readonly [name: string, verb: IngestVerb, suffix: string, event: string][] = [
  ['DELETE', 'DELETE', '', 'message_delete'],
  ['PUT …/clear', 'PUT', '/clear', 'message_clear'],
  ['PUT …/read', 'PUT', '/read', 'message_clear'],
];

describe.each(WAYS)('%s', (_name, verb, suffix, event) => {
  test('takes a scheduled message back by its message id', async () => {
    const { id } = await publish('/lab', waitsAMinute);
    const answer = await ask(verb, `/lab/${id}${suffix}`);
    expect(answer.status, answer.text).toBe(200);
    const seconds = Math.floor(lab.fixture.clock.now() / 1_000);
    expect(answer.json).toEqual({
      id: expect.stringMatching(/^[0-9A-Za-z]{12}$/) as string,
      time: seconds,
      expires: seconds + 12 * 3_600,
      event,
      topic: 'lab',
      sequence_id: id,
    });
    await lab.fixture.pass(HOUR_MS);
    expect(receiver.webhooks()).toEqual([]);
    expect(lab.fixture.outbox()).toEqual(['raised cancelled']);
    expect(lab.fixture.newest().alert.state).toBe('resolved');
  });

  test('takes it back by its sequence id, and by the message id beside it', async () => {
    await publish('/lab/fan', waitsAMinute);
    const { id } = await publish('/lab', { ...waitsAMinute, 'x-sequence-id': 'pump' });
    expect((await ask(verb, `/lab/fan${suffix}`)).status).toBe(200);
    expect((await ask(verb, `/lab/${id}${suffix}`)).status).toBe(200);
    await lab.fixture.pass(HOUR_MS);
    expect(receiver.webhooks()).toEqual([]);
  });

  test('closes the alert of a message that is still being tried', async () => {
    receiver.respond = status(503);
    const { id } = await publish('/lab');
    await lab.fixture.statusesBecome('failed');
    expect((await ask(verb, `/lab/${id}${suffix}`)).status).toBe(200);
    expect(lab.fixture.outbox()).toEqual(['raised cancelled']);
    expect(lab.fixture.newest().alert.state).toBe('resolved');
    const last = lab.fixture.newest().timeline.at(-1);
    expect(last).toMatchObject({ type: 'resolved', actor: 'ntfy' });
  });

  test('leaves other topics, other messages and conditions alone', async () => {
    await publish('/lab/fan', waitsAMinute);
    await publish('/attic/fan', waitsAMinute);
    await publish('/lab/pump', waitsAMinute);
    const named = { source: 'ntfy', host: 'lab', kind: 'message', dedupKey: 'valve' };
    await lab.fixture.core.alerts.ingest([firing(named)]);
    await ask(verb, `/lab/fan${suffix}`);
    await ask(verb, `/lab/valve${suffix}`);
    await lab.fixture.pass(HOUR_MS);
    const rest = ['raised sent', 'raised sent', 'raised sent'];
    expect(lab.fixture.outbox()).toEqual(['raised cancelled', ...rest]);
    expect(lab.fixture.newest().alert.state).toBe('open');
  });

  test('an id that is not known is answered as ntfy answers it, and changes nothing', async () => {
    await publish('/lab/fan', waitsAMinute);
    const answer = await ask(verb, `/lab/nobody${suffix}`);
    expect([answer.status, answer.json]).toMatchObject([200, { event, sequence_id: 'nobody' }]);
    await lab.fixture.pass(HOUR_MS);
    expect(lab.fixture.outbox()).toEqual(['raised sent']);
  });

  test('needs a token that may send', async () => {
    const { id } = await publish('/lab', waitsAMinute);
    const url = `/lab/${id}${suffix}`;
    expect((await lab.send({ verb, url }, null)).status).toBe(401);
    const read = await lab.newToken('read');
    expect((await lab.send({ verb, url }, read)).json).toMatchObject({ code: 40_301 });
    expect((await lab.send({ verb, url: `${url}?auth=e30` }, null)).status).toBe(401);
    await lab.fixture.pass(HOUR_MS);
    expect(lab.fixture.outbox()).toEqual(['raised sent']);
  });

  test('is answered 503 while nothing can be stored', async () => {
    const { id } = await publish('/lab', waitsAMinute);
    lab.storeFails = true;
    const answer = await ask(verb, `/lab/${id}${suffix}`);
    expect([answer.status, answer.json]).toMatchObject([503, { code: 50_001 }]);
  });

  test('of what is no id or no topic is nothing that exists', async () => {
    expect((await ask(verb, `/lab/a.b${suffix}`)).status).toBe(404);
    expect((await ask(verb, `/a.b/fan${suffix}`)).status).toBe(404);
    expect((await ask(verb, `/api/fan${suffix}`)).status).toBe(404);
  });
});
