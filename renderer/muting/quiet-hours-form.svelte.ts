import { ok } from '../../main/contract/result.ts';
import type { QuietHours } from '../../main/contract/settings.ts';
import type { WeeklyPeriod } from '../../main/contract/suppression.ts';
import type { WindowClient } from '../client/window-client.ts';
import { Remote } from '../live/remote.svelte.ts';
import { text } from '../messages/text.svelte.ts';
import { browserTimeZone } from '../ui/local-moment.ts';
import { Submission } from '../ui/submission.svelte.ts';

export const PERIODS_MAX = 20;

const EVERY_NIGHT: WeeklyPeriod = { days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '07:00' };

/** Quiet hours as they are being edited. What somebody else changes meanwhile does not undo what is typed. */
export class QuietHoursForm {
  readonly #client: WindowClient;
  readonly remote: Remote<QuietHours>;
  readonly submission = new Submission();
  enabled = $state(false);
  criticalPasses = $state(true);
  timeZone = $state('');
  periods = $state<WeeklyPeriod[]>([]);

  constructor(client: WindowClient) {
    this.#client = client;
    this.remote = new Remote(async () => {
      const answer = await client.call('settings.get', {});
      return answer.ok ? ok(answer.value.quietHours) : answer;
    });
  }

  async load(): Promise<void> {
    await this.remote.load();
    if (this.remote.value) Object.assign(this, structuredClone(this.remote.value));
  }

  addPeriod(): void {
    this.periods.push(structuredClone(EVERY_NIGHT));
  }

  removePeriod(index: number): void {
    this.periods.splice(index, 1);
  }

  /** Somebody who switches them on wants a night of quiet, not an empty week, and their own time zone. */
  setEnabled(enabled: boolean): void {
    this.enabled = enabled;
    if (!enabled || this.periods.length > 0) return;
    this.addPeriod();
    this.timeZone = browserTimeZone();
  }

  /** Returns true if the host took them; the submission's problems say why not. */
  async save(): Promise<boolean> {
    const empty = this.periods.findIndex(({ days }) => days.length === 0);
    if (empty >= 0) {
      this.submission.refuse({ [`quietHours.periods.${empty}.days`]: text('form.noDay') });
      return false;
    }
    const { enabled, criticalPasses, timeZone } = this;
    const periods = $state.snapshot(this.periods).map((period) => ({
      ...period,
      days: period.days.toSorted((a, b) => a - b),
    }));
    const quietHours = { enabled, criticalPasses, timeZone, periods };
    const saved = await this.submission.send(() =>
      this.#client.call('settings.update', { quietHours }),
    );
    if (saved) Object.assign(this, structuredClone(saved.quietHours));
    return saved !== null;
  }
}
