import type { DesktopNotice } from '../channels/desktop-notifier.ts';
import type { Messages } from '../messages/messages.ts';

/** A core that ran and is gone. */
export interface CoreCrash {
  readonly problem: string;
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
  route: null,
});

const keptText = (messages: Messages, problem: string): string =>
  `${messages.text('shell.nothingLost')} ${messages.text('shell.cause', { problem })}`;

/** For one that does not. */
export const crashDetail = (messages: Messages, { problem, damaged }: CoreCrash): string =>
  damaged
    ? `${messages.text('shell.crash.repeatedDamage')} ${messages.text('shell.cause', { problem })}`
    : `${messages.text('shell.crash.repeated')} ${keptText(messages, problem)}`;

/** For a page that is lost; the core keeps running without a window. */
export const pageLostDetail = (messages: Messages): string =>
  `${messages.text('shell.crash.window')} ${messages.text('shell.nothingLost')}`;
