import {
  heartbeatInput,
  type Heartbeat,
  type HeartbeatKind,
  type HeartbeatSchedule,
} from '../../main/contract/heartbeat.ts';
import type { JobKind } from '../../main/contract/job.ts';
import type { Collection, DraftOf } from '../collection/collection.svelte.ts';
import { ItemForm } from '../collection/item-form.svelte.ts';
import { cronField, nameField, severityField, timeZoneField } from '../form/common-parts.ts';
import { chosen, type FormDescription, type Draft } from '../form/draft.svelte.ts';
import { text } from '../messages/text.svelte.ts';
import { browserTimeZone } from '../ui/local-moment.ts';

const HOUR_MS = 3_600_000;

/** A cron expression of a time of day alone. */
const DAILY = /^(\d{1,2}) (\d{1,2}) \* \* \*$/;

/** The types of schedules as they are chosen: one that runs once a day needs no cron expression. */
const TYPES = ['period', 'daily', 'cron'] as const;

/** Returns the time of day, `03:30`, at which a schedule runs each day; null for any other schedule. */
function dailyAt(schedule: HeartbeatSchedule): string | null {
  const [, minute, hour] = schedule.type === 'cron' ? (DAILY.exec(schedule.expression) ?? []) : [];
  return hour === undefined || minute === undefined
    ? null
    : `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
}

const itemOf = (draft: Draft): Heartbeat | null => (draft as HeartbeatForm).item;

const HEARTBEAT_FORM: FormDescription = {
  schema: heartbeatInput,
  fresh: () => ({
    name: '',
    slug: '',
    host: '',
    kind: 'stale_schedule',
    severity: 'warning',
    schedule: {
      type: 'period',
      periodMs: 24 * HOUR_MS,
      expression: '0 3 * * *',
      at: '03:00',
      timeZone: browserTimeZone(),
    },
    graceMs: HOUR_MS,
    job: { host: '', job: 'backup', group: '' },
  }),
  parts: [
    nameField('heartbeats.sampleName'),
    {
      field: 'kind',
      label: 'heartbeats.kind',
      hint: (draft) => text(`heartbeats.kindHint.${draft.get<HeartbeatKind>('kind')}`),
      option: (kind: HeartbeatKind) => text(`heartbeats.kindName.${kind}`),
    },
    {
      field: 'schedule.type',
      label: 'form.schedule',
      choices: () => TYPES.map((value) => ({ value, label: text(`heartbeats.type.${value}`) })),
    },
    {
      when: chosen('schedule.type', 'period'),
      parts: [{ field: 'schedule.periodMs', label: 'heartbeats.interval' }],
    },
    {
      when: chosen('schedule.type', 'daily'),
      parts: [
        {
          row: [
            { field: 'schedule.at', kind: 'time', label: 'heartbeats.at', required: true },
            timeZoneField('schedule.timeZone'),
          ],
        },
      ],
    },
    {
      when: chosen('schedule.type', 'cron'),
      parts: [
        {
          row: [
            cronField('schedule.expression', 'heartbeats.cronHint'),
            timeZoneField('schedule.timeZone'),
          ],
        },
      ],
    },
    { field: 'graceMs', label: 'heartbeats.grace', hint: 'heartbeats.graceHint' },
    {
      row: [
        {
          field: 'host',
          label: 'form.host',
          hint: 'heartbeats.hostHint',
          example: (draft) => draft.get('name'),
        },
        severityField('severity'),
      ],
    },
    {
      field: 'slug',
      kind: 'code',
      label: 'heartbeats.slug',
      hint: (draft) => text(itemOf(draft) ? 'heartbeats.slugKept' : 'heartbeats.slugMade'),
      example: (draft) => itemOf(draft)?.slug ?? 'nightly-backup',
      input: { maxlength: 64 },
    },
    {
      group: 'job',
      label: 'heartbeats.watchesJob',
      parts: [
        {
          row: [
            {
              field: 'job.job',
              label: 'heartbeats.jobLabel',
              hint: 'heartbeats.jobHint',
              option: (job: JobKind) => text(`heartbeats.job.${job}`),
            },
            { field: 'job.host', label: 'heartbeats.jobHost' },
            {
              field: 'job.group',
              label: 'heartbeats.jobGroup',
              hint: 'heartbeats.jobGroupHint',
            },
          ],
        },
      ],
    },
  ],
};

/** The draft of a heartbeat. Its slug is sent only when another one is typed, and a time of day as a cron expression. */
export class HeartbeatForm extends ItemForm<Heartbeat, DraftOf<'heartbeats'>> {
  constructor(collection: Collection<Heartbeat, DraftOf<'heartbeats'>>, edited: Heartbeat | null) {
    super(collection, edited, HEARTBEAT_FORM);
    const at = edited && dailyAt(edited.schedule);
    if (at === null) return;
    this.set('schedule.type', 'daily');
    this.set('schedule.at', at);
  }

  override get sent() {
    const { slug, ...sent } = super.sent;
    return {
      ...sent,
      ...(slug !== undefined && slug !== this.item?.slug && { slug }),
      ...(this.get('schedule.type') === 'daily' && { schedule: this.#daily }),
    };
  }

  get #daily(): HeartbeatSchedule {
    const [hour, minute] = this.get<string>('schedule.at').split(':').map(Number);
    const timeZone = this.get<string>('schedule.timeZone');
    return { type: 'cron', expression: `${minute} ${hour} * * *`, timeZone };
  }
}
