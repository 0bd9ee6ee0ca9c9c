import { parentPort } from 'node:worker_threads';
import type { ToCore } from '../../../main/transport/http-thread/thread-messages.ts';

/** An HTTP thread that says that it listens, and then meets a bug of its own. */
const listening: ToCore = { type: 'listening', url: 'http://127.0.0.1:1' };
parentPort?.postMessage(listening);
setImmediate(() => {
  throw new Error('a bug of the front');
});
