import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Status } from '../../main/contract/system.ts';
import { RecoverySigns } from '../../main/shell/recovery-signs.ts';
import { network } from '../support/electron/system.ts';
import { ManualClock } from './manual-clock.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

const { platform } = process;
const become = (value: NodeJS.Platform) => Object.defineProperty(process, 'platform', { value });

describe('the network of Windows and macOS', () => {
  beforeAll(() => become('darwin'));
  afterAll(() => become(platform));
  beforeEach(() => {
    network.online = true;
  });

  function setup() {
    const clock = new ManualClock();
    const backs: number[] = [];
    const signs = new RecoverySigns({
      clock,
      logger: { log: () => undefined },
      onNetwork: () => backs.push(clock.now()),
    });
    const follow = (channelsDown: number, failed = 0) =>
      signs.follow({ channelsDown, notifications: { failed } } as unknown as Status);
    return { clock, backs, signs, follow };
  }

  it('is looked at only while something fails, and reported when it is back', () => {
    const { clock, backs, signs, follow } = setup();
    follow(0);
    expect(clock.waiting).toBe(0);
    follow(1);
    follow(1);
    expect(clock.waiting).toBe(1);
    clock.advance(10_000);
    network.online = false;
    clock.advance(10_000);
    expect(backs).toEqual([]);
    network.online = true;
    clock.advance(10_000);
    expect(backs).toEqual([clock.now()]);
    follow(0, 1);
    expect(clock.waiting).toBe(1);
    follow(0);
    expect(clock.waiting).toBe(0);
    signs.stop();
  });

  it('is back if it was away when something began to fail', () => {
    const { clock, backs, signs, follow } = setup();
    network.online = false;
    follow(0, 2);
    network.online = true;
    clock.advance(10_000);
    expect(backs).toHaveLength(1);
    signs.stop();
    expect(clock.waiting).toBe(0);
  });
});
