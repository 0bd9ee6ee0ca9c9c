import type { MaintenanceInput, MaintenanceSchedule } from '../../main/contract/suppression.ts';
import type { MaintenanceWindow } from '../collection/collection.svelte.ts';
import { ItemForm } from '../collection/item-form.svelte.ts';
import type { Services } from '../app/services.ts';
import { text } from '../messages/text.svelte.ts';
import { browserTimeZone, fromLocalInput, momentMs, toLocalInput } from '../ui/local-moment.ts';
import { MatcherDrafts } from '../ui/matcher-drafts.svelte.ts';

const HOUR_MS = 3_600_000;

/** The draft of a maintenance window. Each kind of schedule keeps what was typed into it. */
export class MaintenanceForm extends ItemForm<MaintenanceWindow, MaintenanceInput> {
  readonly matchers: MatcherDrafts;
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

  constructor({ clock, maintenance }: Services, edited: MaintenanceWindow | null) {
    super(maintenance, edited);
    this.matchers = new MatcherDrafts(edited?.matchers ?? []);
    const now = clock.now();
    this.startsAt = toLocalInput(now);
    this.endsAt = toLocalInput(now + HOUR_MS);
    if (!edited) return;
    this.comment = edited.comment;
    this.#read(edited.schedule);
  }

  protected draft(): MaintenanceInput | null {
    if (!this.matchers.check()) return null;
    const schedule = this.#schedule();
    if (!schedule) return null;
    const { name, comment, item } = this;
    return {
      name,
      enabled: item?.enabled ?? true,
      matchers: this.matchers.texts,
      comment,
      schedule,
    };
  }

  #read(schedule: MaintenanceSchedule): void {
    if (schedule.type === 'once') {
      this.type = schedule.type;
      this.startsAt = toLocalInput(momentMs(schedule.startsAt));
      this.endsAt = toLocalInput(momentMs(schedule.endsAt));
    } else {
      Object.assign(this, structuredClone(schedule));
    }
  }

  /** Null when it cannot be sent, and then the problem is shown. */
  #schedule(): MaintenanceSchedule | null {
    const { days, from, to, expression, durationMs, timeZone } = this;
    switch (this.type) {
      case 'once': {
        const startsAt = fromLocalInput(this.startsAt);
        const endsAt = fromLocalInput(this.endsAt);
        if (startsAt === null) return this.refuse('schedule.startsAt', text('form.noMoment'));
        if (endsAt === null) return this.refuse('schedule.endsAt', text('form.noMoment'));
        if (endsAt <= startsAt) return this.refuse('schedule.endsAt', text('form.endsTooEarly'));
        return { type: 'once', startsAt, endsAt };
      }
      case 'weekly':
        if (days.length === 0) return this.refuse('schedule.days', text('form.noDay'));
        return { type: 'weekly', days: days.toSorted((a, b) => a - b), from, to, timeZone };
      case 'cron':
        return { type: 'cron', expression, durationMs, timeZone };
    }
  }
}
