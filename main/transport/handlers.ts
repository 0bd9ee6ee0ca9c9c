import type { AlertBook } from '../alerts/alert-book.ts';
import { eventInput, type EventOutcome } from '../contract/alert.ts';
import type { ParsedInput } from '../contract/methods.ts';
import { fail, ok } from '../contract/result.ts';
import type { Caller } from '../domain/caller.ts';
import { readApiEvent } from '../ingest/api-event.ts';
import { noSuchChannel, toChannel, type ChannelBook } from '../queue/channel-book.ts';
import type { NotificationBook } from '../queue/notification-book.ts';
import type { Pause } from '../queue/pause.ts';
import type { SettingsBook } from '../system/settings-book.ts';
import type { StatusBoard } from '../system/status-board.ts';
import type { Handlers } from './dispatch.ts';
import { describeIssues } from './issues.ts';

export interface HandlersDeps {
  readonly alerts: AlertBook;
  readonly notifications: NotificationBook;
  readonly channels: ChannelBook;
  readonly settings: SettingsBook;
  readonly status: StatusBoard;
  readonly pause: Pause;
}

type CoreHandlers = Omit<
  Handlers,
  'tokens.list' | 'tokens.create' | 'tokens.delete' | 'session.link'
>;

/** The contract over the services. What needs thought is in them; this only connects. */
export function coreHandlers(deps: HandlersDeps): CoreHandlers {
  const { alerts, notifications, channels, settings, status, pause } = deps;
  return {
    'events.ingest': (input, caller) => ingest(alerts, input, caller),
    'alerts.list': (query) => alerts.list(query),
    'alerts.get': ({ id }) => {
      const found = alerts.get(id);
      if (!found) return fail('not_found', 'There is no alert with this id.');
      const { alert, timeline } = found;
      return ok({ ...alert, timeline, notifications: notifications.byAlert(id) });
    },
    'alerts.acknowledge': ({ id }, { actor }) => alerts.acknowledge(id, actor),
    'alerts.resolve': ({ id }, { actor }) => alerts.resolve(id, actor),
    'notifications.list': (query) => ok(notifications.list(query)),
    'notifications.stats': () => ok(notifications.stats()),
    'notifications.get': ({ id }) => notifications.detail(id),
    'notifications.requeue': ({ id }, { actor }) => notifications.requeue(id, actor),
    'notifications.discard': ({ id }, { actor }) => notifications.discard(id, actor),
    'channels.list': () => ok({ items: channels.all().map(toChannel) }),
    'channels.get': ({ id }) => {
      const row = channels.get(id);
      return row ? ok(toChannel(row)) : noSuchChannel();
    },
    'channels.create': (input, { actor }) => channels.create(input, actor),
    'channels.update': (patch, { actor }) => channels.update(patch, actor),
    'channels.delete': ({ id }, { actor }) => channels.delete(id, actor),
    'channels.test': ({ id }) => notifications.test(id),
    'settings.get': () => ok(settings.current()),
    'settings.update': (patch, { actor }) => settings.update(patch, actor),
    'system.status': () => ok(status.status()),
    'deliveries.pause': async ({ durationMs }, { actor }) => {
      await pause.begin(durationMs, actor);
      return ok(status.status());
    },
    'deliveries.resume': async (_input, { actor }) => {
      await pause.end(actor);
      return ok(status.status());
    },
  };
}

/** Stores what is valid in one unit and says of each item, by its place, what became of it. */
async function ingest(alerts: AlertBook, input: ParsedInput<'events.ingest'>, caller: Caller) {
  const items = Array.isArray(input) ? input : [input];
  const outcomes: (EventOutcome | null)[] = [];
  const events = [];
  let firstProblem: [string, unknown] | null = null;
  for (const item of items) {
    const parsed = eventInput.safeParse(item);
    if (parsed.success) {
      events.push(readApiEvent(parsed.data, caller.source));
      outcomes.push(null);
    } else {
      const [message, details] = describeIssues(parsed.error);
      firstProblem ??= [message, details];
      outcomes.push({ action: 'rejected', message });
    }
  }
  if (events.length === 0 && firstProblem) return fail('invalid_input', ...firstProblem);
  const applied = (await alerts.ingest(events)).values();
  const results = outcomes.map((outcome) => outcome ?? (applied.next().value as EventOutcome));
  return ok({ accepted: events.length, results });
}
