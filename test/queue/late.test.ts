import { describe, expect, test } from 'vitest';
import type { NotificationStatus } from '../../main/contract/notification.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, silence, status, type Respond } from '../support/http-receiver.ts';

/** Returns the receiver's last request: the event, the state of the alert, and if it says that it is late. */
function lastHeard(receiver: HttpReceiver) {
  const last = receiver.webhooks().at(-1);
  const { state } = last?.data['alert'] as { state: string };
  return { type: last?.type, state, isLate: last?.data.text.includes('This notification is late') };
}

describe('a recovery that is requeued after the next alert was sent', () => {
  test.each<[string, Respond, NotificationStatus]>([
    ['and accepted', status(204), 'sent'],
    ['and has no answer yet', silence, 'sending'],
    ['and failed, perhaps after it was read', status(503), 'failed'],
  ])('%s gives the current state', async (_what, respond, standing) => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('sent');
    receiver.respond = status(400);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.statusesBecome('sent', 'dead');
    receiver.respond = respond;
    await fixture.core.alerts.ingest([firing()]);
    await receiver.count(3);
    await fixture.statusesBecome('sent', 'dead', standing);

    receiver.respond = status(204);
    const [, dead = ''] = fixture.ids();
    await fixture.core.notifications.requeue(dead, 'ann');
    await receiver.count(4);
    expect(lastHeard(receiver)).toEqual({ type: 'alert.resolved', state: 'open', isLate: true });
  });

  test('that waits for its first attempt is not late', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await fixture.addChannel(receiver.url);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('sent');
    receiver.respond = status(400);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.statusesBecome('sent', 'dead');
    receiver.respond = status(204);
    await fixture.core.channelPauses.pause({ id }, 'ann');
    await fixture.core.alerts.ingest([firing()]);
    const [, dead = ''] = fixture.ids();
    await fixture.core.notifications.requeue(dead, 'ann');
    await fixture.core.channelPauses.resume(id, 'ann');
    await fixture.statusesBecome('sent', 'sent', 'sent');
    const heard = receiver.webhooks().slice(2);
    expect(heard.map(({ type }) => type)).toEqual(['alert.resolved', 'alert.raised']);
    expect(heard[0]?.data.text).not.toContain('This notification is late');
  });
});
