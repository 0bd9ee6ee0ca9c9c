import { text } from '../messages/text.svelte.ts';

/** In this order, since most browsers also name those that they descend from. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg(?:A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/(?:Firefox|FxiOS)\//, 'Firefox'],
  [/(?:Chrome|CriOS)\//, 'Chrome'],
  [/Version\/\S+.* Safari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];
const SHOWN_CHARS = 60;

const nameIn = (userAgent: string, names: typeof BROWSERS): string | undefined =>
  names.find(([pattern]) => pattern.test(userAgent))?.[1];

/** Returns "Firefox on Linux" for a User-Agent header, or the beginning of what it says. */
export function browserName(userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return text('settings.sessions.unknownBrowser');
  const browser = nameIn(userAgent, BROWSERS);
  const system = nameIn(userAgent, SYSTEMS);
  if (browser === undefined) {
    return userAgent.length > SHOWN_CHARS ? `${userAgent.slice(0, SHOWN_CHARS)}…` : userAgent;
  }
  return system === undefined
    ? browser
    : text('settings.sessions.browserOnSystem', { browser, system });
}
