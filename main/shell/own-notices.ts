import { openAction, type DesktopNotice } from '../channels/desktop-notifier.ts';
import type { Status } from '../contract/system.ts';
import type { Messages } from '../messages/messages.ts';
import { renderReason } from '../messages/reasons.ts';
import { recoveryText, recoveryTitle } from '../messages/recovery-text.ts';

/** A core that ran and is gone. */
export interface CoreCrash {
  /** Null when nothing is known of it but that. */
  readonly problem: string | null;
  /** True if it ended for a damaged database, so that nobody can say yet what is kept. */
  readonly damaged: boolean;
  /** True if another one is being started. */
  readonly returns: boolean;
}

/** For a core that comes back. After damage its start heals the database and reports what is missing. */
export const crashNotice = (
  messages: Messages,
  { problem, damaged }: CoreCrash,
): DesktopNotice => ({
  tag: 'belfry-core',
  title: messages.text('shell.crash.title'),
  body: damaged ? messages.text('shell.crash.damaged') : keptText(messages, problem),
  urgency: damaged ? 'critical' : 'normal',
  ...opening(messages, null),
});

/** Returns what a notice of the shell's own offers: to open the window. */
export const opening = (
  messages: Messages,
  route: string | null,
): Pick<DesktopNotice, 'route' | 'alertId' | 'actions' | 'alerts' | 'sound'> => ({
  route,
  alertId: null,
  actions: [openAction(messages)],
  alerts: null,
  sound: null,
});

const causeText = (messages: Messages, problem: string | null): string =>
  messages.text('shell.cause', { problem: problem ?? messages.text('shell.crash.noError') });

const keptText = (messages: Messages, problem: string | null): string =>
  `${messages.text('shell.nothingLost')} ${causeText(messages, problem)}`;

/** For one that does not. */
export const crashDetail = (messages: Messages, { problem, damaged }: CoreCrash): string =>
  damaged
    ? [
        messages.text('shell.crash.repeatedDamage'),
        ...(problem === null ? [] : [causeText(messages, problem)]),
      ].join(' ')
    : `${messages.text('shell.crash.repeated')} ${keptText(messages, problem)}`;

/** For a page that is lost; the core keeps running without a window. */
export const pageLostDetail = (messages: Messages): string =>
  `${messages.text('shell.crash.window')} ${messages.text('shell.nothingLost')}`;

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
      return notice(messages, title, recoveryText(messages, recovery), 'critical');
    }
    if (writable === wasWritable) return null;
    if (!writable) {
      const problem = reason ? renderReason(messages, reason) : '';
      return notice(messages, messages.text('shell.storage.failed'), problem, 'critical');
    }
    const body = messages.text('shell.storage.restoredBody');
    return notice(messages, messages.text('shell.storage.restored'), body, 'normal');
  }
}

const notice = (
  messages: Messages,
  title: string,
  body: string,
  urgency: DesktopNotice['urgency'],
): DesktopNotice => ({
  tag: 'belfry-storage',
  title,
  body,
  urgency,
  ...opening(messages, null),
});
