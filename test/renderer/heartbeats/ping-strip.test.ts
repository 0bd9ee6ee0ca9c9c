import { describe, expect, it } from 'vitest';
import { pingStrip, stripText } from '../../../renderer/heartbeats/ping-strip.ts';
import { heartbeatEvent } from '../support/routing-samples.ts';

const succeeded = (id: number, durationMs: number | null) => heartbeatEvent({ id, durationMs });

describe('pingStrip', () => {
  it('draws the oldest first, each by its share of the longest', () => {
    const bars = pingStrip([succeeded(3, 500), succeeded(2, null), succeeded(1, 2_000)]);
    expect(bars.map(({ id, share }) => [id, share])).toEqual([
      [1, 1],
      [2, 1],
      [3, 0.25],
    ]);
  });

  it('leaves out what is neither a ping nor an absence', () => {
    const kinds = ['created', 'started', 'logged', 'paused', 'resumed', 'grace_renewed'] as const;
    expect(pingStrip(kinds.map((type, id) => heartbeatEvent({ id, type })))).toEqual([]);
  });

  it('draws the last forty', () => {
    const many = Array.from({ length: 100 }, (_, index) => succeeded(100 - index, 1));
    const bars = pingStrip(many);
    expect([bars.length, bars[0]?.id, bars.at(-1)?.id]).toEqual([40, 61, 100]);
  });

  it('does not divide by nothing', () => {
    expect(pingStrip([succeeded(1, 0)])[0]?.share).toBe(0);
  });
});

describe('stripText', () => {
  it.each([
    [[succeeded(1, null)], 'Recently: 1 succeeded'],
    [[succeeded(1, 1_000), succeeded(2, 1_000)], 'Recently: 2 succeeded; took 1 sec'],
    [
      [succeeded(2, 1_000), heartbeatEvent({ id: 1, type: 'late' })],
      'Recently: 1 succeeded, 1 missed; took 1 sec',
    ],
  ])('says %j', (timeline, words) => {
    expect(stripText(timeline)).toBe(words);
  });
});
