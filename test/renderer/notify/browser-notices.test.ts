import { beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../main/contract/alert.ts';
import { BrowserMemory } from '../../../renderer/app/browser-memory.ts';
import { BrowserNotices } from '../../../renderer/notify/browser-notices.svelte.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { alert, uuid } from '../support/samples.ts';

/** A stub of the browser's notifications, which only a person can see. */
class StubNotification {
  static permission: NotificationPermission = 'granted';
  static answer: NotificationPermission = 'granted';
  static shown: StubNotification[] = [];
  static requestPermission(): Promise<NotificationPermission> {
    StubNotification.permission = StubNotification.answer;
    return Promise.resolve(StubNotification.permission);
  }

  onclick: (() => void) | null = null;
  isClosed = false;
  readonly title: string;
  readonly options: NotificationOptions;

  constructor(title: string, options: NotificationOptions) {
    this.title = title;
    this.options = options;
    StubNotification.shown.push(this);
  }

  close(): void {
    this.isClosed = true;
  }
}

const titles = (): string[] => StubNotification.shown.map(({ title }) => title);

function notices({ isSecure = true, hasFocus = false } = {}) {
  const clock = new ManualClock();
  const opened: string[] = [];
  const host = {
    document: Object.assign(Object.create(document) as Document, { hasFocus: () => hasFocus }),
    isSecureContext: isSecure,
    focus: () => void opened.push('focus'),
    Notification: StubNotification as unknown as typeof Notification,
  };
  const memory = new BrowserMemory(() => localStorage);
  const made = new BrowserNotices({ host, clock, memory, open: (route) => opened.push(route) });
  const change = (value: Alert): void => made.changed([{ entity: 'alert', id: value.id, value }]);
  return { made, clock, change, opened };
}

const raised = (index: number, more: Partial<Alert> = {}): Alert =>
  alert({ id: uuid(index), kind: `kind_${index}`, host: 'nas', occurrences: 1, ...more });

describe('the notifications of the browser', () => {
  beforeEach(() => {
    StubNotification.permission = 'granted';
    StubNotification.answer = 'granted';
    StubNotification.shown = [];
  });

  it('are off until somebody turns them on, and asks the browser then', async () => {
    StubNotification.permission = 'default';
    const { made, change, clock } = notices();
    expect(made.state).toBe('off');
    change(raised(1));
    clock.advance(2_000);
    expect(titles()).toEqual([]);
    await made.turnOn();
    expect(made.state).toBe('on');
    expect(notices().made.state).toBe('on');
    made.turnOff();
    expect(notices().made.state).toBe('off');
  });

  it('say what is in the way', async () => {
    expect(notices({ isSecure: false }).made.state).toBe('unavailable');
    StubNotification.permission = 'default';
    StubNotification.answer = 'denied';
    const { made } = notices();
    await made.turnOn();
    expect(made.state).toBe('blocked');
  });

  it('show an alert once, open it at a click, and go when it is over', async () => {
    const { made, change, clock, opened } = notices();
    await made.turnOn();
    change(raised(1, { severity: 'critical', message: 'x'.repeat(1_000) }));
    clock.advance(1_000);
    change(raised(1, { severity: 'critical', occurrences: 2 }));
    clock.advance(1_000);
    expect(titles()).toEqual(['kind_1 on nas']);
    const [shown] = StubNotification.shown;
    expect(shown?.options).toMatchObject({ tag: `belfry-${uuid(1)}`, requireInteraction: true });
    expect(shown?.options.body).toHaveLength(300);
    shown?.onclick?.();
    expect(opened).toEqual(['focus', `#/alerts/${uuid(1)}`]);

    change(raised(2));
    clock.advance(1_000);
    change(raised(2, { state: 'resolved', closedAt: 1 }));
    expect(StubNotification.shown.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });

  it('say when an alert gets worse', async () => {
    const { made, change, clock } = notices();
    await made.turnOn();
    change(raised(1, { severity: 'warning' }));
    clock.advance(1_000);
    change(raised(1, { severity: 'critical', occurrences: 2 }));
    clock.advance(1_000);
    change(raised(1, { severity: 'warning', occurrences: 3 }));
    clock.advance(1_000);
    expect(titles()).toHaveLength(2);
  });

  it.each([
    ['acknowledged', { acknowledgedAt: 1, state: 'acknowledged' }],
    ['flapping', { flapping: true }],
    ['snoozed', { snoozedUntil: 1 }],
    ['known before', { occurrences: 7 }],
  ] as const)('leave out an alert that is %s', async (_why, more) => {
    const { made, change, clock } = notices();
    await made.turnOn();
    change(raised(1, more));
    clock.advance(1_000);
    expect(titles()).toEqual([]);
  });

  it('are not needed by somebody who looks at the window', async () => {
    const { made, change, clock } = notices({ hasFocus: true });
    await made.turnOn();
    change(raised(1));
    clock.advance(1_000);
    expect(titles()).toEqual([]);
  });

  it('are one for many alerts at the same time', async () => {
    const { made, change, clock, opened } = notices();
    await made.turnOn();
    for (const index of [1, 2, 3, 4]) change(raised(index, { severity: 'warning' }));
    clock.advance(1_000);
    expect(titles()).toEqual(['4 alerts']);
    expect(StubNotification.shown[0]?.options.body).toBe('Worst severity: warning.');
    StubNotification.shown[0]?.onclick?.();
    expect(opened).toEqual(['focus', '#/alerts']);
  });
});
