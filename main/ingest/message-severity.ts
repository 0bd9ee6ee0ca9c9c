import type { Severity } from '../contract/primitives.ts';
import { rankOf } from '../domain/alert-state.ts';

/** Below it a colour is a shade of grey, which means nothing. */
const SATURATION_MIN = 0.25;

/** Slack's names, which others took over. */
const NAMED: Readonly<Record<string, Severity>> = {
  good: 'info',
  warning: 'warning',
  danger: 'critical',
};

/** Hues in degrees: red up to the first and from the last on, then orange and yellow, then green. */
const ORANGE = 16;
const GREEN = 70;
const BLUE = 175;
const RED = 330;

/** Returns the hue in degrees; null for grey, black and white. */
function hueOf(rgb: number): number | null {
  const channels = [(rgb >> 16) & 0xff, (rgb >> 8) & 0xff, rgb & 0xff] as const;
  const [red, green, blue] = channels;
  const max = Math.max(...channels);
  const range = max - Math.min(...channels);
  if (max === 0 || range / max < SATURATION_MIN) return null;
  const sixth =
    max === red
      ? (green - blue) / range
      : max === green
        ? 2 + (blue - red) / range
        : 4 + (red - green) / range;
  return (sixth * 60 + 360) % 360;
}

/**
 * Returns what a colour says, as a traffic light does: red is critical, orange and yellow a warning, green
 * info. Null for any other colour, which is only decoration.
 */
export function severityOfColour(colour: string | number): Severity | null {
  if (typeof colour === 'string' && Object.hasOwn(NAMED, colour)) return NAMED[colour] ?? null;
  const digits = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(String(colour))?.[1];
  const hex = digits?.length === 3 ? digits.replaceAll(/./g, '$&$&') : digits;
  const rgb = typeof colour === 'number' ? colour : Number.parseInt(hex ?? '', 16);
  const hue = Number.isSafeInteger(rgb) && rgb >= 0 && rgb <= 0xffffff ? hueOf(rgb) : null;
  if (hue === null) return null;
  if (hue < ORANGE || hue >= RED) return 'critical';
  return hue < GREEN ? 'warning' : hue < BLUE ? 'info' : null;
}

/** A text says what happened in its beginning; a word far down in a log says nothing of the whole. */
const HEADLINE_CHARS = 300;

const OVER =
  /\b(?:resolved|recovered|recovery|cleared|back to normal|succeeded|successful(?:ly)?)\b|✅|🟢|:white_check_mark:|:large_green_circle:/i;
const CRITICAL =
  /\b(?:critical|emergency|fatal|panic|disaster|down|offline)\b|🔴|🚨|🔥|:red_circle:|:rotating_light:|:fire:/i;
const WARNING =
  /\b(?:warning|warn|failed|failure|fail|error|errors|degraded|unhealthy|problem)\b|⚠|❌|🟠|🟡|:x:/i;

/** Returns what the first words of a message say. A good end named beside a failure (`recovered from down`) is info. */
export function severityOfWords(text: string): Severity {
  const headline = text.slice(0, HEADLINE_CHARS);
  if (OVER.test(headline)) return 'info';
  return CRITICAL.test(headline) ? 'critical' : WARNING.test(headline) ? 'warning' : 'info';
}

/** Returns the worst of what colours say; without any, what the words say. */
export function severityOfMessage(colours: readonly (string | number)[], text: string): Severity {
  const meant = colours.map(severityOfColour).filter((each) => each !== null);
  const [worst] = meant.toSorted((a, b) => rankOf(b) - rankOf(a));
  return worst ?? severityOfWords(text);
}
