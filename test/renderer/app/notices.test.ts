import { beforeEach, describe, expect, it } from 'vitest';
import { Notices, type Undo } from '../../../renderer/app/notices.svelte.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { NOW_MS } from '../support/samples.ts';

let clock: ManualClock;
let notices: Notices;
const said = (): string[] => notices.items.map(({ text }) => text);
const undo = (leftMs: number): Undo => ({
  until: NOW_MS + leftMs,
  run: () => Promise.resolve(true),
});

beforeEach(() => {
  clock = new ManualClock(NOW_MS);
  notices = new Notices(clock);
});

describe('Notices', () => {
  it('keep what can be undone until it no longer can, and other confirmations for a moment', () => {
    notices.done('gone', undo(30_000));
    notices.done('done');
    clock.advance(6_000);
    expect(said()).toEqual(['gone']);
    clock.advance(23_999);
    expect(said()).toEqual(['gone']);
    clock.advance(1);
    expect(said()).toEqual([]);
  });

  it('never let a later one take the chance to undo away', () => {
    notices.done('gone', undo(30_000));
    for (const text of ['a', 'b', 'c', 'd']) notices.done(text);
    expect(said()).toEqual(['gone', 'b', 'c', 'd']);
  });

  it('show a few of each kind at most', () => {
    for (const text of ['a', 'b', 'c', 'd']) notices.done(text, undo(30_000));
    expect(said()).toEqual(['b', 'c', 'd']);
  });
});
