/** The database could not take it. Nothing of the work was kept, so the sender may safely try again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
