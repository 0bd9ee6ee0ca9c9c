import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from './base/clock.ts';
import { defined } from './base/assert.ts';
import { LogMember } from './cluster/log-member.ts';
import type { FromLog, ToLog } from './cluster/log-messages.ts';

/** The log of a cluster in its own thread: the core waits for it as for a disk, while leases are renewed. */
const port = defined(parentPort, "the worker's port");
const member = new LogMember(
  (message: FromLog) => port.postMessage(message),
  workerData as SharedArrayBuffer,
  systemClock,
);
port.on('message', (message: ToLog) => member.receive(message));
