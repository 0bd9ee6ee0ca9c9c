import type { cronstrue } from './cron-library.ts';
import { messages, text } from '../messages/text.svelte.ts';
import { daysText } from '../ui/weekdays.ts';

type Library = typeof cronstrue;

/** A minute and an hour as numbers, any day of the month, any month, and days of the week as numbers. */
const AT_A_TIME = /^(\d{1,2}) (\d{1,2}) \* \* (\*|[0-7](?:[-,][0-7])*)$/;

/** The nicknames of what runs at a time. */
const NICKNAMES: Readonly<Record<string, string>> = {
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
};

/** One for the window, as its language is. Null until an expression needs it, and while it loads. */
let library = $state.raw<Library | null>(null);
let isAsked = false;

/** Loads what describes expressions. Without it, as when the host is gone, they stand as they are. */
async function load(): Promise<void> {
  isAsked = true;
  try {
    library = (await import('./cron-library.ts')).cronstrue;
  } catch {
    isAsked = false;
  }
}

/** Returns when a cron expression runs, as "daily 03:30"; null while or where there are no words for it. */
export function cronWords(expression: string): string | null {
  const trimmed = expression.trim();
  const words = atATime(NICKNAMES[trimmed.toLowerCase()] ?? trimmed);
  if (words !== null) return words;
  if (!library) {
    if (!isAsked) void load();
    return null;
  }
  return described(library, expression);
}

function atATime(expression: string): string | null {
  const [, minute, hour, days] = AT_A_TIME.exec(expression) ?? [];
  if (minute === undefined || hour === undefined || days === undefined) return null;
  const time = messages().timeOfDay(new Date(2024, 0, 1, Number(hour), Number(minute)).getTime());
  if (days === '*') return text('time.cron.daily', { time });
  const chosen = weekdays(days);
  const [only] = chosen;
  return chosen.length === 1 && only !== undefined
    ? text('time.cron.weekly', { day: messages().weekday(only), time })
    : text('time.cron.days', { days: daysText(chosen), time });
}

/** Returns the days of a field of numbers, 0 and 7 Sunday, as ISO numbers. */
function weekdays(field: string): number[] {
  const numbers = field.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  });
  return [...new Set(numbers.map((day) => (day === 0 ? 7 : day)))];
}

function described(known: Library, expression: string): string | null {
  const { locale, language } = messages();
  const { hour12 } = new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).resolvedOptions();
  try {
    const words = known.toString(expression, {
      locale: language,
      use24HourTimeFormat: hour12 !== true,
    });
    return words.charAt(0).toLowerCase() + words.slice(1);
  } catch {
    // It describes fewer expressions than the host knows.
    return null;
  }
}
