import { ok } from '../contract/result.ts';
import type { RejectedInputService } from '../system/rejected-input-service.ts';
import type { Handlers } from './dispatch.ts';

type RejectedHandlers = Pick<Handlers, Extract<keyof Handlers, `rejected.${string}`>>;

/** The contract's methods about what could not be read. */
export const rejectedInputHandlers = (rejected: RejectedInputService): RejectedHandlers => ({
  'rejected.list': (query) => ok(rejected.list(query)),
  'rejected.get': ({ id }) => rejected.get(id),
  'rejected.replay': ({ id }, { actor }) => rejected.replay(id, actor),
  'rejected.delete': ({ id }, { actor }) => rejected.delete(id, actor),
  'rejected.clear': (_input, { actor }) => rejected.clear(actor),
});
