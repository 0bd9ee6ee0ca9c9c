import type { NotificationEvent } from '../../contract/notification.ts';
import type { Severity } from '../../contract/primitives.ts';
import type { QuietHours } from '../../contract/settings.ts';
import type { Calendar } from '../../domain/calendar-span.ts';
import { weeklyCalendar } from '../../domain/calendar.ts';

/** The quiet hours in force, with a calendar that is made anew only when the setting has changed. */
export class QuietHoursWatch {
  readonly #setting: () => QuietHours;
  #known: QuietHours | null = null;
  #words = '';
  #calendar: Calendar | null = null;

  constructor(setting: () => QuietHours) {
    this.#setting = setting;
  }

  /** The setting as one comparable text. */
  get version(): string {
    this.#follow();
    return this.#words;
  }

  /** The end of the quiet hours that are on at `now`, whatever may pass; null outside. */
  until(now: number): number | null {
    return this.#follow()?.spanAt(now)?.endsAt ?? null;
  }

  /** The end of the quiet hours that hold such news at `now`; null when it may be told. */
  holds(severity: Severity, event: NotificationEvent, now: number): number | null {
    const calendar = this.#follow();
    if (calendar === null) return null;
    // That something is well again, or in somebody's hands, can always wait for the morning.
    const flapExpiry = event === 'resolved' || event === 'acknowledged';
    if (severity === 'critical' && !flapExpiry && this.#known?.criticalPasses) return null;
    return calendar.spanAt(now)?.endsAt ?? null;
  }

  /** The next moment after `now` at which they begin or end; null when none will. */
  nextChangeAt(now: number): number | null {
    const calendar = this.#follow();
    return calendar?.spanAt(now)?.endsAt ?? calendar?.nextStart(now) ?? null;
  }

  #follow(): Calendar | null {
    const setting = this.#setting();
    if (setting === this.#known) return this.#calendar;
    this.#known = setting;
    const words = JSON.stringify(setting);
    if (words === this.#words) return this.#calendar;
    this.#words = words;
    const { enabled, periods, timeZone } = setting;
    this.#calendar = enabled && periods.length > 0 ? weeklyCalendar(periods, timeZone) : null;
    return this.#calendar;
  }
}
