import { z } from 'zod';
import { HOMEPAGE } from '../base/app-id.ts';
import type { AvailableUpdate } from '../contract/system.ts';
import { plainText } from './bounded-text.ts';

const NOTES_CHARS_MAX = 4_000;
/** Of each part of a version. */
const VERSION = /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/;

/** The fields of a release that are read; pages and files that it names are not. */
const release = z.object({
  tag_name: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().default(false),
  prerelease: z.boolean().default(false),
});

/**
 * Returns a release that is newer than `current`, from the text of a feed; null for any other, and for what is
 * no release. The text is hostile: the version is three numbers, the notes are plain text of a bounded length,
 * and the link is one of the project's pages.
 */
export function newerRelease(text: string, current: string): AvailableUpdate | null {
  const parsed = release.safeParse(jsonOf(text));
  if (!parsed.success || parsed.data.draft || parsed.data.prerelease) return null;
  const offered = partsOf(parsed.data.tag_name);
  const own = partsOf(current);
  if (offered === null || own === null || !isNewer(offered, own)) return null;
  const version = offered.join('.');
  const notes = plainText((parsed.data.body ?? '').slice(0, NOTES_CHARS_MAX));
  return { version, url: `${HOMEPAGE}/releases/tag/v${version}`, notes };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is no release either.
    return null;
  }
}

/** Returns null for what is no version, and for one before a release, such as `1.0.0-beta.1`. */
const partsOf = (version: string): number[] | null =>
  VERSION.exec(version)?.slice(1).map(Number) ?? null;

function isNewer(offered: readonly number[], own: readonly number[]): boolean {
  const difference = offered.map((part, index) => part - (own[index] ?? 0)).find((it) => it !== 0);
  return difference !== undefined && difference > 0;
}
