import type { Clock } from './clock.ts';

/** The signals by which service managers, terminals and other programs ask a process to stop. */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * One request to stop may arrive several times: a service manager signals the whole process group,
 * and npm passes on what it received itself.
 */
const SAME_REQUEST_MS = 1_000;

export interface StopListener {
  /** The first request. */
  stop(signal: NodeJS.Signals): void;
  /** Each later request: a person does not want to wait for the drain. */
  force(signal: NodeJS.Signals): void;
}

/**
 * Listens to the stop signals until it is disposed. All signals that were sent within a second of the
 * first count as one request, also when a blocked event loop sees some of them later.
 */
export function onStopSignals(clock: Clock, listener: StopListener): Disposable {
  let state: 'running' | 'asked' | 'waited' = 'running';
  let timer: Disposable | null = null;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (state === 'waited') listener.force(signal);
    if (state !== 'running') return;
    state = 'asked';
    timer = clock.after(SAME_REQUEST_MS, () => {
      // Signals that waited while the loop was blocked are delivered between a timer and an immediate.
      setImmediate(() => {
        state = 'waited';
      });
    });
    listener.stop(signal);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  return {
    [Symbol.dispose]() {
      timer?.[Symbol.dispose]();
      for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
    },
  };
}
