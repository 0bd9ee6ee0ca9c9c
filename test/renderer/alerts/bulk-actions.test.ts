import { beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../../../main/contract/limits.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { BulkActions } from '../../../renderer/alerts/alert-actions.svelte.ts';
import { Notices } from '../../../renderer/app/notices.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { uuid } from '../support/samples.ts';

let client: FakeClient;
let notices: Notices;
let actions: BulkActions;
const said = (): string[] => notices.items.map(({ text }) => text);
const manyIds = Array.from({ length: LIMITS.bulkIdsMax * 2 + 1 }, (_, index) => uuid(index));

beforeEach(() => {
  client = new FakeClient();
  notices = new Notices(new ManualClock());
  actions = new BulkActions(client, notices);
});

describe('BulkActions', () => {
  it('says how many were changed, and how many were not', async () => {
    client.script({ 'alerts.acknowledgeMany': () => ok({ changed: 37, unchanged: 2 }) });
    expect(await actions.act('acknowledge', { ids: [uuid(1)] })).toBe(true);
    client.script({ 'alerts.resolveMany': () => ok({ changed: 1_200, unchanged: 0 }) });
    await actions.act('resolve', { filter: { q: 'nas' } });
    expect(said()).toEqual([
      '37 acknowledged, 2 unchanged.',
      `${(1_200).toLocaleString()} resolved.`,
    ]);
    expect(client.inputsOf('alerts.resolveMany')).toEqual([{ filter: { q: 'nas' } }]);
  });

  it('sends ids in as many pieces as the contract takes, and adds up', async () => {
    client.script({
      'alerts.snoozeMany': ({ ids }) => ok({ changed: ids?.length ?? 0, unchanged: 1 }),
    });
    await actions.act('snooze', { ids: manyIds }, { durationMs: 60_000 });
    const pieces = client.inputsOf('alerts.snoozeMany') as { ids: string[]; durationMs: number }[];
    expect(pieces.map(({ ids }) => ids.length)).toEqual([1_000, 1_000, 1]);
    expect(pieces.flatMap(({ ids }) => ids)).toEqual(manyIds);
    expect(pieces.every(({ durationMs }) => durationMs === 60_000)).toBe(true);
    expect(said()).toEqual([`${(2_001).toLocaleString()} snoozed, 3 unchanged.`]);
  });

  it('stops at a failure, and says what was done before it', async () => {
    client.script({
      'alerts.acknowledgeMany': ({ ids }) =>
        ids?.includes(uuid(0))
          ? ok({ changed: 1_000, unchanged: 0 })
          : fail('unavailable', 'The disk is full.'),
    });
    expect(await actions.act('acknowledge', { ids: manyIds })).toBe(false);
    expect(client.inputsOf('alerts.acknowledgeMany')).toHaveLength(2);
    expect(said()).toEqual([
      `${(1_000).toLocaleString()} acknowledged.`,
      'Selected alerts: The disk is full.',
    ]);
    expect(actions.busy).toBe(false);
  });

  it('does one thing at a time', async () => {
    let answer: () => void = () => undefined;
    client.script({
      'alerts.resolveMany': () =>
        new Promise((resolve) => {
          answer = () => resolve(ok({ changed: 1, unchanged: 0 }));
        }),
    });
    const first = actions.act('resolve', { filter: {} });
    expect(actions.busy).toBe(true);
    expect(await actions.act('resolve', { filter: {} })).toBe(false);
    answer();
    expect(await first).toBe(true);
    expect(client.inputsOf('alerts.resolveMany')).toHaveLength(1);
  });
});
