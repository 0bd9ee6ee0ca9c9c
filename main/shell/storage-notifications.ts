import type { DesktopNotice } from '../channels/desktop-notifier.ts';
import type { Status } from '../contract/system.ts';
import type { Messages } from '../messages/messages.ts';
import { renderReason } from '../messages/reasons.ts';
import { recoveryText, recoveryTitle } from '../messages/recovery-text.ts';

/** Makes one notification for each change of the storage's state. */
export class StorageNotifications {
  #writable = true;
  #recoveredAt: number | null = null;

  /** Null when nothing is new. */
  of(
    messages: Messages,
    { storage, recovery }: Pick<Status, 'storage' | 'recovery'>,
  ): DesktopNotice | null {
    const { writable, reason } = storage;
    const wasWritable = this.#writable;
    const recoveredBefore = this.#recoveredAt;
    this.#writable = writable;
    if (writable) this.#recoveredAt = recovery?.at ?? null;
    // A start that heals also stores again; what is missing matters more.
    if (writable && recovery !== null && recovery.at !== recoveredBefore) {
      const title = recoveryTitle(messages, recovery);
      return notice(title, recoveryText(messages, recovery), 'critical');
    }
    if (writable === wasWritable) return null;
    if (!writable)
      return notice(
        messages.text('shell.storage.failed'),
        reason ? renderReason(messages, reason) : '',
        'critical',
      );
    const body = messages.text('shell.storage.restoredBody');
    return notice(messages.text('shell.storage.restored'), body, 'normal');
  }
}

const notice = (title: string, body: string, urgency: DesktopNotice['urgency']): DesktopNotice => ({
  tag: 'belfry-storage',
  title,
  body,
  urgency,
  route: null,
});
