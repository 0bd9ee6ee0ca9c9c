import type { DesktopNotice } from '../channels/desktop-notifier.ts';

/** A core that ran and is gone. */
export interface CoreCrash {
  readonly problem: string;
  /** Whether it ended for a damaged database, so that nobody can say yet what is kept. */
  readonly damaged: boolean;
  /** Whether another one is being started. */
  readonly returns: boolean;
}

const NOTHING_LOST = 'Nothing that was accepted is lost; it waits on disk.';

/** For a core that comes back. After damage its start heals the database, and says what is missing. */
export const crashNotice = ({ problem, damaged }: CoreCrash): DesktopNotice => ({
  tag: 'belfry-core',
  title: 'Belfry had to restart its core',
  body: damaged
    ? 'The database is damaged: it is put aside as it is, and the newest good backup takes its place. What is missing is said as soon as it is known.'
    : `${NOTHING_LOST} The cause: ${problem}`,
  urgency: damaged ? 'critical' : 'normal',
  route: null,
});

/** For one that does not. */
export function crashDetail({ problem, damaged }: CoreCrash): string {
  const fate = damaged
    ? 'The database was found damaged: its file is kept, and a restart says what is missing.'
    : NOTHING_LOST;
  return `The core stopped working repeatedly. ${fate} The cause: ${problem}`;
}

/** The core goes on without a window. */
export const PAGE_LOST_DETAIL = `The window crashed repeatedly. ${NOTHING_LOST}`;
