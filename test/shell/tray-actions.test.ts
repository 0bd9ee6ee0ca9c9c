import { describe, expect, it } from 'vitest';
import type { DesktopNotice } from '../../main/channels/desktop-notifier.ts';
import type { Client } from '../../main/contract/client.ts';
import { fail, ok, type Result } from '../../main/contract/result.ts';
import { coreActions } from '../../main/shell/tray-actions.ts';
import { keptLog } from './kept-log.ts';

function setup(answers: Record<string, Result<unknown>>) {
  const calls: [string, unknown][] = [];
  const told: DesktopNotice[] = [];
  const core = {
    call: async (name: string, input: unknown) => {
      calls.push([name, input]);
      return answers[name] ?? ok({});
    },
  } as unknown as Pick<Client, 'call'>;
  const actions = coreActions({ core, tell: (notice) => told.push(notice), logger: keptLog() });
  return { actions, calls, told };
}

const channel = (id: string, enabled: boolean) => ({ id, enabled });

describe('the tray’s actions', () => {
  it('pause for an hour, and resume', async () => {
    const { actions, calls, told } = setup({});
    await actions.pause();
    await actions.resume();
    expect(calls).toEqual([
      ['deliveries.pause', { durationMs: 3_600_000 }],
      ['deliveries.resume', {}],
    ]);
    expect(told).toEqual([]);
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

  it('say so when nobody would be told', async () => {
    const { actions, told } = setup({ 'channels.list': ok({ items: [channel('a', false)] }) });
    await actions.testAll();
    expect(told.map(({ title, route }) => [title, route])).toEqual([
      ['No channel is enabled', '#/channels'],
    ]);
  });

  it('say what went wrong, where it was asked for', async () => {
    const down = fail('unavailable', 'The disk is full.');
    const { actions, told } = setup({ 'deliveries.pause': down, 'channels.list': down });
    await actions.pause();
    await actions.testAll();
    expect(told.map(({ title, body }) => `${title}: ${body}`)).toEqual([
      'Belfry could not pause deliveries: The disk is full.',
      'Belfry could not send a test: The disk is full.',
    ]);
  });
});
