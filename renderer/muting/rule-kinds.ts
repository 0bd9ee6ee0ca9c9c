import type { RuleGroup } from '../../main/contract/rules.ts';
import {
  inhibitionInput,
  maintenanceInput,
  type Inhibition,
  type MaintenanceSchedule,
} from '../../main/contract/suppression.ts';
import type { ItemOf } from '../collection/collection.svelte.ts';
import {
  COMMENT_FIELD,
  cronField,
  nameField,
  timeZoneField,
  weeklyParts,
} from '../form/common-parts.ts';
import { chosen, type FormDescription } from '../form/draft.svelte.ts';
import { messages, text } from '../messages/text.svelte.ts';
import { browserTimeZone, momentMs, wholeMinute } from '../ui/local-moment.ts';
import { alertsMatching } from '../ui/matcher-text.ts';
import { scheduleText } from './schedule-text.ts';

const HOUR_MS = 3_600_000;

/** The state of an enabled rule: words, or a message with a moment. */
type Badge =
  | { readonly tone: 'warning' | 'neutral'; readonly text: string }
  | {
      readonly tone: 'warning' | 'info';
      readonly message: 'muting.maintenance.activeUntil' | 'muting.maintenance.next';
      readonly at: number;
    };

/** One kind of rule as the window shows it. */
export interface RuleKind<T> {
  readonly form: FormDescription;
  readonly badge: (rule: T, nowMs: number) => Badge | null;
  /** Returns what it does, in a line or more. */
  readonly lines: (rule: T, nowMs: number) => readonly string[];
  /** Returns the consequence of deleting it. */
  readonly loss: (rule: T, nowMs: number) => string;
}

const isActive = ({ activeUntil }: ItemOf<'maintenance'>, nowMs: number): boolean =>
  activeUntil !== null && activeUntil > nowMs;

const maintenance: RuleKind<ItemOf<'maintenance'>> = {
  form: {
    schema: maintenanceInput,
    fresh: (nowMs) => ({
      name: '',
      matchers: [],
      announceTo: [],
      comment: '',
      schedule: {
        type: 'once',
        startsAt: wholeMinute(nowMs),
        endsAt: wholeMinute(nowMs + HOUR_MS),
        days: [6, 7],
        from: '22:00',
        to: '06:00',
        expression: '0 3 * * 0',
        durationMs: HOUR_MS,
        timeZone: browserTimeZone(),
      },
    }),
    parts: [
      nameField('muting.maintenance.sampleName'),
      {
        field: 'schedule.type',
        label: 'form.schedule',
        option: (type: MaintenanceSchedule['type']) => text(`muting.maintenance.type.${type}`),
      },
      {
        when: chosen('schedule.type', 'once'),
        parts: [
          { field: 'schedule.startsAt', label: 'form.start' },
          {
            field: 'schedule.endsAt',
            label: 'form.end',
            hint: () => text('muting.maintenance.zoneHint', { zone: browserTimeZone() }),
          },
        ],
      },
      { when: chosen('schedule.type', 'weekly'), parts: weeklyParts('schedule.', 'form.days') },
      {
        when: chosen('schedule.type', 'cron'),
        parts: [
          cronField('schedule.expression', 'form.cronHint'),
          { field: 'schedule.durationMs', label: 'form.duration' },
        ],
      },
      {
        when: chosen('schedule.type', 'weekly', 'cron'),
        parts: [timeZoneField('schedule.timeZone')],
      },
      {
        field: 'matchers',
        label: 'muting.maintenance.matchers',
        hint: 'muting.maintenance.matchersHint',
      },
      {
        field: 'announceTo',
        label: 'muting.maintenance.announceTo',
        hint: 'muting.maintenance.announceToHint',
      },
      COMMENT_FIELD,
    ],
    check(draft) {
      const { type, startsAt, endsAt } = draft.get<Record<string, string | number>>('schedule');
      const isBackward = momentMs(endsAt ?? 0) <= momentMs(startsAt ?? 0);
      return type === 'once' && isBackward ? { 'schedule.endsAt': text('form.endsTooEarly') } : {};
    },
  },
  badge(rule, nowMs) {
    if (isActive(rule, nowMs))
      return {
        tone: 'warning',
        message: 'muting.maintenance.activeUntil',
        at: rule.activeUntil ?? 0,
      };
    return rule.nextStartsAt === null
      ? { tone: 'neutral', text: text('muting.maintenance.past') }
      : { tone: 'info', message: 'muting.maintenance.next', at: rule.nextStartsAt };
  },
  lines: ({ schedule, matchers, announceTo }, nowMs) => [
    scheduleText(schedule, nowMs),
    text('muting.maintenance.covers', { alerts: alertsMatching(matchers) }),
    ...(announceTo.length > 0
      ? [text('muting.maintenance.announced', { count: announceTo.length })]
      : []),
  ],
  loss: (rule, nowMs) =>
    text(
      isActive(rule, nowMs) ? 'muting.maintenance.deleteActive' : 'muting.maintenance.deleteIdle',
    ),
};

/** Returns what an inhibition does, in a sentence. */
export function inhibitionText({
  sourceMatchers,
  targetMatchers,
  equal,
}: Pick<Inhibition, 'sourceMatchers' | 'targetMatchers' | 'equal'>): string {
  const source = alertsMatching(sourceMatchers);
  const target = alertsMatching(targetMatchers);
  return equal.length === 0
    ? text('muting.inhibition.rule', { source, target })
    : text('muting.inhibition.ruleIfEqual', { source, target, labels: messages().list(equal) });
}

const inhibitions: RuleKind<ItemOf<'inhibitions'>> = {
  form: {
    schema: inhibitionInput,
    fresh: () => ({ name: '', sourceMatchers: [], targetMatchers: [], equal: ['host'] }),
    parts: [
      nameField('muting.inhibition.sampleName'),
      {
        field: 'sourceMatchers',
        label: 'muting.inhibition.source',
        hint: 'muting.inhibition.sourceHint',
      },
      {
        field: 'targetMatchers',
        label: 'muting.inhibition.target',
        hint: 'muting.inhibition.targetHint',
      },
      {
        field: 'equal',
        label: 'muting.inhibition.equal',
        hint: 'muting.inhibition.equalHint',
      },
      {
        // The rule as far as it is typed.
        say: (draft) => {
          const rule = draft.sent as unknown as Inhibition;
          const isComplete = rule.sourceMatchers.length > 0 && rule.targetMatchers.length > 0;
          return isComplete ? inhibitionText(rule) : undefined;
        },
      },
    ],
  },
  badge: ({ activeSources: count }) =>
    count > 0 ? { tone: 'warning', text: text('muting.inhibition.active', { count }) } : null,
  lines: (rule) => [inhibitionText(rule)],
  loss: ({ activeSources }) =>
    text(activeSources > 0 ? 'muting.inhibition.deleteActive' : 'muting.inhibition.deleteIdle'),
};

/** Every kind of rule that mutes, with the tab and the dialog that it has. */
export const RULE_KINDS: { readonly [G in RuleGroup]: RuleKind<ItemOf<G>> } = {
  maintenance,
  inhibitions,
};
