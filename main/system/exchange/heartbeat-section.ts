import { z } from 'zod';
import type { HeartbeatEntry } from '../../contract/config-document.ts';
import { heartbeatInput } from '../../contract/heartbeat.ts';
import { slugFrom } from '../../domain/heartbeat-slug.ts';
import type { HeartbeatService } from '../../heartbeats/heartbeat-service.ts';
import { byKey, changedSecrets, inputOf, type Section } from './section.ts';

const KIND = 'heartbeats';

/** Whoever knows the ping id may ping, so it leaves only sealed. */
const secretsOf = z.strictObject({ pingId: z.uuid() });

/** Heartbeats, called by their slugs; whether they are paused, and all that they heard, is no configuration. */
export const heartbeatSection = ({ collection }: HeartbeatService): Section<HeartbeatEntry> => ({
  name: 'heartbeats',
  known: () =>
    byKey(
      collection.list(),
      ({ slug }) => slug,
      (row) => ({
        id: row.id,
        facts: inputOf(heartbeatInput, row),
        secrets: { pingId: row.pingId },
      }),
    ),
  written: ({ facts, secrets }, sealed) =>
    sealed ? { ...facts, secrets: sealed.seal(secrets, KIND) } : facts,
  keyOf: ({ slug, name }) => ['slug', slug ?? slugFrom(name)],
  want: (entry, known, { sealed }) => {
    const { pingId, secrets, ...input } = entry;
    const opened = sealed && secrets !== undefined ? sealed.open(secrets, KIND) : undefined;
    const read = secretsOf.safeParse(opened);
    if (opened === null || (opened !== undefined && !read.success))
      return changedSecrets('secrets');
    const address = pingId ?? read.data?.pingId;
    const notes =
      known || address !== undefined ? [] : [{ code: 'note.ping_address', params: {} } as const];
    return {
      ok: true,
      wanted: {
        entry,
        facts: {
          ...inputOf(heartbeatInput, input),
          slug: entry.slug ?? slugFrom(entry.name),
          host: entry.host ?? entry.name,
        },
        secrets: address === undefined ? (known?.secrets ?? {}) : { pingId: address },
        notes,
      },
    };
  },
  put: (unit, { facts, secrets }, id, actor) => {
    const input = heartbeatInput.parse(facts);
    const pingId = secretsOf.safeParse(secrets).data?.pingId;
    return id === null
      ? collection.createIn(unit, { ...input, pingId }, actor)
      : collection.updateIn(unit, { ...input, pingId, id }, actor);
  },
  remove: (unit, id, actor) => collection.deleteIn(unit, id, actor),
});
