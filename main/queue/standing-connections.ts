import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';
import { channelKind } from '../contract/channel-kind.ts';
import type { ChannelRow } from '../store/channels.ts';
import type { Writer } from '../store/writer.ts';
import type { ChannelBook } from './channel-book.ts';

export interface StandingConnectionsDeps {
  readonly channels: ChannelBook;
  readonly writer: Writer;
  readonly logger: Logger;
}

/**
 * What some kinds of channel keep open between messages (MQTT). Modes: stopped → running → stopped. While
 * it runs, every enabled channel of such a kind has its connection, and no other has one.
 */
export class StandingConnections implements Service {
  readonly #deps: StandingConnectionsDeps;
  /** The channels that have one, as they were then. */
  readonly #attached = new Map<string, ChannelRow>();
  readonly #underWay = new Set<Promise<void>>();
  #isRunning = false;

  constructor(deps: StandingConnectionsDeps) {
    this.#deps = deps;
    deps.writer.onCommitted(({ changes }) => {
      for (const change of changes) if (change.entity === 'channel') this.#look(change.id);
    });
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (const { id } of this.#deps.channels.all()) this.#look(id);
  }

  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#attached.clear();
    await Promise.all(this.#underWay);
    const { channels } = this.#deps;
    const ends = channelKind.options.map(async (kind) => channels.adapter(kind).close?.());
    await Promise.all(ends);
  }

  #look(id: string): void {
    if (!this.#isRunning) return;
    const { channels } = this.#deps;
    const before = this.#attached.get(id);
    const row = channels.get(id);
    if (row?.enabled === true) {
      if (before?.sealedConfig.equals(row.sealedConfig) === true) return;
      this.#attached.set(id, row);
      this.#track(row, async () => channels.adapter(row.kind).attach?.(channels.config(row), id));
    } else if (before) {
      this.#attached.delete(id);
      this.#track(before, async () => channels.adapter(before.kind).detach?.(id));
    }
  }

  /** What goes wrong here is met again by the next message, and told there. */
  #track({ id, kind }: ChannelRow, change: () => Promise<void>): void {
    const work: Promise<void> = change()
      .catch((error: unknown) => {
        const fields = { channelId: id, kind, error: errorText(error) };
        this.#deps.logger.log('warn', 'A connection that stays open could not be changed', fields);
      })
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }
}
