import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery } from '../../main/channels/channel-adapter.ts';
import { createHttpClient } from '../../main/channels/http-client.ts';
import { createWebhook } from '../../main/channels/webhook.ts';
import { webhookConfig, type WebhookConfig } from '../../main/contract/channel-kind.ts';
import { issuesOf } from '../../main/domain/issues.ts';
import type { Outcome } from '../../main/domain/outcome.ts';
import { CoreFixture, EXACT, firing } from '../support/core-fixture.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HttpReceiver, type ReceivedRequest } from '../support/http-receiver.ts';
import { NOW, SAMPLES } from './sample-deliveries.ts';
import { wordsOf } from '../support/failures.ts';
import { NO_PICTURE } from './send-sample.ts';

const client = createHttpClient({ log: () => undefined });
const webhook = createWebhook(client.send);
let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await HttpReceiver.start();
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await client.close();
});

const send = (config: Omit<WebhookConfig, 'url'>, sample = 'raised'): Promise<Outcome> =>
  webhook.send({ url: `${receiver.url}/hook`, ...config }, SAMPLES[sample] as Delivery, {
    channelId: 'channel',
    picture: NO_PICTURE,
    clock: new FakeClock(NOW),
    signal: new AbortController().signal,
  });

async function received(config: Omit<WebhookConfig, 'url'>): Promise<ReceivedRequest> {
  expect(await send(config)).toMatchObject({ kind: 'sent' });
  const request = receiver.received.at(-1);
  if (!request) throw new Error('Nothing was received');
  return request;
}

describe('a body template', () => {
  test('makes JSON of what is sent without it', async () => {
    const body =
      '{ "title": data.alert.kind, "high": data.alert.severity = "critical", "at": timestamp }';
    const { headers, body: text } = await received({ body });
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(text)).toEqual({
      title: 'backup_failed',
      high: false,
      at: '2026-01-15T12:00:00.000Z',
    });
  });

  test('makes plain text of a string, and what is signed is what is sent', async () => {
    const key = Buffer.alloc(24, 3);
    const secret = `whsec_${key.toString('base64')}`;
    const { headers, body } = await received({ body: 'data.text', secret });
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(body).toBe('WARNING: backup_failed on nas\nNo space left on /srv/photos');
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const wanted = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${wanted}`);
  });

  test.each([
    ['data.nothing', /finds nothing to send/],
    ['function($x) { $x }', /finds nothing to send/],
    ['$number(data.text)', /Unable to cast value/],
    ['$pad("x", 1048577)', /more than 1048576 bytes/],
    ['($again := function() { $again() }; $again())', /infinite/i],
  ])('that fails (%s) says so, and sends nothing', async (body, why) => {
    const before = receiver.received.length;
    const outcome = await send({ body });
    expect(outcome).toMatchObject({ kind: 'permanent', class: 'rejected' });
    const words = wordsOf(outcome);
    expect(words).toMatch(why);
    expect(words).toMatch(/^The body expression failed .* Correct “Body” in the channel\.$/);
    expect(receiver.received).toHaveLength(before);
  });

  test('that fails for one message kills that one, and holds no other', async () => {
    await using fixture = await CoreFixture.start();
    const config = { url: receiver.url, body: '{ "percent": $number(data.alert.message) }' };
    const id = await fixture.addChannel(receiver.url, EXACT, { config });
    await fixture.core.alerts.ingest([firing({ message: 'full' })]);
    await fixture.statusesBecome('dead');
    await fixture.core.alerts.ingest([firing({ dedupKey: 'other', message: '91' })]);
    await fixture.statusesBecome('dead', 'sent');
    expect(fixture.channel(id).attention).toBeNull();
    const { reason } = fixture.detail(0);
    expect(reason).toMatchObject({
      code: 'failure.body_failed',
      params: { fields: ['webhook.body'] },
    });
  });

  test('that this version cannot read holds its notifications until somebody has fixed it', async () => {
    const outcome = await send({ body: '{ "a": ' });
    expect(outcome).toMatchObject({ kind: 'permanent', class: 'configuration' });
    expect(wordsOf(outcome)).toMatch(/^The body expression cannot be read: .* Correct “Body”/);
  });

  test('that cannot be read is refused when the channel is saved, with the place', async () => {
    await using fixture = await CoreFixture.start();
    const config = { url: receiver.url, body: '{ "a": ' };
    const input = { kind: 'webhook', name: 'templated', config } as const;
    const { channels } = fixture.core;
    const refused = await channels.collection.create(input, 'test');
    expect(refused).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    if (!refused.ok) expect(refused.error.message).toMatch(/^config\.body: .*at character \d+/);
    const created = await channels.collection.create(
      { ...input, config: { url: receiver.url } },
      'test',
    );
    if (!created.ok) throw new Error(created.error.message);
    const patch = { id: created.value.id, config: { body: '1 +' } };
    expect(await channels.collection.update(patch, 'test')).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/^config\.body: /) as string },
    });
  });
});

describe('the request', () => {
  test('is made by the method that the receiver asks for', async () => {
    expect((await received({ method: 'PUT' })).method).toBe('PUT');
    expect(await send({ method: 'PUT' })).toMatchObject({
      request: expect.stringMatching(/^PUT http/) as string,
    });
  });

  test('carries headers of the user, which replace ours', async () => {
    const { headers } = await received({
      headers: { 'Content-Type': 'application/vnd.lab+json', Authorization: 'Bearer t0ken' },
    });
    expect(headers['content-type']).toBe('application/vnd.lab+json');
    expect(headers.authorization).toBe('Bearer t0ken');
  });

  test.each([
    [{ 'webhook-id': 'x' }, /Belfry sets itself/],
    [{ Host: 'x' }, /Belfry sets itself/],
    [{ 'x y': 'x' }, /name of an HTTP header/],
    [{ 'x-a': 'x\r\ny: z' }, /one line/],
    [Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`x-${n}`, 'x'])), /more than 20/],
  ])('takes no header that would break it: %j', (headers, why) => {
    const { error } = webhookConfig.safeParse({ url: 'http://nas/', headers });
    expect(JSON.stringify(error && issuesOf(error))).toMatch(why);
  });
});
