import { parentPort } from 'node:worker_threads';
import { defined } from './base/assert.ts';
import { systemClock } from './base/clock.ts';
import { ThreadFront } from './transport/http-thread/thread-front.ts';
import type { ToCore, ToThread } from './transport/http-thread/thread-messages.ts';

/** The HTTP server in its own thread, so that reading and answering requests keeps no commit waiting. */
const port = defined(parentPort, "the worker's port");
const post = (message: ToCore): void => port.postMessage(message);
let front: ThreadFront | null = null;

port.on('message', (message: ToThread) => {
  if (message.type === 'start') {
    front = new ThreadFront(message.options, systemClock, post);
    void front.start();
  } else if (front !== null) front.receive(message);
  else if (message.type === 'stop') post({ type: 'stopped' });
});
