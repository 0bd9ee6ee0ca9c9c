import type { Rectangle } from 'electron';
import { z } from 'zod';
import type { Logger } from '../base/logger.ts';
import { StateFile } from './state-file.ts';

const FILE_NAME = 'window.json';
/** More than any screen; what is beyond is no size. */
const PIXELS_MAX = 100_000;
/** Chromium's own limits. */
const ZOOM_LEVEL_MAX = 9;
/** So much of the title bar must be on a screen for a person to reach it. */
const VISIBLE_PIXELS = { width: 100, height: 30 };

const pixels = z.int().min(-PIXELS_MAX).max(PIXELS_MAX);
const length = z.int().min(1).max(PIXELS_MAX);

/** How the window was when it was last closed. */
const windowState = z.object({
  size: z.object({ width: length, height: length }),
  /** Null where the window cannot know it (Wayland). */
  place: z.object({ x: pixels, y: pixels }).nullable(),
  maximized: z.boolean(),
  zoomLevel: z.number().min(-ZOOM_LEVEL_MAX).max(ZOOM_LEVEL_MAX),
  /** The route of a view, without what was open in it. */
  view: z.string().regex(/^#\/[a-z-]{1,40}$/),
});
export type WindowState = z.infer<typeof windowState>;

const INITIAL: WindowState = {
  size: { width: 1_100, height: 760 },
  place: null,
  maximized: false,
  zoomLevel: 0,
  view: '#/alerts',
};

/**
 * Returns the file that remembers the window. It is no setting: nobody sets it, the window needs it before the core
 * runs, and it means nothing on another computer.
 */
export const windowStateFile = (dataDir: string, logger: Logger): StateFile<WindowState> =>
  new StateFile({
    dataDir,
    name: FILE_NAME,
    schema: windowState,
    initial: INITIAL,
    logger,
  });

/**
 * Returns where a remembered window opens on these screens: no larger than one, and at its place only if its
 * title bar can be reached there, since the screen that it was on may be gone.
 */
export function boundsOn(
  { size, place }: Pick<WindowState, 'size' | 'place'>,
  workAreas: readonly Rectangle[],
): { width: number; height: number; x?: number; y?: number } {
  const overlap = (from: number, length: number, areaFrom: number, areaLength: number): number =>
    Math.min(from + length, areaFrom + areaLength) - Math.max(from, areaFrom);
  const area = workAreas.find(
    ({ x, y, width, height }) =>
      place !== null &&
      overlap(place.x, size.width, x, width) >= VISIBLE_PIXELS.width &&
      overlap(place.y, VISIBLE_PIXELS.height, y, height) >= VISIBLE_PIXELS.height,
  );
  const fits = area ?? workAreas[0];
  return {
    width: Math.min(size.width, fits?.width ?? size.width),
    height: Math.min(size.height, fits?.height ?? size.height),
    ...(area && place),
  };
}

/** Returns true if windows do not know where they are, nor that they are minimised. */
export const isWayland = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean =>
  platform === 'linux' && env['XDG_SESSION_TYPE'] === 'wayland';

/** Returns the view in the address of the window's page, without what is open in it; null if it names none. */
export function viewIn(address: string): string | null {
  return /^#\/[a-z-]+/.exec(new URL(address).hash)?.[0] ?? null;
}
