import { z } from 'zod';
import type { settingsEntry } from '../../contract/config-document.ts';
import type { Settings } from '../../contract/settings.ts';
import { changedSettings, type SettingsService } from '../settings-service.ts';
import { changedSecrets, type Facts, type Known, type Section } from './section.ts';

export type SettingsEntry = z.output<typeof settingsEntry>;

const KEY = 'settings';

/** Whoever knows the address can say that Belfry lives, so it leaves only sealed. */
const secretsOf = z.strictObject({ outboundHeartbeatUrl: z.string() });

/** Returns the settings as a file says them; where the heartbeat goes is shown nowhere. */
const factsOf = ({ outboundHeartbeat: { everyMinutes }, ...rest }: Settings): Facts => ({
  ...rest,
  outboundHeartbeat: { everyMinutes },
});

/** Settings are one thing, and what a file leaves out of them stays. */
export const settingsSection = (book: SettingsService): Section<SettingsEntry> => ({
  name: 'settings',
  known: () => {
    const url = book.heartbeatUrl();
    // One that cannot be opened is as good as none.
    const secrets = url.ok && url.value !== null ? { outboundHeartbeatUrl: url.value } : {};
    return new Map([[KEY, { id: KEY, facts: factsOf(book.current()), secrets }]]);
  },
  written: ({ facts, secrets }: Known, sealed) =>
    sealed && Object.keys(secrets).length > 0
      ? { ...facts, secrets: sealed.seal(secrets, KEY) }
      : facts,
  keyOf: () => [KEY, KEY],
  want: (entry, known, { sealed }) => {
    const opened =
      sealed && entry.secrets !== undefined ? sealed.open(entry.secrets, KEY) : undefined;
    const read = secretsOf.safeParse(opened);
    if (opened === null || (opened !== undefined && !read.success))
      return changedSecrets('secrets');
    const inClear = entry.outboundHeartbeat?.url;
    const url = inClear === undefined ? read.data?.outboundHeartbeatUrl : inClear;
    const secrets =
      url === undefined
        ? (known?.secrets ?? {})
        : url === null
          ? {}
          : { outboundHeartbeatUrl: url };
    const facts = factsOf(changedSettings(book.current(), entry));
    return { ok: true, wanted: { entry, facts, secrets, notes: [] } };
  },
  put: (unit, { entry: { secrets: _sealed, ...patch }, secrets }, _id, actor) => {
    const url = secretsOf.safeParse(secrets).data?.outboundHeartbeatUrl ?? null;
    const outboundHeartbeat = { ...patch.outboundHeartbeat, url };
    return book.updateIn(unit, { ...patch, outboundHeartbeat }, actor);
  },
  remove: () => ({ ok: true, value: { status: 'deleted' } }),
});
