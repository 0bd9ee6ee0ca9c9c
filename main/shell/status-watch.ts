import type { Client, Unsubscribe } from '../contract/client.ts';
import type { PushMessage } from '../contract/push.ts';
import type { Status } from '../contract/system.ts';

/** Follows the core's status: asks for it at the start and after each gap, then takes it from the pushes. */
export function watchStatus(core: Client, onStatus: (status: Status) => void): Unsubscribe {
  const ask = async (): Promise<void> => {
    const answer = await core.call('system.status', {});
    if (answer.ok) onStatus(answer.value);
  };
  return core.subscribe((message: PushMessage) => {
    if (message.type === 'hello' || message.type === 'resync') void ask();
    if (message.type !== 'batch') return;
    const latest = message.changes.findLast((change) => change.entity === 'status');
    if (latest) onStatus(latest.value);
  });
}
