import { errorText, type Logger } from '../base/logger.ts';
import type { ChannelAdapter } from '../channels/channel-adapter.ts';
import { CHANNEL_KINDS, type ChannelKind } from '../contract/channel-kind.ts';
import { withoutSecrets } from '../contract/field.ts';
import type { IssueReason } from '../contract/reasons/issue-reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import { refusedAddressIn } from '../domain/refused-address.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { Vault } from '../store/files/vault.ts';
import type { ChannelMessages } from './delivery.ts';
import { fieldIssue, refuseField, refuseFields } from '../messages/failures.ts';
import { issuesOf } from '../domain/issues.ts';

/** Every kind of channel there is; exhaustive, so that a missing one does not compile. */
export type ChannelAdapters = { readonly [K in ChannelKind]: ChannelAdapter<unknown> };

export interface ChannelConfigsDeps {
  readonly vault: Vault;
  readonly adapters: ChannelAdapters;
  readonly logger: Logger;
  readonly settings: ChannelMessages;
}

type Config = Readonly<Record<string, unknown>>;

/** Configurations of channels, which stay sealed until an attempt or a change needs one. */
export class ChannelConfigs {
  readonly #deps: ChannelConfigsDeps;

  constructor(deps: ChannelConfigsDeps) {
    this.#deps = deps;
  }

  /** Throws when it was sealed with another key. */
  open(row: ChannelRow): unknown {
    return this.#deps.vault.open(row.sealedConfig, row.id);
  }

  /** The stored configuration with some fields changed; null takes a field away. */
  merged(row: ChannelRow, change: Config): Result<Config> {
    const fields = { ...this.fields(row), ...change };
    const parsed = CHANNEL_KINDS[row.kind].config.safeParse(
      Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
    );
    if (parsed.success) return this.checked(row.kind, parsed.data);
    const issues = issuesOf(parsed.error).map(({ field, reason }) =>
      fieldIssue(`config.${field}`, reason),
    );
    return refuseFields('invalid_input', issues);
  }

  /** Returns what is wrong with a configuration that its schema accepts, or lacks secrets only; null when nothing is. */
  problem(kind: ChannelKind, config: Config): { field: string; reason: IssueReason } | null {
    const { config: schema } = CHANNEL_KINDS[kind];
    const refused = refusedAddressIn(schema, config);
    if (refused) return refused;
    const complete = schema.safeParse(config);
    return complete.success ? (this.#deps.adapters[kind].problem?.(complete.data) ?? null) : null;
  }

  /** A configuration that its schema accepts, and the kind's adapter too. */
  checked(kind: ChannelKind, config: Config): Result<Config> {
    const found = this.problem(kind, config);
    return found === null
      ? ok(config)
      : refuseField('invalid_input', `config.${found.field}`, found.reason);
  }

  /** Returns the fields of a configuration; none if it was sealed with another key, so that they can be entered again. */
  fields(row: ChannelRow): Config {
    try {
      return this.open(row) as Config;
    } catch (error) {
      const fields = { channelId: row.id, error: errorText(error) };
      this.#deps.logger.log('debug', 'A configuration cannot be opened', fields);
      return {};
    }
  }

  /** Returns the destination for people, in the language of the settings. */
  target(row: ChannelRow): string {
    const messages = this.#deps.settings.messages(null);
    const complete = CHANNEL_KINDS[row.kind].config.safeParse(this.fields(row));
    return complete.success
      ? this.#deps.adapters[row.kind].target(complete.data, messages)
      : messages.text('channels.target.incomplete');
  }

  /** Returns true if it holds all that a send needs; one that was imported without its secrets does not. */
  isComplete(row: ChannelRow): boolean {
    return CHANNEL_KINDS[row.kind].config.safeParse(this.fields(row)).success;
  }

  /** Returns the configuration as it is stored, and what of it may be shown. */
  sealed({ id, kind }: Pick<ChannelRow, 'id' | 'kind'>, config: Config) {
    return {
      sealedConfig: this.#deps.vault.seal(config, id),
      configured: Object.keys(config),
      shownConfig: withoutSecrets(CHANNEL_KINDS[kind].config, config),
    };
  }
}
