import type {
  Inhibition,
  MaintenanceSchedule,
  WeeklyPeriod,
} from '../../main/contract/suppression.ts';
import { absoluteTime, duration } from '../time/time-text.ts';
import { momentMs } from '../ui/local-moment.ts';
import { matcherWords, sentence } from '../ui/matcher-labels.ts';
import { daysWords } from '../ui/weekdays.ts';

/** A weekly period: "Mon–Fri 22:00–06:00"; one that ends where it begins lasts all day. */
export const periodWords = ({ days, from, to }: WeeklyPeriod): string =>
  `${daysWords(days)} ${from}–${to}${to <= from ? ' of the next day' : ''}`;

const momentWords = (moment: string | number): string => absoluteTime(momentMs(moment));

/** When a maintenance window is on. */
export function scheduleWords(schedule: MaintenanceSchedule): string {
  switch (schedule.type) {
    case 'once':
      return `Once, from ${momentWords(schedule.startsAt)} to ${momentWords(schedule.endsAt)}`;
    case 'weekly':
      return `${sentence(periodWords(schedule))} (${schedule.timeZone})`;
    case 'cron':
      return `At ${schedule.expression} for ${duration(schedule.durationMs)} (${schedule.timeZone})`;
  }
}

/** What an inhibition does, in a sentence. */
export function inhibitionWords({
  sourceMatchers,
  targetMatchers,
  equal,
}: Pick<Inhibition, 'sourceMatchers' | 'targetMatchers' | 'equal'>): string {
  const source = matcherWords(sourceMatchers);
  const target = matcherWords(targetMatchers);
  const provided = equal.length > 0 ? `, if they agree in ${equal.join(' and ')}` : '';
  return `While ${source} fire, ${target} are not told${provided}.`;
}
