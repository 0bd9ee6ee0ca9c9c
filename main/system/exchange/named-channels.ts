import { defined } from '../../base/assert.ts';
import type { ChannelService } from '../../queue/channel-service.ts';
import { channelMissing, type EntryProblem } from './section.ts';

/** Channels in one field of an entry: by their ids in the store, by their names in a file. */
export class NamedChannels {
  readonly #channels: Pick<ChannelService, 'get' | 'byName'>;
  readonly #field: string;

  constructor(channels: Pick<ChannelService, 'get' | 'byName'>, field: string) {
    this.#channels = channels;
    this.#field = field;
  }

  /** Returns a stored row with names; a channel that was deleted since has none and is left out. */
  named<Row extends object>(row: Row): Row {
    const names = this.#read(row).flatMap((id) => this.#channels.get(id)?.name ?? []);
    return { ...row, [this.#field]: names };
  }

  /** Returns an entry with ids; every name of it must be known. */
  resolved<Entry extends object>(entry: Entry): Entry {
    const ids = this.#read(entry).map(
      (name) => defined(this.#channels.byName(name), 'A channel that was looked up').id,
    );
    return { ...entry, [this.#field]: ids };
  }

  /** Returns a problem for each name that no channel will have. */
  problems(entry: object, channelNames: ReadonlySet<string>): EntryProblem[] {
    return this.#read(entry).flatMap((name, index) =>
      channelNames.has(name) ? [] : [channelMissing([this.#field, index], name)],
    );
  }

  #read(entry: object): readonly string[] {
    return (entry as Readonly<Record<string, readonly string[] | undefined>>)[this.#field] ?? [];
  }
}
