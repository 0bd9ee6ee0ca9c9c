import { parentPort, workerData } from 'node:worker_threads';
import { defined } from './base/assert.ts';
import { systemClock } from './base/clock.ts';
import { ThreadFront } from './transport/http-thread/thread-front.ts';
import type { ThreadOptions, ToThread } from './transport/http-thread/thread-messages.ts';

/** The HTTP server in a thread of its own, so that reading and answering requests keeps no commit waiting. */
const port = defined(parentPort, "the worker's port");
const front = new ThreadFront(workerData as ThreadOptions, systemClock, (message) =>
  port.postMessage(message),
);
port.on('message', (message: ToThread) => front.receive(message));
void front.start();
