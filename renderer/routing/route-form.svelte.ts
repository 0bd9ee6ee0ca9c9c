import type { Input } from '../../main/contract/methods.ts';
import type { Severity } from '../../main/contract/primitives.ts';
import type { ShownRoute } from '../../main/contract/route.ts';
import type { Services } from '../app/services.ts';
import { ItemForm } from '../collection/item-form.svelte.ts';
import { text } from '../messages/text.svelte.ts';
import { MatcherDrafts } from '../ui/matcher-drafts.svelte.ts';
import { textList } from '../ui/text-list.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const STEPS_MAX = 10;

type RouteDraft = Input<'routes.create'>;

/** The draft of a route. What is switched off keeps its numbers until the dialog closes. */
export class RouteForm extends ItemForm<ShownRoute, RouteDraft> {
  readonly matchers: MatcherDrafts;
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
  steps = $state<ShownRoute['escalation']>([]);

  constructor({ routes }: Services, edited: ShownRoute | null) {
    super(routes, edited);
    this.matchers = new MatcherDrafts(edited?.matchers ?? []);
    if (!edited) return;
    this.minSeverity = edited.minSeverity;
    this.channelIds = [...edited.channelIds];
    this.continue = edited.continue;
    this.holdForMs = edited.holdForMs;
    if (edited.group) {
      this.groups = true;
      this.groupBy = edited.group.by.join(', ');
      this.groupWaitMs = edited.group.waitMs;
    }
    if (edited.reminder) {
      this.reminds = true;
      this.reminderIntervalMs = edited.reminder.intervalMs;
      this.reminderMax = edited.reminder.max;
    }
    this.steps = structuredClone(edited.escalation);
  }

  /** Adds a step half an hour after the last one. */
  addStep(): void {
    const last = this.steps.at(-1)?.afterMs ?? 0;
    this.steps.push({ afterMs: last + 30 * MINUTE_MS, channelIds: [] });
  }

  protected draft(): RouteDraft | null {
    if (!this.matchers.check()) return null;
    const empty = this.steps.findIndex(({ channelIds }) => channelIds.length === 0);
    if (empty >= 0) return this.refuse(`escalation.${empty}.channelIds`, text('form.noChannel'));
    return {
      name: this.name,
      ...(this.item && { enabled: this.item.enabled }),
      matchers: this.matchers.texts,
      minSeverity: this.minSeverity,
      channelIds: [...this.channelIds],
      continue: this.continue,
      holdForMs: this.holdForMs,
      group: this.groups ? { by: textList(this.groupBy), waitMs: this.groupWaitMs } : null,
      reminder: this.reminds
        ? { intervalMs: this.reminderIntervalMs, max: this.reminderMax }
        : null,
      escalation: $state.snapshot(this.steps),
    };
  }
}
