import type { DesktopNotice } from '../channels/desktop-notifier.ts';
import { recoveryTitle } from '../contract/backup.ts';
import type { Status } from '../contract/system.ts';

/** What is to be said of the storage when its state changes: once for each change. */
export class StorageNotifications {
  #writable = true;
  #recoveredAt: number | null = null;

  /** Null when nothing is new. */
  of({ storage, recovery }: Pick<Status, 'storage' | 'recovery'>): DesktopNotice | null {
    const { writable, problem } = storage;
    const wasWritable = this.#writable;
    const recoveredBefore = this.#recoveredAt;
    this.#writable = writable;
    if (writable) this.#recoveredAt = recovery?.at ?? null;
    // A start that heals also stores again; what is missing is the news of the two.
    if (writable && recovery !== null && recovery.at !== recoveredBefore) {
      return notice(recoveryTitle(recovery), recovery.text, 'critical');
    }
    if (writable === wasWritable) return null;
    return writable
      ? notice('Belfry stores again', 'It takes and delivers as before.', 'normal')
      : notice('Belfry cannot store anything', problem ?? '', 'critical');
  }
}

const notice = (title: string, body: string, urgency: DesktopNotice['urgency']): DesktopNotice => ({
  tag: 'belfry-storage',
  title,
  body,
  urgency,
  route: null,
});
