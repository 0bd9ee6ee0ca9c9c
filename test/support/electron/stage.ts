import { EventEmitter } from 'node:events';

/** What the app did that somebody outside must play out (a page to load) or may look at (a link it opened). */
export interface StageEvents {
  load: [{ contentsId: number; url: string; preload: string }];
  send: [{ contentsId: number; channel: string; args: unknown[] }];
  closed: [{ contentsId: number }];
}

/** Between the stand-in's modules and whoever drives it: a test in the same process, or one at the other end of a pipe. */
export const stage = new EventEmitter<StageEvents>();

/** What happened, in order, for tests to look at. */
export const record = {
  openedLinks: [] as string[],
  openedPaths: [] as string[],
  /** Where a person saves a file; empty for one who cancels. */
  savePath: '',
  errorBoxes: [] as { title: string; content: string }[],
  messageBoxes: [] as { message: string; detail: string }[],
  /** The arguments of each. */
  relaunches: [] as string[][],
  aboutPanel: {} as Electron.AboutPanelOptionsOptions,
  clipboard: '',
  loginItems: [] as Electron.Settings[],
  /** The power save blockers that run. */
  blockers: [] as number[],
};
