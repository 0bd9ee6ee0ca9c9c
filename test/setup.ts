import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';

/** The resources that no test file may leave behind. Not sockets and timers: keep-alive pools own those. */
const WATCHED = ['TCPServerWrap', 'PipeServerWrap', 'ProcessWrap', 'FSEventWrap'];
/** Closing is asynchronous, so what is going away gets this many turns of the event loop to be gone. */
const TURNS_MAX = 1_000;

let before: string[] = [];

const running = (): string[] =>
  process.getActiveResourcesInfo().filter((resource) => WATCHED.includes(resource));

const leftBehind = (): string[] => {
  const expected = [...before];
  return running().filter((resource) => {
    const index = expected.indexOf(resource);
    if (index >= 0) expected.splice(index, 1);
    return index < 0;
  });
};

beforeAll(() => {
  before = running();
});

afterAll(async () => {
  for (let turn = 0; turn < TURNS_MAX && leftBehind().length > 0; turn += 1) await setImmediate();
  const leaked = leftBehind();
  if (leaked.length > 0) {
    throw new Error(`This file left running what it started: ${leaked.join(', ')}`);
  }
});
