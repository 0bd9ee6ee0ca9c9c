import { expect, test } from 'vitest';
import { heartbeatState } from '../../main/contract/heartbeat.ts';
import type { Known, Promised } from '../../main/domain/heartbeat-expectation.ts';
import {
  afterFailure,
  afterLate,
  afterStart,
  afterSuccess,
  expectingNothing,
  readSuffix,
  mayBecome,
} from '../../main/domain/heartbeat-ping.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const END = { durationMs: null, endsRun: true };

const facts = (state: Known['state']): Promised & Known => ({
  schedule: { type: 'period', periodMs: 86_400_000 },
  graceMs: 3_600_000,
  kind: 'stale_schedule',
  state,
  lastPingAt: NOW - 1,
  startedAt: null,
  lastDurationMs: null,
  expectedAt: null,
  lateAt: null,
});

test.for([
  ['new', { success: 'up', failure: 'down', start: 'new' }],
  ['up', { success: 'up', failure: 'down', start: 'up' }],
  ['down', { success: 'up', failure: 'down', start: 'down' }],
  ['paused', { success: 'up', failure: 'down', start: 'new' }],
] as const)('what a ping makes of one that is %s', ([state, expected]) => {
  expect({
    success: afterSuccess(facts(state), END, NOW).state,
    failure: afterFailure(facts(state), END, NOW).state,
    start: afterStart(facts(state), NOW).state,
  }).toEqual(expected);
});

test.for(heartbeatState.options)('no step leads from %s where the table has none', (state) => {
  const before = facts(state);
  const steps = [
    afterSuccess(before, END, NOW),
    afterFailure(before, END, NOW),
    afterStart(before, NOW),
    expectingNothing(before, state === 'paused' ? 'new' : 'paused'),
    ...(state === 'new' || state === 'up' ? [afterLate(before)] : []),
  ];
  for (const after of steps) {
    expect(mayBecome(state, after.state), `${state} to ${after.state}`).toBe(true);
    // The schema refuses anything else.
    if (after.lateAt !== null) expect(['new', 'up']).toContain(after.state);
  }
});

test.for([
  ['start', { action: 'start', exitStatus: null }],
  ['fail', { action: 'fail', exitStatus: null }],
  ['log', { action: 'log', exitStatus: null }],
  ['0', { action: 'success', exitStatus: 0 }],
  ['1', { action: 'fail', exitStatus: 1 }],
  ['255', { action: 'fail', exitStatus: 255 }],
  ['256', null],
  ['-1', null],
  ['1.5', null],
  ['0000', null],
  ['success', null],
  ['START', null],
  ['', null],
] as const)('the suffix "%s"', ([suffix, expected]) => {
  expect(readSuffix(suffix)).toEqual(expected);
});
