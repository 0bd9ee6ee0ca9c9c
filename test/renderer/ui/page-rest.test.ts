import { describe, expect, it } from 'vitest';
import { PageRest } from '../../../renderer/ui/page-rest.ts';
import { ManualClock } from '../support/manual-clock.ts';

function opened() {
  const clock = new ManualClock();
  const rest = new PageRest(window, clock);
  const built: number[] = [];
  return {
    ...{ clock, rest, built },
    scroll: () => window.dispatchEvent(new Event('scroll')),
    wait: (parts: number) =>
      Array.from({ length: parts }, (_, part) => rest.wait(() => void built.push(part))),
  };
}

describe('the rest of the page', () => {
  it('begins some time after the last scroll, not the first', () => {
    const { clock, rest, built, scroll, wait } = opened();
    scroll();
    wait(1);
    clock.advance(100);
    scroll();
    clock.advance(100);
    expect([rest.isScrolling, built]).toEqual([true, []]);
    clock.advance(20);
    expect([rest.isScrolling, built]).toEqual([false, [0]]);
  });

  it('builds a few parts in a frame, and goes on after the next scroll where it was', () => {
    const { clock, built, scroll, wait } = opened();
    scroll();
    wait(14);
    clock.advance(120);
    expect(built).toHaveLength(6);
    scroll();
    clock.advance(119);
    expect(built).toHaveLength(6);
    clock.advance(1);
    clock.advance(16);
    expect(built).toEqual(Array.from({ length: 14 }, (_, part) => part));
  });

  it('builds nothing that has gone since', () => {
    const { clock, built, scroll, wait } = opened();
    scroll();
    wait(3)[1]?.();
    clock.advance(120);
    expect(built).toEqual([0, 2]);
  });
});
