import { settings } from '../../main/contract/settings.ts';
import type { WeeklyPeriod } from '../../main/contract/suppression.ts';
import { timeZoneField, weeklyParts } from '../form/common-parts.ts';
import type { FormDescription } from '../form/draft.svelte.ts';
import { text } from '../messages/text.svelte.ts';
import { browserTimeZone } from '../ui/local-moment.ts';
import WeekPicture from './WeekPicture.svelte';

const everyNight = (): WeeklyPeriod => ({
  days: [1, 2, 3, 4, 5, 6, 7],
  from: '22:00',
  to: '07:00',
});

export const QUIET_HOURS_FORM: FormDescription = {
  schema: settings.pick({ quietHours: true }),
  fresh: () => ({}),
  parts: [
    {
      field: 'quietHours.enabled',
      label: 'muting.quietHours.enable',
      // Somebody who switches them on wants a night of quiet, not an empty week, and their own time zone.
      chosen: (draft, enabled: boolean) => {
        const periods = draft.get<WeeklyPeriod[]>('quietHours.periods');
        if (!enabled || periods.length > 0) return;
        periods.push(everyNight());
        draft.set('quietHours.timeZone', browserTimeZone());
      },
    },
    { own: WeekPicture },
    {
      each: 'quietHours.periods',
      item: (number) => text('muting.quietHours.period', { number }),
      remove: (number) => text('muting.quietHours.removePeriod', { number }),
      add: 'muting.quietHours.addPeriod',
      fresh: everyNight,
      parts: weeklyParts('', 'muting.quietHours.startsOn'),
    },
    timeZoneField('quietHours.timeZone'),
    { field: 'quietHours.criticalPasses', label: 'muting.quietHours.criticalPasses' },
  ],
};
