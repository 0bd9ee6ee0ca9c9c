import { describe, expect, it, vi } from 'vitest';
import type { DesktopNotice, NoticeAction } from '../../main/channels/desktop-notifier.ts';
import type { Client } from '../../main/contract/client.ts';
import { fail, ok, type Result } from '../../main/contract/result.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { noticeChoices } from '../../main/transport/notice-choices.ts';

const NOTICE: DesktopNotice = {
  tag: 'a',
  title: 'nas',
  body: '',
  urgency: 'normal',
  route: '#/alerts/a',
  alertId: 'a',
  actions: [],
  alerts: null,
  sound: null,
};

function setup(answer: Result<unknown>) {
  const calls: [string, unknown][] = [];
  const done: string[] = [];
  const shown: DesktopNotice[] = [];
  const core = {
    call: async (name: string, input: unknown) => {
      calls.push([name, input]);
      return answer;
    },
  } as unknown as Pick<Client, 'call'>;
  const choose = noticeChoices({
    core,
    open: (route, token) => done.push(`open ${route} ${token}`),
    notify: (notice) => shown.push(notice),
    close: (tag) => done.push(`close ${tag}`),
    messages: () => messagesFor('en'),
    logger: { log: () => undefined },
  });
  const take = (action: NoticeAction['name'], notice = NOTICE) =>
    choose({ action, notice, activationToken: 'token' });
  return { take, calls, done, shown };
}

describe('what a person chooses on a notice', () => {
  it('opens its route, or the window where it was', () => {
    const { take, calls, done } = setup(ok({}));
    take('open');
    take('open', { ...NOTICE, route: null });
    expect(done).toEqual(['open #/alerts/a token', 'open null token']);
    expect(calls).toEqual([]);
  });

  it('acts on its alert and takes the notice down', async () => {
    const { take, calls, done, shown } = setup(ok({}));
    take('acknowledge');
    take('snooze');
    await vi.waitFor(() => expect(done).toEqual(['close a', 'close a']));
    expect(calls).toEqual([
      ['alerts.acknowledge', { id: 'a' }],
      ['alerts.snooze', { id: 'a', durationMs: 3_600_000 }],
    ]);
    expect(shown).toEqual([]);
  });

  it('says what went wrong, and leaves the notice', async () => {
    const { take, done, shown } = setup(fail('wrong_state', 'The alert is resolved.'));
    take('acknowledge');
    take('snooze');
    await vi.waitFor(() => expect(shown).toHaveLength(2));
    expect(shown.map(({ title, body, route }) => [title, body, route])).toEqual([
      ['The alert could not be acknowledged', 'The alert is resolved.', '#/alerts/a'],
      ['The alert could not be snoozed', 'The alert is resolved.', '#/alerts/a'],
    ]);
    expect(done).toEqual([]);
  });

  it('does nothing to a notice that is about no alert', () => {
    const { take, calls } = setup(ok({}));
    take('acknowledge', { ...NOTICE, alertId: null });
    expect(calls).toEqual([]);
  });
});
