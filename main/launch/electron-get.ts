import { join } from 'node:path';
import { downloadArtifact as download } from '@electron/get';
import { systemClock } from '../base/clock.ts';
import { errorText } from '../base/logger.ts';
import { hostMessages } from '../messages/host-messages.ts';
import { ResumingDownloader } from './resuming-downloader.ts';

/** A report of the child that fetches Electron to its parent. */
export type FetchReport =
  | { readonly type: 'progress'; readonly bytes: number; readonly bytesTotal: number | null }
  | { readonly type: 'failed'; readonly problem: string };

const STALL_MS = 30_000;
const PARTIAL_DIR = join(import.meta.dirname, '..', '..', 'out', 'electron-download');

const report = (message: FetchReport): void => void process.send?.(message);

const downloader = new ResumingDownloader({
  partialDir: PARTIAL_DIR,
  stallMs: STALL_MS,
  clock: systemClock,
  messages: hostMessages(),
  onProgress: (bytes, bytesTotal) => report({ type: 'progress', bytes, bytesTotal }),
});

/** Stands in for the function of @electron/get that Electron's install.js calls, with our downloader. */
export const downloadArtifact: typeof download = async (details) => {
  try {
    return await download({ ...details, downloader });
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    report({ type: 'failed', problem: errorText(cause) });
    throw error;
  }
};
