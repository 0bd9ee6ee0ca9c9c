import { waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { scheduleText } from '../../../renderer/heartbeats/heartbeat-text.ts';
import { setLanguage, languageReady } from '../../../renderer/messages/text.svelte.ts';
import { cronWords } from '../../../renderer/time/cron-words.svelte.ts';
import { browserTimeZone } from '../../../renderer/ui/local-moment.ts';

/** Without the space before AM, which is a narrow one. */
const words = (expression: string): string | undefined =>
  cronWords(expression)?.replaceAll(/\s/g, ' ');

afterEach(() => {
  setLanguage('en');
});

describe('a cron expression in words', () => {
  it('is a time of each day, or of days of the week', () => {
    expect(words('30 3 * * *')).toBe('daily 3:30 AM');
    expect(words('@daily')).toBe('daily 12:00 AM');
    expect(words('0 2 * * 1')).toBe('every Monday 2:00 AM');
    expect(words('0 2 * * 0')).toBe('every Sunday 2:00 AM');
    expect(words('0 2 * * 7')).toBe('every Sunday 2:00 AM');
    expect(words('0 22 * * 1-5')).toBe('Mon–Fri 10:00 PM');
    expect(words('0 22 * * 0,6')).toBe('Sat–Sun 10:00 PM');
    expect(words('0 22 * * 0-6')).toBe('every day 10:00 PM');
  });

  it('is described by the library where it says more, once that is loaded', async () => {
    expect(words('*/15 * * * *') ?? 'every 15 minutes').toBe('every 15 minutes');
    await waitFor(() => expect(words('*/15 * * * *')).toBe('every 15 minutes'));
    expect(words('15 4 1,15 * *')).toBe('at 04:15 AM, on day 1 and 15 of the month');
    expect(words('0 12 * * 5#2')).toBe('at 12:00 PM, on the second Friday of the month');
    expect(words('no cron at all')).toBeUndefined();
  });

  it('is German in a German window', async () => {
    setLanguage('de');
    await languageReady();
    await waitFor(() => expect(words('30 3 * * *')).toBe('täglich 03:30'));
    expect(words('0 2 * * 1')).toBe('jeden Montag 02:00');
    await waitFor(() => expect(words('*/15 * * * *')).toBe('alle 15 Minuten'));
    expect(words('15 4 1,15 * *')).toBe('um 04:15, an Tag 1 und 15 des Monats');
  });

  it('names its time zone only where that is not the reader’s', () => {
    const cron = { type: 'cron', expression: '0 12 * * 1' } as const;
    const here = scheduleText({ ...cron, timeZone: browserTimeZone() });
    expect(here.replaceAll(/\s/g, ' ')).toBe('every Monday 12:00 PM');
    expect(scheduleText({ ...cron, timeZone: 'Asia/Tokyo' })).toContain('(Asia/Tokyo)');
  });
});
