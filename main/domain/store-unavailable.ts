import type { Reason } from '../contract/reason.ts';
import { ReasonError } from '../messages/failures.ts';

/** The database could not take it. Nothing of the work was kept, so the sender may safely try again. */
export class StoreUnavailable extends ReasonError {
  override readonly name = 'StoreUnavailable';

  /** A text is what the database or the operating system says, in English. */
  constructor(why: Reason | string, options?: ErrorOptions) {
    super(typeof why === 'string' ? { code: 'error.store', params: { error: why } } : why, options);
  }
}
