import { describe, expect, it } from 'vitest';
import type { DesktopNotice } from '../../main/channels/desktop-notifier.ts';
import type { Client } from '../../main/contract/client.ts';
import { fail, ok, type Result } from '../../main/contract/result.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { coreActions } from '../../main/shell/tray-actions.ts';
import { keptLog } from './kept-log.ts';

function setup(answers: Record<string, Result<unknown>>, now = 0) {
  const calls: [string, unknown][] = [];
  const shown: DesktopNotice[] = [];
  const core = {
    call: async (name: string, input: unknown) => {
      calls.push([name, input]);
      return answers[name] ?? ok({});
    },
  } as unknown as Pick<Client, 'call'>;
  const actions = coreActions({
    core,
    notify: (notice) => shown.push(notice),
    messages: () => messagesFor('en'),
    clock: { now: () => now },
    logger: keptLog(),
  });
  return { actions, calls, shown };
}

const channel = (id: string, enabled: boolean) => ({ id, enabled });

describe('the tray’s actions', () => {
  it('pause for an hour, and resume', async () => {
    const { actions, calls, shown } = setup({});
    await actions.pauseForHour();
    await actions.resume();
    expect(calls).toEqual([
      ['deliveries.pause', { durationMs: 3_600_000 }],
      ['deliveries.resume', {}],
    ]);
    expect(shown).toEqual([]);
  });

  it.each([
    ['in the night', new Date(2026, 0, 5, 2, 30), 5.5 * 3_600_000],
    ['in the evening', new Date(2026, 0, 5, 22, 0), 10 * 3_600_000],
    ['as the morning begins', new Date(2026, 0, 5, 7, 59, 30), 86_400_000 + 30_000],
  ])('pause until the next morning, asked %s', async (_when, at, durationMs) => {
    const { actions, calls } = setup({}, at.getTime());
    await actions.pauseUntilMorning();
    expect(calls).toEqual([['deliveries.pause', { durationMs }]]);
  });

  it('pause until they are resumed', async () => {
    const { actions, calls } = setup({});
    await actions.pauseUntilResumed();
    expect(calls).toEqual([['deliveries.pause', {}]]);
  });

  it('acknowledge and snooze an alert, and requeue dead letters', async () => {
    const { actions, calls, shown } = setup({});
    await actions.acknowledge('a');
    await actions.snooze('b');
    await actions.requeue();
    expect(calls).toEqual([
      ['alerts.acknowledge', { id: 'a' }],
      ['alerts.snooze', { id: 'b', durationMs: 3_600_000 }],
      ['notifications.requeueMany', { filter: {} }],
    ]);
    expect(shown).toEqual([]);
  });

  it('say which alert could not be changed, and open it', async () => {
    const gone = fail('not_found', 'There is no such alert.');
    const { actions, shown } = setup({ 'alerts.snooze': gone });
    await actions.snooze('b');
    expect(shown).toMatchObject([
      { tag: 'belfry-snooze-b', body: 'There is no such alert.', route: '#/alerts/b' },
    ]);
  });

  it('test every enabled channel', async () => {
    const items = [channel('a', true), channel('b', false), channel('c', true)];
    const { actions, calls } = setup({ 'channels.list': ok({ items }) });
    await actions.testAll();
    expect(calls.slice(1)).toEqual([
      ['channels.test', { id: 'a' }],
      ['channels.test', { id: 'c' }],
    ]);
  });

  it('say so when there is nobody to notify', async () => {
    const { actions, shown } = setup({ 'channels.list': ok({ items: [channel('a', false)] }) });
    await actions.testAll();
    expect(shown.map(({ title, route }) => [title, route])).toEqual([
      ['No channel is enabled', '#/channels'],
    ]);
  });

  it('say what went wrong, where it was asked for', async () => {
    const down = fail('unavailable', 'The disk is full.');
    const { actions, shown } = setup({ 'deliveries.pause': down, 'channels.list': down });
    await actions.pauseForHour();
    await actions.testAll();
    expect(shown.map(({ title, body }) => `${title}: ${body}`)).toEqual([
      'Could not pause deliveries: The disk is full.',
      'Could not send a test: The disk is full.',
    ]);
  });
});
