import type { Failure } from '../../main/contract/result.ts';
import type { QuietHours } from '../../main/contract/settings.ts';
import type { WeeklyPeriod } from '../../main/contract/suppression.ts';
import type { WindowClient } from '../client/window-client.ts';
import { Remote } from '../live/remote.svelte.ts';
import { browserTimeZone } from '../ui/local-moment.ts';
import { Submission } from '../ui/submission.svelte.ts';

export const PERIODS_MAX = 20;

const EVERY_NIGHT: WeeklyPeriod = { days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '07:00' };
const FIELDS = [
  'quietHours.timeZone',
  ...Array.from({ length: PERIODS_MAX }, (_, index) =>
    ['days', 'from', 'to'].map((field) => `quietHours.periods.${index}.${field}`),
  ).flat(),
];

/** One period as it is being edited. */
export class PeriodDraft implements WeeklyPeriod {
  days = $state<number[]>([]);
  from = $state('');
  to = $state('');

  constructor({ days, from, to }: WeeklyPeriod) {
    this.days = [...days];
    this.from = from;
    this.to = to;
  }
}

/** Quiet hours as they are being edited. What somebody else changes meanwhile does not undo what is typed. */
export class QuietHoursForm {
  readonly #client: WindowClient;
  readonly #remote: Remote<QuietHours>;
  readonly submission = new Submission();
  enabled = $state(false);
  criticalPasses = $state(true);
  timeZone = $state('');
  #periods = $state.raw<readonly PeriodDraft[]>([]);

  constructor(client: WindowClient) {
    this.#client = client;
    this.#remote = new Remote(async () => {
      const answer = await client.call('settings.get', {});
      return answer.ok ? { ok: true, value: answer.value.quietHours } : answer;
    });
  }

  get isLoaded(): boolean {
    return this.#remote.value !== null;
  }

  get failure(): Failure | null {
    return this.#remote.failure;
  }

  get periods(): readonly PeriodDraft[] {
    return this.#periods;
  }

  async load(): Promise<void> {
    await this.#remote.load();
    if (this.#remote.value) this.#read(this.#remote.value);
  }

  addPeriod(): void {
    this.#periods = [...this.#periods, new PeriodDraft(EVERY_NIGHT)];
  }

  removePeriod(period: PeriodDraft): void {
    this.#periods = this.#periods.filter((other) => other !== period);
  }

  /** Somebody who switches them on wants a night of quiet, not an empty week, and their own time zone. */
  setEnabled(enabled: boolean): void {
    this.enabled = enabled;
    if (!enabled || this.#periods.length > 0) return;
    this.addPeriod();
    this.timeZone = browserTimeZone();
  }

  /** Whether the host took them; the submission's problems say why not. */
  async save(): Promise<boolean> {
    const empty = this.#periods.findIndex(({ days }) => days.length === 0);
    if (empty >= 0) {
      this.submission.refuse({ [`quietHours.periods.${empty}.days`]: 'must be at least one day' });
      return false;
    }
    const { enabled, criticalPasses, timeZone } = this;
    const periods = this.#periods.map(({ days, from, to }) => ({
      days: days.toSorted((a, b) => a - b),
      from,
      to,
    }));
    const saved = await this.submission.send(
      () =>
        this.#client.call('settings.update', {
          quietHours: { enabled, criticalPasses, timeZone, periods },
        }),
      FIELDS,
    );
    if (saved) this.#read(saved.quietHours);
    return saved !== null;
  }

  #read({ enabled, criticalPasses, timeZone, periods }: QuietHours): void {
    this.enabled = enabled;
    this.criticalPasses = criticalPasses;
    this.timeZone = timeZone;
    this.#periods = periods.map((period) => new PeriodDraft(period));
  }
}
