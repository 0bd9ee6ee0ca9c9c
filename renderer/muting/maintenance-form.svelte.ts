import type { Output } from '../../main/contract/methods.ts';
import type { MaintenanceInput, MaintenanceSchedule } from '../../main/contract/suppression.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { WindowClock } from '../time/clock.ts';
import { browserTimeZone, fromLocalInput, momentMs, toLocalInput } from '../ui/local-moment.ts';
import { MatcherDrafts, matcherPaths } from '../ui/matcher-drafts.svelte.ts';
import { Submission } from '../ui/submission.svelte.ts';

export type MaintenanceWindow = Output<'maintenance.create'>;

const HOUR_MS = 3_600_000;
const FIELDS = [
  'name',
  ...matcherPaths('matchers'),
  'comment',
  ...['startsAt', 'endsAt', 'days', 'from', 'to', 'timeZone', 'expression', 'durationMs'].map(
    (field) => `schedule.${field}`,
  ),
];

/** The draft of a new or an existing maintenance window. Each kind of schedule keeps what was typed into it. */
export class MaintenanceForm {
  readonly #client: WindowClient;
  readonly #window: MaintenanceWindow | null;
  readonly submission = new Submission();
  readonly matchers: MatcherDrafts;
  name = $state('');
  comment = $state('');
  type = $state<MaintenanceSchedule['type']>('once');
  startsAt = $state('');
  endsAt = $state('');
  days = $state<number[]>([6, 7]);
  from = $state('22:00');
  to = $state('06:00');
  expression = $state('0 3 * * 0');
  durationMs = $state(HOUR_MS);
  timeZone = $state(browserTimeZone());

  constructor(client: WindowClient, clock: WindowClock, edited: MaintenanceWindow | null) {
    this.#client = client;
    this.#window = edited;
    this.matchers = new MatcherDrafts(edited?.matchers ?? []);
    const now = clock.now();
    this.startsAt = toLocalInput(now);
    this.endsAt = toLocalInput(now + HOUR_MS);
    if (!edited) return;
    this.name = edited.name;
    this.comment = edited.comment;
    this.#read(edited.schedule);
  }

  /** The saved window, or null when it was refused; the submission's problems then say why. */
  async save(): Promise<MaintenanceWindow | null> {
    if (!this.matchers.check()) return null;
    const schedule = this.#schedule();
    if (!schedule) return null;
    const edited = this.#window;
    const input: MaintenanceInput = {
      name: this.name,
      enabled: edited?.enabled ?? true,
      matchers: this.matchers.texts,
      comment: this.comment,
      schedule,
    };
    return this.submission.send(
      () =>
        edited
          ? this.#client.call('maintenance.update', { id: edited.id, ...input })
          : this.#client.call('maintenance.create', input),
      FIELDS,
    );
  }

  #read(schedule: MaintenanceSchedule): void {
    this.type = schedule.type;
    switch (schedule.type) {
      case 'once':
        this.startsAt = toLocalInput(momentMs(schedule.startsAt));
        this.endsAt = toLocalInput(momentMs(schedule.endsAt));
        break;
      case 'weekly':
        this.days = [...schedule.days];
        this.from = schedule.from;
        this.to = schedule.to;
        this.timeZone = schedule.timeZone;
        break;
      case 'cron':
        this.expression = schedule.expression;
        this.durationMs = schedule.durationMs;
        this.timeZone = schedule.timeZone;
        break;
    }
  }

  /** Null when it cannot be sent, and then the problem is shown. */
  #schedule(): MaintenanceSchedule | null {
    const { days, from, to, expression, durationMs, timeZone } = this;
    switch (this.type) {
      case 'once': {
        const startsAt = fromLocalInput(this.startsAt);
        const endsAt = fromLocalInput(this.endsAt);
        if (startsAt === null) return this.#refuse('startsAt', 'must be a date and a time');
        if (endsAt === null) return this.#refuse('endsAt', 'must be a date and a time');
        if (endsAt <= startsAt) return this.#refuse('endsAt', 'must be after its beginning');
        return { type: 'once', startsAt, endsAt };
      }
      case 'weekly':
        if (days.length === 0) return this.#refuse('days', 'must be at least one day');
        return { type: 'weekly', days: days.toSorted((a, b) => a - b), from, to, timeZone };
      case 'cron':
        return { type: 'cron', expression, durationMs, timeZone };
    }
  }

  #refuse(field: string, problem: string): null {
    this.submission.refuse({ [`schedule.${field}`]: problem });
    return null;
  }
}
