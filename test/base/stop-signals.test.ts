import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { onStopSignals } from '../../main/base/stop-signals.ts';
import { FakeClock } from '../support/fake-clock.ts';

let clock: FakeClock;
let heard: string[];
let listening: Disposable;
beforeEach(() => {
  clock = new FakeClock();
  heard = [];
  listening = onStopSignals(clock, {
    stop: (signal) => heard.push(`stop ${signal}`),
    force: (signal) => heard.push(`force ${signal}`),
  });
});
afterEach(() => listening[Symbol.dispose]());

const send = (signal: NodeJS.Signals): boolean => process.emit(signal, signal);

describe('signals to stop', () => {
  test('that arrive within a second are one request, whatever they are', async () => {
    send('SIGTERM');
    send('SIGTERM');
    clock.advance(500);
    send('SIGHUP');
    clock.advance(499);
    await setImmediate();
    send('SIGINT');
    expect(heard).toEqual(['stop SIGTERM']);
  });

  test('that arrive later force the end', async () => {
    send('SIGINT');
    clock.advance(1_000);
    await setImmediate();
    send('SIGINT');
    expect(heard).toEqual(['stop SIGINT', 'force SIGINT']);
  });

  test('that waited while the event loop was blocked still belong to the first', () => {
    send('SIGTERM');
    // The overdue timer runs first, then what had arrived meanwhile is delivered.
    clock.advance(5_000);
    send('SIGTERM');
    expect(heard).toEqual(['stop SIGTERM']);
  });

  test('are no longer heard once nobody listens', () => {
    const before = process.listenerCount('SIGTERM');
    listening[Symbol.dispose]();
    expect(process.listenerCount('SIGTERM')).toBe(before - 1);
    expect(clock.nextTimerMs()).toBeNull();
  });
});
