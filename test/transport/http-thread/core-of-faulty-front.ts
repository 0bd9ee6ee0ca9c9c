import { DEFAULT_SETTINGS } from '../../../main/contract/settings.ts';
import { systemClock } from '../../../main/base/clock.ts';
import { ENGLISH } from '../../../main/messages/messages.ts';
import {
  httpInThread,
  type ThreadServerDeps,
} from '../../../main/transport/http-thread/thread-server.ts';

/** The stand-in for a core whose HTTP thread breaks: it serves nothing, since nothing gets that far. */
const deps = {
  options: {},
  dataDir: '',
  version: '',
  ingest: { adapters: [{ name: 'mapped' }], messages: () => ENGLISH, resolveTimeoutMs: () => 1 },
  mail: { options: () => DEFAULT_SETTINGS.mail, rules: () => [], ownMarks: () => [] },
  reports: {},
  auth: { copy: () => ({ admin: null, tokens: [], sessions: [] }) },
  clock: systemClock,
  logger: { log: () => undefined },
} as unknown as ThreadServerDeps;

await httpInThread(new URL('faulty-front.ts', import.meta.url))(deps).start();
