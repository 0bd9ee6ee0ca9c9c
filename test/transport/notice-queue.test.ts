import { describe, expect, it } from 'vitest';
import type { DesktopNotice, DesktopNotifier } from '../../main/channels/desktop-notifier.ts';
import { NoticeQueue } from '../../main/transport/notice-queue.ts';
import { failed } from '../../main/channels/refusal.ts';
import type { Severity } from '../../main/contract/primitives.ts';
import type { Outcome } from '../../main/domain/outcome.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { ManualClock } from '../shell/manual-clock.ts';

const NEVER = new AbortController().signal;
const GATHER_MS = 300;

const notice = (tag: string, more: Partial<DesktopNotice> = {}): DesktopNotice => ({
  tag,
  title: `WARNING: ${tag}`,
  body: '',
  urgency: 'normal',
  route: `#/alerts/${tag}`,
  alertId: tag,
  actions: [],
  alerts: { ids: [tag], worst: 'warning', areOver: false },
  sound: null,
  ...more,
});

const alert = (tag: string, worst: Severity): DesktopNotice =>
  notice(tag, { alerts: { ids: [tag], worst, areOver: false }, sound: worst });

const over = (tag: string): DesktopNotice =>
  notice(tag, { alerts: { ids: [tag], worst: 'warning', areOver: true } });

/** A screen that remembers what stands on it. */
function setup() {
  const clock = new ManualClock();
  const screen = new Map<string, DesktopNotice>();
  const shown: DesktopNotice[] = [];
  const state = { answer: { kind: 'sent' } as Outcome };
  const notifier: DesktopNotifier = {
    show(one) {
      shown.push(one);
      if (state.answer.kind === 'sent') screen.set(one.tag, one);
      return Promise.resolve(state.answer);
    },
    close: (tag) => void screen.delete(tag),
  };
  const queue = new NoticeQueue({ notifier, clock, messages: () => messagesFor('en') });
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 20; n++) await Promise.resolve();
  };
  const show = (one: DesktopNotice, signal = NEVER) => queue.show(one, signal);
  /** Shows them together, and waits for their outcomes. */
  const burst = async (notices: readonly DesktopNotice[], gatherMs = GATHER_MS) => {
    const outcomes = Promise.all(notices.map((one) => show(one)));
    clock.advance(gatherMs);
    return outcomes;
  };
  const titles = () => [...screen.values()].map(({ title }) => title);
  return { clock, screen, shown, state, queue, show, burst, settle, titles };
}

const many = (count: number, prefix = 'a'): DesktopNotice[] =>
  Array.from({ length: count }, (_, n) => notice(`${prefix}${n}`));

describe('notices that come together', () => {
  it('are shown one by one while they are few', async () => {
    const { burst, titles } = setup();
    expect(await burst(many(5))).toEqual(Array(5).fill({ kind: 'sent' }));
    expect(titles()).toHaveLength(5);
  });

  it('are one in a storm, with their number and the worst severity, and open the list', async () => {
    const { burst, screen, shown } = setup();
    const outcomes = await burst([...many(20), alert('x', 'critical')]);
    expect(outcomes).toEqual(Array(21).fill({ kind: 'sent' }));
    expect(shown).toHaveLength(1);
    expect([...screen.values()]).toMatchObject([
      {
        title: '21 alerts',
        body: 'Worst severity: critical. Latest: WARNING: x',
        urgency: 'critical',
        route: '#/alerts',
        sound: 'critical',
      },
    ]);
  });

  it('are one when they come one after the other, in place of those shown before', async () => {
    const { burst, titles } = setup();
    for (const one of many(5)) await burst([one]);
    expect(titles()).toHaveLength(5);
    await burst([notice('b')]);
    expect(titles()).toEqual(['6 alerts']);
    await burst([notice('c'), notice('a0')]);
    expect(titles()).toEqual(['7 alerts']);
  });

  it('are shown one by one again once the storm is over', async () => {
    const { burst, clock, titles } = setup();
    await burst(many(8));
    clock.advance(90_000);
    await burst([notice('later')]);
    expect(titles()).toEqual(['8 alerts', 'WARNING: later']);
  });

  it('sound once for each severity', async () => {
    const { burst, shown } = setup();
    const notices = many(6).map(({ tag }) => alert(tag, 'warning'));
    await burst(notices);
    await burst([alert('x', 'warning')]);
    await burst([alert('y', 'critical')]);
    await burst([alert('z', 'critical')]);
    expect(shown.map(({ sound }) => sound)).toEqual(['warning', null, 'critical', null]);
  });

  it('count what the core has summed up already', async () => {
    const { burst, titles } = setup();
    await burst(many(8));
    const ids = Array.from({ length: 100 }, (_, n) => `b${n}`);
    await burst([notice('bundle', { alerts: { ids, worst: 'info', areOver: false } })]);
    expect(titles()).toEqual(['108 alerts']);
  });

  it('leave the screen when the last of their alerts does', async () => {
    const { burst, queue, titles } = setup();
    const notices = many(6);
    await burst(notices);
    for (const { tag } of notices.slice(1)) queue.close(tag);
    expect(titles()).toEqual(['6 alerts']);
    queue.close('a0');
    expect(titles()).toEqual([]);
  });

  it('of alerts that are over are counted apart', async () => {
    const { burst, titles } = setup();
    await burst([...many(3), ...many(7, 'o').map(({ tag }) => over(tag))]);
    expect(titles().sort()).toEqual([
      '7 alerts resolved',
      'WARNING: a0',
      'WARNING: a1',
      'WARNING: a2',
    ]);
  });

  it('are not shown if they are over before', async () => {
    const { show, queue, clock, shown } = setup();
    const outcome = show(notice('a'));
    queue.close('a');
    expect(await outcome).toEqual({ kind: 'sent' });
    clock.advance(GATHER_MS);
    expect(shown).toEqual([]);
  });

  it('are interrupted when the core no longer waits', async () => {
    const { show, clock, shown } = setup();
    const abort = new AbortController();
    const outcome = show(notice('a'), abort.signal);
    abort.abort();
    expect(await outcome).toMatchObject({ kind: 'interrupted' });
    clock.advance(GATHER_MS);
    expect(shown).toEqual([]);
    expect(await show(notice('b'), abort.signal)).toMatchObject({ kind: 'interrupted' });
  });
});

