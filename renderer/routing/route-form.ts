import { routeInput } from '../../main/contract/route.ts';
import { nameField, severityField } from '../form/common-parts.ts';
import type { FormDescription } from '../form/draft.svelte.ts';
import { text } from '../messages/text.svelte.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const ROUTE_FORM: FormDescription = {
  schema: routeInput,
  fresh: () => ({
    name: '',
    matchers: [],
    minSeverity: 'info',
    channelIds: [],
    continue: false,
    holdForMs: 0,
    resolvedForMs: 0,
    group: { by: ['host'], waitMs: 30_000 },
    reminder: { intervalMs: 4 * HOUR_MS, max: 3, minSeverity: 'info', louder: false },
    escalation: [],
  }),
  parts: [
    nameField('routing.sampleName'),
    { field: 'matchers', label: 'form.matchers', hint: 'routing.matchersHint' },
    severityField('minSeverity', 'routing.minSeverity', 'routing.minSeverityHint'),
    { field: 'channelIds', label: 'routing.channels', hint: 'routing.channelsHint' },
    { field: 'continue', label: 'routing.continue' },
    { field: 'holdForMs', label: 'routing.hold', hint: 'routing.holdHint' },
    { field: 'resolvedForMs', label: 'routing.resolvedFor', hint: 'routing.resolvedForHint' },
    {
      group: 'group',
      label: 'routing.groups',
      parts: [
        { field: 'group.by', label: 'routing.groupBy', hint: 'routing.groupByHint' },
        { field: 'group.waitMs', label: 'routing.groupWait', hint: 'routing.groupWaitHint' },
      ],
    },
    {
      group: 'reminder',
      label: 'routing.reminds',
      parts: [
        { field: 'reminder.intervalMs', label: 'routing.reminderInterval' },
        { field: 'reminder.max', label: 'routing.reminderMax', short: true },
        severityField(
          'reminder.minSeverity',
          'routing.reminderMinSeverity',
          'routing.reminderMinSeverityHint',
        ),
        {
          field: 'reminder.louder',
          label: 'routing.reminderLouder',
          hint: 'routing.reminderLouderHint',
        },
      ],
    },
    {
      each: 'escalation',
      legend: 'routing.escalation',
      hint: 'routing.escalationHint',
      item: (number) => text('routing.step', { number }),
      remove: (number) => text('routing.removeStep', { number }),
      add: 'routing.addStep',
      // Half an hour after the last one.
      fresh: (draft) => {
        const last = draft.get<{ afterMs: number }[]>('escalation').at(-1)?.afterMs ?? 0;
        return { afterMs: last + 30 * MINUTE_MS, channelIds: [] };
      },
      parts: [
        { field: 'afterMs', label: 'routing.stepAfter' },
        { field: 'channelIds', label: 'routing.stepChannels' },
      ],
    },
  ],
};
