import type { DesktopNotice } from '../channels/desktop-port.ts';
import type { Status } from '../contract/system.ts';

/** What is to be said of the storage when its state changes: once for each change. */
export class StorageNews {
  #writable = true;
  #recoveredAt: number | null = null;

  /** Null when nothing is new. */
  of({ storage, recovery }: Pick<Status, 'storage' | 'recovery'>): DesktopNotice | null {
    const { writable, problem } = storage;
    const wasWritable = this.#writable;
    const recoveredBefore = this.#recoveredAt;
    this.#writable = writable;
    this.#recoveredAt = recovery?.at ?? null;
    if (writable !== wasWritable) {
      return writable
        ? notice('Belfry stores again', 'It takes and delivers as before.', 'normal')
        : notice('Belfry cannot store anything', problem ?? '', 'critical');
    }
    if (recovery === null || recovery.at === recoveredBefore) return null;
    return notice('Part of the database was lost', recovery.text, 'critical');
  }
}

const notice = (title: string, body: string, urgency: DesktopNotice['urgency']): DesktopNotice => ({
  tag: 'belfry-storage',
  title,
  body,
  urgency,
  route: null,
});
