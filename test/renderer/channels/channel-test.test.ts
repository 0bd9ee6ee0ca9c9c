import { beforeEach, describe, expect, it } from 'vitest';
import type { Output } from '../../../main/contract/methods.ts';
import { fail, ok, type Result } from '../../../main/contract/result.ts';
import { ChannelTest } from '../../../renderer/channels/channel-test.svelte.ts';
import { LiveFeed } from '../../../renderer/live/live-feed.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { notification, notificationChange, uuid } from '../support/samples.ts';
import { settled } from '../support/settled.ts';

type Answer = Result<Output<'notifications.get'>>;
const standing = (status: 'pending' | 'failed' | 'sent') =>
  notification({ id: uuid(1), event: 'test', status });
const looked = (status: 'pending' | 'sent'): Answer =>
  ok({ ...standing(status), attempts: [], alertStateNow: null });

let client: FakeClient;
let test: ChannelTest;
let answers: ((answer: Answer) => void)[];
const answer = async (index: number, result: Answer): Promise<void> => {
  answers[index]?.(result);
  await settled();
};

beforeEach(async () => {
  answers = [];
  client = new FakeClient({
    'channels.test': () => ok({ notificationId: uuid(1) }),
    'notifications.get': () => new Promise<Answer>((resolve) => answers.push(resolve)),
  });
  const feed = new LiveFeed(client);
  feed.start();
  test = new ChannelTest(client, feed);
  test.open();
  void test.start(uuid(201));
  await settled();
});

describe('ChannelTest', () => {
  it('takes a look after something was missed for the newer one, whichever comes last', async () => {
    client.hello('second', 9);
    await answer(0, looked('pending'));
    await answer(1, looked('sent'));
    expect(test.notification?.status).toBe('sent');
  });

  it('prefers what was pushed to a look that was under way', async () => {
    client.push(notificationChange(standing('failed')));
    await answer(0, looked('pending'));
    expect(test.notification?.status).toBe('failed');
  });

  it('forgets that a look failed once it hears how the test stands', async () => {
    await answer(0, fail('unavailable', 'gone'));
    expect(test.failure?.message).toBe('gone');
    client.push(notificationChange(standing('sent')));
    expect(test.failure).toBeNull();
    expect(test.notification?.status).toBe('sent');
  });

  it('does not show the outcome of an earlier test', async () => {
    await answer(0, looked('sent'));
    client.script({ 'channels.test': () => fail('not_found', 'The channel is gone.') });
    await test.start(uuid(201));
    expect(test.notification).toBeNull();
    expect(test.failure?.message).toBe('The channel is gone.');
    expect(test.asking).toBe(false);
  });
});
