import { parentPort, workerData } from 'node:worker_threads';
import { defined } from '../../main/base/assert.ts';
import type { FromCore, ToCore } from '../../main/transport/worker-messages.ts';

/** A core worker that does what its script says, to see what the shell makes of it. Not the real core. */
export interface CoreScript {
  /** Refuses to start, with this message. */
  readonly failure?: string;
  /** Never confirms that it stopped. */
  readonly hangs?: boolean;
}

const port = defined(parentPort, 'the port');
const script = workerData as CoreScript;
const post = (message: FromCore): void => port.postMessage(message);

function fail(why: { message: string; damaged: boolean }): void {
  post({ type: 'failed', ...why });
  port.close();
}

function answer(message: Extract<ToCore, { type: 'call' }>): void {
  const { id, name, input } = message;
  if (name === 'system.status') throw new Error('scripted crash');
  if (name === 'backups.create') return fail({ message: 'scripted damage', damaged: true });
  if (name === 'tokens.list') return;
  if (name === 'channels.test') {
    const notice = { tag: 'a1', title: 't', body: 'b', urgency: 'normal', route: null } as const;
    post({
      type: 'show',
      id: 7,
      notice: { ...notice, alertId: null, actions: [], alerts: null, sound: null },
    });
    post({ type: 'close', tag: 'a2' });
  }
  post({ type: 'answer', id, result: { ok: true, value: { name, input } } });
}

port.on('message', (message: ToCore) => {
  switch (message.type) {
    case 'call':
      return answer(message);
    case 'subscribe':
      return post({
        type: 'push',
        id: message.id,
        message: { type: 'hello', epoch: 'scripted', seq: message.id },
      });
    case 'unsubscribe':
    case 'resumed':
    case 'mayRecover':
    case 'keysChanged':
    case 'keysUnchanged':
    case 'abandon':
      return;
    case 'shown':
      // Sent back as a push, where the test can see it.
      return post({
        type: 'push',
        id: 1,
        message: { type: 'open', route: JSON.stringify(message.outcome) },
      });
    case 'stop':
      if (script.hangs) return;
      post({ type: 'stopped' });
      port.close();
  }
});

if (script.failure === undefined) {
  post({ type: 'ready' });
} else {
  fail({ message: script.failure, damaged: false });
}
