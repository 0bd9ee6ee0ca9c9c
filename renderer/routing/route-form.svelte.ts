import type { Input } from '../../main/contract/methods.ts';
import type { Severity } from '../../main/contract/primitives.ts';
import type { ShownRoute } from '../../main/contract/route.ts';
import type { WindowClient } from '../client/window-client.ts';
import { MatcherDrafts, matcherPaths } from '../ui/matcher-drafts.svelte.ts';
import { Submission } from '../ui/submission.svelte.ts';
import { textList } from '../ui/text-list.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const STEPS_MAX = 10;

/** One escalation step as it is being edited. */
export class StepDraft {
  afterMs = $state(0);
  channelIds = $state<string[]>([]);

  constructor(afterMs: number, channelIds: readonly string[]) {
    this.afterMs = afterMs;
    this.channelIds = [...channelIds];
  }
}

const FIELDS = [
  'name',
  ...matcherPaths('matchers'),
  'channelIds',
  'holdForMs',
  'group.by',
  'group.waitMs',
  'reminder.intervalMs',
  'reminder.max',
  'escalation',
  ...Array.from({ length: STEPS_MAX }, (_, index) => [
    `escalation.${index}.afterMs`,
    `escalation.${index}.channelIds`,
  ]).flat(),
];

/** The draft of a new or an existing route. What is switched off keeps its numbers until the dialog closes. */
export class RouteForm {
  readonly #client: WindowClient;
  readonly #route: ShownRoute | null;
  readonly submission = new Submission();
  readonly matchers: MatcherDrafts;
  name = $state('');
  minSeverity = $state<Severity>('info');
  channelIds = $state<string[]>([]);
  continue = $state(false);
  holdForMs = $state(0);
  groups = $state(false);
  groupBy = $state('host');
  groupWaitMs = $state(30_000);
  reminds = $state(false);
  reminderIntervalMs = $state(4 * HOUR_MS);
  reminderMax = $state(3);
  #steps = $state.raw<readonly StepDraft[]>([]);

  constructor(client: WindowClient, route: ShownRoute | null) {
    this.#client = client;
    this.#route = route;
    this.matchers = new MatcherDrafts(route?.matchers ?? []);
    if (!route) return;
    this.name = route.name;
    this.minSeverity = route.minSeverity;
    this.channelIds = [...route.channelIds];
    this.continue = route.continue;
    this.holdForMs = route.holdForMs;
    if (route.group) {
      this.groups = true;
      this.groupBy = route.group.by.join(', ');
      this.groupWaitMs = route.group.waitMs;
    }
    if (route.reminder) {
      this.reminds = true;
      this.reminderIntervalMs = route.reminder.intervalMs;
      this.reminderMax = route.reminder.max;
    }
    this.#steps = route.escalation.map((step) => new StepDraft(step.afterMs, step.channelIds));
  }

  get steps(): readonly StepDraft[] {
    return this.#steps;
  }

  /** A step half an hour after the last one. */
  addStep(): void {
    const last = this.#steps.at(-1)?.afterMs ?? 0;
    this.#steps = [...this.#steps, new StepDraft(last + 30 * MINUTE_MS, [])];
  }

  removeStep(step: StepDraft): void {
    this.#steps = this.#steps.filter((other) => other !== step);
  }

  /** The saved route, or null when it was refused; the submission's problems then say why. */
  async save(): Promise<ShownRoute | null> {
    if (!this.matchers.check()) return null;
    const empty = this.#steps.findIndex(({ channelIds }) => channelIds.length === 0);
    if (empty >= 0) {
      this.submission.refuse({ [`escalation.${empty}.channelIds`]: 'must name a channel' });
      return null;
    }
    const route = this.#route;
    const input = this.#input();
    return this.submission.send(
      () =>
        route
          ? this.#client.call('routes.update', { id: route.id, ...input, enabled: route.enabled })
          : this.#client.call('routes.create', input),
      FIELDS,
    );
  }

  #input(): Input<'routes.create'> {
    return {
      name: this.name,
      matchers: this.matchers.texts,
      minSeverity: this.minSeverity,
      channelIds: [...this.channelIds],
      continue: this.continue,
      holdForMs: this.holdForMs,
      group: this.groups ? { by: textList(this.groupBy), waitMs: this.groupWaitMs } : null,
      reminder: this.reminds
        ? { intervalMs: this.reminderIntervalMs, max: this.reminderMax }
        : null,
      escalation: this.#steps.map(({ afterMs, channelIds }) => ({
        afterMs,
        channelIds: [...channelIds],
      })),
    };
  }
}
