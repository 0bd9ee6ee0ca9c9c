import { z } from 'zod';
import type { Logger } from '../base/logger.ts';
import type { DesktopNotice } from '../channels/desktop-notifier.ts';
import type { ServerNotices, ServerNotice } from '../dbus/notifications.ts';
import { StateFile } from './state-file.ts';

/** Notices that are remembered; the oldest beyond that are forgotten. */
const KEPT_MAX = 200;
const TEXT_CHARS_MAX = 200;

const kept = z.object({
  tag: z.string().max(TEXT_CHARS_MAX),
  route: z.string().max(TEXT_CHARS_MAX).nullable(),
  alertId: z.string().max(TEXT_CHARS_MAX).nullable(),
  actions: z.array(z.enum(['open', 'acknowledge', 'snooze'])).max(3),
  /** The server that shows it on Linux, and its number there. */
  on: z.object({ server: z.string().max(TEXT_CHARS_MAX), id: z.int() }).optional(),
});
const table = z.array(kept).max(KEPT_MAX);

/** The target of a notice, without its text. */
export type KeptNotice = z.infer<typeof kept>;

/**
 * Keeps in a file the targets of the notices that the system may still show after this process has ended: a
 * click on one may start the next process. It holds no text of an alert.
 */
export class NoticeTable {
  readonly #file: StateFile<KeptNotice[]>;
  /** By tag, the oldest first. */
  readonly #notices: Map<string, KeptNotice>;

  constructor(dataDir: string, logger: Logger) {
    this.#file = new StateFile({
      dataDir,
      name: 'notices.json',
      schema: table,
      initial: [],
      logger,
    });
    this.#notices = new Map(this.#file.read().map((notice) => [notice.tag, notice]));
  }

  /** Returns what the notice with a tag leads to; null if it is not known. */
  find(tag: string): KeptNotice | null {
    return this.#notices.get(tag) ?? null;
  }

  put({ tag, route, alertId, actions }: DesktopNotice): void {
    this.#keep({ tag, route, alertId, actions: actions.map(({ name }) => name) });
  }

  /** Returns what a Linux desktop's notification server was given, and may show still. */
  readonly onServers: ServerNotices = {
    of: (server) =>
      [...this.#notices.values()].flatMap(({ on, ...notice }): ServerNotice[] =>
        on?.server === server ? [{ ...notice, id: on.id }] : [],
      ),
    put: (server, { id, ...notice }) =>
      this.#keep({ ...notice, actions: [...notice.actions], on: { server, id } }),
    remove: (tag) => this.remove(tag),
  };

  #keep(notice: KeptNotice): void {
    this.#notices.delete(notice.tag);
    this.#notices.set(notice.tag, notice);
    const [oldest] = this.#notices.keys();
    if (this.#notices.size > KEPT_MAX && oldest !== undefined) this.#notices.delete(oldest);
    this.#save();
  }

  remove(tag: string): void {
    if (this.#notices.delete(tag)) this.#save();
  }

  /** Resolves once everything is saved. */
  saved(): Promise<void> {
    return this.#file.saved();
  }

  #save(): void {
    this.#file.save([...this.#notices.values()]);
  }
}
