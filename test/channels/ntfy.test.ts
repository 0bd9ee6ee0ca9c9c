import { expect, test } from 'vitest';
import { ntfyConfig } from '../../main/contract/channel-kind.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ntfyCase } from './cases/ntfy.ts';
import { bodyOf } from './http-fake.ts';
import { NOW, SAMPLES } from './sample-deliveries.ts';
import { NO_PICTURE } from './send-sample.ts';

async function sent(name: string, without: readonly string[] = []): Promise<string> {
  await using service = await ntfyCase.start();
  const config = Object.fromEntries(
    Object.entries(service.config).filter(([field]) => !without.includes(field)),
  );
  const delivery = SAMPLES[name];
  if (!delivery) throw new Error(`There is no sample ${name}`);
  const outcome = await service.adapter.send(config, delivery, {
    channelId: 'channel',
    picture: NO_PICTURE,
    clock: new FakeClock(NOW),
    signal: new AbortController().signal,
  });
  expect(outcome.kind).toBe('sent');
  return service.received()[0] ?? '';
}

const sequenceOf = (received: string): unknown =>
  (JSON.parse(bodyOf(received)) as Record<string, unknown>)['sequence_id'];

test('later word of an alert replaces earlier word, and what is late replaces nothing', async () => {
  const raised = sequenceOf(await sent('raised'));
  expect(sequenceOf(await sent('resolved'))).toBe(raised);
  expect(sequenceOf(await sent('late'))).toBe(SAMPLES['late']?.notificationId);
  expect(sequenceOf(await sent('group'))).toBe(SAMPLES['group']?.notificationId);
});

test('user and password stand in for an access token', async () => {
  const expected = Buffer.from('ann:n0t-to-be-seen').toString('base64');
  expect(await sent('raised', ['token'])).toContain(`authorization: Basic ${expected}`);
  expect(await sent('raised', ['token', 'user', 'password'])).not.toContain('authorization');
});

test('user and password are asked for together', () => {
  const half = ntfyConfig.safeParse({ topic: 'belfry', user: 'ann' });
  expect(half.error?.issues).toMatchObject([{ path: ['password'] }]);
});

test('the server takes no credentials in its address', () => {
  const parsed = ntfyConfig.safeParse({ topic: 'belfry', server: 'https://ann:pw@ntfy.sh' });
  expect(parsed.error?.issues).toMatchObject([{ path: ['server'] }]);
});
