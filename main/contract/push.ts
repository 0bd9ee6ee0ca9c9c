import { z } from 'zod';
import { alert } from './alert.ts';
import { channel } from './channel.ts';
import { heartbeat } from './heartbeat.ts';
import { bulkJob, notification } from './notification.ts';
import { id } from './primitives.ts';
import { status } from './system.ts';
import { settings } from './settings.ts';

/** The latest state of one entity, or word that it is gone. */
export const change = z.discriminatedUnion('entity', [
  z.object({ entity: z.literal('alert'), id, value: alert.nullable() }),
  z.object({ entity: z.literal('notification'), id, value: notification.nullable() }),
  z.object({ entity: z.literal('channel'), id, value: channel.nullable() }),
  z.object({ entity: z.literal('heartbeat'), id, value: heartbeat.nullable() }),
  /** Silences, maintenance windows or inhibitions have changed: load them again. */
  z.object({ entity: z.literal('suppression') }),
  /** The same for routes. */
  z.object({ entity: z.literal('routes') }),
  /** The same for saved views. */
  z.object({ entity: z.literal('views') }),
  /** The same for mail rules. */
  z.object({ entity: z.literal('mail_rules') }),
  /** The same for tokens: one was made, revoked, or used for the first time in a minute. */
  z.object({ entity: z.literal('tokens') }),
  /** The same for rejected input, and for mapped webhooks. */
  z.object({ entity: z.literal('rejected') }),
  z.object({ entity: z.literal('mappings') }),
  z.object({ entity: z.literal('bulk'), id, value: bulkJob.nullable() }),
  z.object({ entity: z.literal('settings'), value: settings }),
  z.object({ entity: z.literal('status'), value: status }),
]);
export type Change = z.infer<typeof change>;

/**
 * A message from a host to a window. `epoch` changes at each start of the core; `seq` counts changes in
 * commit order. A batch covers (`after`, `seq`]; a client whose own seq is not `after` has a gap and
 * loads everything again, as it does on `resync`. `open` asks the window to show a route, of the core that it names. `no_tray` says
 * that closing minimises the window, since no tray icon could bring it back. `stopping` says that the host
 * ends once its deliveries in flight are done. `lost` says that the desktop lost its connection to a core
 * elsewhere; `hello` follows once it is back.
 * `cores` says that the desktop's list of cores has changed.
 */
export const pushMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), epoch: z.string(), seq: z.int() }),
  z.object({
    type: z.literal('batch'),
    epoch: z.string(),
    after: z.int(),
    seq: z.int(),
    changes: z.array(change),
  }),
  z.object({ type: z.literal('resync'), epoch: z.string(), seq: z.int() }),
  z.object({ type: z.literal('open'), route: z.string(), core: z.string().optional() }),
  z.object({ type: z.literal('stopping'), sending: z.int() }),
  z.object({ type: z.literal('no_tray') }),
  z.object({ type: z.literal('lost') }),
  z.object({ type: z.literal('cores') }),
]);
export type PushMessage = z.infer<typeof pushMessage>;