describe('notices that nothing can show', () => {
  const missing = failed('configuration', { code: 'failure.desktop_no_service', params: {} });

  it.each([3, 30])('lose one at most, and the others wait: %i', async (count) => {
    const { burst, state, shown } = setup();
    state.answer = missing;
    const [first, ...others] = await burst(many(count));
    expect(shown).toHaveLength(1);
    expect(first).toEqual(missing);
    expect(others).toHaveLength(count - 1);
    for (const one of others) expect(one).toMatchObject({ kind: 'transient', class: 'connection' });
  });

  it('are one for a person who is shown them at last', async () => {
    const { burst, state, queue, titles } = setup();
    state.answer = missing;
    await burst(many(3));
    state.answer = { kind: 'sent' };
    queue.serverCame();
    await burst(many(1), 3_000);
    await burst(many(3).slice(1), 3_000);
    expect(titles()).toEqual(['3 alerts while you were away']);
  });

  it('do not make a notification server that comes for the first time special', async () => {
    const { burst, queue, titles } = setup();
    queue.serverCame();
    await burst(many(2));
    expect(titles()).toEqual(['WARNING: a0', 'WARNING: a1']);
  });
});

describe('a person who comes back', () => {
  it('is shown one notice of what came behind the locked screen', async () => {
    const { burst, queue, clock, settle, titles } = setup();
    await burst([notice('before')]);
    queue.locked();
    await burst([notice('a')]);
    clock.advance(600_000);
    await burst([notice('b')]);
    clock.advance(600_000);
    queue.unlocked();
    clock.advance(3_000);
    await settle();
    expect(titles()).toEqual(['WARNING: before', '2 alerts while you were away']);
  });

  it('is shown the one that came, as it is', async () => {
    const { burst, queue, clock, settle, titles, shown } = setup();
    queue.locked();
    await burst([notice('a')]);
    queue.unlocked();
    clock.advance(3_000);
    await settle();
    expect(titles()).toEqual(['WARNING: a']);
    expect(shown).toHaveLength(1);
  });

  it('is shown a storm of that time as what was missed', async () => {
    const { burst, queue, clock, settle, titles } = setup();
    queue.locked();
    await burst(many(9));
    clock.advance(600_000);
    queue.unlocked();
    clock.advance(3_000);
    await settle();
    expect(titles()).toEqual(['9 alerts while you were away']);
  });

  it('is shown one notice of what comes after waking, unless the screen is still locked', async () => {
    const { burst, queue, clock, titles } = setup();
    queue.woke();
    await burst(many(4), 3_000);
    expect(titles()).toEqual(['4 alerts while you were away']);
    await burst([notice('late')], 3_000);
    expect(titles()).toEqual(['5 alerts while you were away']);
    clock.advance(60_000);
    queue.locked();
    queue.woke();
    await burst([notice('x'), notice('y')]);
    expect(titles()).toEqual(['5 alerts while you were away', 'WARNING: x', 'WARNING: y']);
  });
});
