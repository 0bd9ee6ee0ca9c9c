import type { Alert } from '../../main/contract/alert.ts';
import { formatSearch } from '../../main/contract/search.ts';
import { alertTitle } from '../alerts/alert-labels.ts';
import { paramsOf } from '../alerts/saved-view-form.ts';
import { formatRoute, SETTINGS_PARTS, VIEWS } from '../app/route.ts';
import type { Services } from '../app/services.ts';
import { messages, text } from '../messages/text.svelte.ts';
import { VIEW_KEYS } from '../shell/navigation.ts';
import { PAUSES } from '../shell/pause.svelte.ts';

/** Something that the palette goes to or does. */
export interface Command {
  readonly id: string;
  readonly label: string;
  /** Says what kind of thing it is: a view, an action, an alert. */
  readonly hint: string;
  run(): void;
}

/** Alerts that are looked for by name. */
const ALERTS_MAX = 8;

/** Returns every view, those of alerts that were saved, the parts of the settings, and the actions that are possible now. */
export function fixedCommands({ router, pause, cores, views }: Services): Command[] {
  const view = text('palette.view');
  const action = text('palette.action');
  const parts = SETTINGS_PARTS.filter((part) => part !== 'cores' || cores !== null);
  return [
    ...VIEWS.map((name) => ({
      ...{ id: `view-${name}`, label: text(VIEW_KEYS[name]), hint: view },
      run: () => router.go(name),
    })),
    ...(views.items ?? []).map(({ id, name, params }) => ({
      ...{ id: `saved-${id}`, label: name, hint: text('palette.savedView') },
      run: () => router.open(formatRoute('alerts', null, paramsOf(params))),
    })),
    ...parts.map((part) => ({
      id: `settings-${part}`,
      label: text('palette.settings', { part: text(`settings.tab.${part}`) }),
      hint: view,
      run: () => router.showSettings(part),
    })),
    {
      ...{ id: 'silence', label: text('muting.silence.new'), hint: action },
      run: () => router.beginSilence(),
    },
    ...(pause.current === null
      ? PAUSES.map(({ ms }) => ({
          id: `pause-${ms}`,
          label: text('palette.pause', { time: messages().duration(ms, { width: 'long' }) }),
          hint: action,
          run: () => void pause.start(ms),
        }))
      : [
          {
            ...{ id: 'resume', label: text('palette.resume'), hint: action },
            run: () => void pause.resume(),
          },
        ]),
  ];
}

const wordsOf = (typed: string): string[] =>
  typed
    .trim()
    .split(/\s+/u)
    .filter((word) => word !== '');

/** Returns the commands that have each word in their label or hint, those that begin with the text first. */
export function matching(commands: readonly Command[], typed: string): Command[] {
  const start = typed.trim().toLowerCase();
  const words = wordsOf(start);
  const rank = ({ label }: Command): number => (label.toLowerCase().startsWith(start) ? 0 : 1);
  return commands
    .filter(({ label, hint }) => {
      const searched = `${label} ${hint}`.toLowerCase();
      return words.every((word) => searched.includes(word));
    })
    .toSorted((a, b) => rank(a) - rank(b));
}

/** Finds alerts by what is typed, as words: those that are not closed, the newest first. */
export async function alertCommands(
  { client, router }: Services,
  typed: string,
): Promise<Command[]> {
  const words = wordsOf(typed);
  if (words.length === 0) return [];
  const answer = await client.call('alerts.list', {
    q: formatSearch({ words, matchers: [] }),
    state: ['open', 'acknowledged'],
    limit: ALERTS_MAX,
  });
  // The views and actions are found without the core as well.
  if (!answer.ok) return [];
  return answer.value.items.map((alert: Alert) => ({
    ...{ id: alert.id, label: alertTitle(alert), hint: text(`common.severity.${alert.severity}`) },
    run: () => router.go('alerts', alert.id),
  }));
}
