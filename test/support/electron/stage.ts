import { EventEmitter } from 'node:events';

/** The app's actions that somebody outside must play out (a page to load) or may look at (an opened link). */
export interface StageEvents {
  load: [{ contentsId: number; url: string; preload: string }];
  send: [{ contentsId: number; channel: string; args: unknown[] }];
  closed: [{ contentsId: number }];
}

/** Between the stand-in's modules and whoever drives it: a test in the same process, or one at the other end of a pipe. */
export const stage = new EventEmitter<StageEvents>();

/** The record of what happened, in order, for tests to look at. */
export const record = {
  openedLinks: [] as string[],
  openedPaths: [] as string[],
  /** The path at which a person saves a file; empty for one who cancels. */
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
