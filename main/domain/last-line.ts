/** Colours and cursor movements of terminals (ECMA-48 §5.4), and the titles that they set. */
// eslint-disable-next-line no-control-regex -- these are control characters
const TERMINAL = /\x1B(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(?:\x07|\x1B\\)?|[@-Z\\-_])/g;

const BAR = /[[|(](?=[\s.]*[=#*>-])[=#*.>\-\s]{4,}[\])|]|[█▉▊▋▌▍▎▏░▒▓━]{2,}/u;
const SHARE = /%|\d\S{0,20}\s{0,3}\/\s{0,3}\d|\beta\b/i;

/** restic's `[1:05] 45.00% …`, rsync's `1,234 45% 1.2MB/s …`, and `Uploading: 45 %`. */
const PROGRESS =
  /^(?:\[?(?:\d+:)?\d+:\d\d\]?\s+\d+(?:\.\d+)?\s*%|[\d.,]+[kmgt]?\s+\d+%\s+[\d.,]+\s*[kmgt]?i?b\/s|(?:progress|\p{L}+ing)\b[^\p{L}]*\d+(?:\.\d+)?\s*%[^\p{L}]*$)/iu;

const DAYS =
  'mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?';
const MONTHS =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const SIZES = '[kmgtp]?i?b(?:ytes?)?(?:\\/s)?|[kmgt]|ms|[hms]';

/** Words of dates, times, sizes and rates, which say nothing without others. */
const UNITS = new RegExp(
  `\\b(?:${DAYS}|${MONTHS}|utc|gmt|ce?s?t|[ap]m|eta|it\\/s)\\b|(?<=\\d)(?:t(?=\\d)|z\\b|(?:${SIZES})\\b)|(?<=\\d )(?:${SIZES})\\b`,
  'gi',
);

/** Nothing that shows progress is longer, and what looks for it takes longer for longer lines. */
const LOOKED_CHARS_MAX = 400;

function saysSomething(whole: string): boolean {
  const line = whole.slice(0, LOOKED_CHARS_MAX);
  if (PROGRESS.test(line) || (BAR.test(line) && SHARE.test(line))) return false;
  return /\p{L}/u.test(line.replace(UNITS, ''));
}

/**
 * Returns the last line of a log that says something: no ruler, progress bar, bare number or time. Where
 * none does, the last that is not blank; undefined when all are. A line may have been written over and
 * over, as progress is.
 */
export function lastMeaningfulLine(log: string): string | undefined {
  const lines = log
    .replace(TERMINAL, '')
    .split(/[\r\n\u2028\u2029]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.findLast(saysSomething) ?? lines.at(-1);
}
