import type { Clock } from '../base/clock.ts';
import { localeFrom, type LanguageSetting } from '../contract/language.ts';
import { ok, type Result } from '../contract/result.ts';
import { withChanges, type Settings, type SettingsPatch } from '../contract/settings.ts';
import { isRefusedAddress } from '../domain/refused-address.ts';
import { messagesFor, type Messages } from '../messages/messages.ts';
import type { AuditTable } from '../store/audit-table.ts';
import { HEARTBEAT_URL_CONTEXT, type SettingsTable } from '../store/settings-table.ts';
import type { Vault } from '../store/files/vault.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import { refuse, refuseField } from '../messages/failures.ts';

export interface SettingsServiceDeps {
  readonly settings: SettingsTable;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly vault: Vault;
  /** The host's, as BCP 47 tags. */
  readonly locales: readonly string[];
}

/** The settings in force, kept in memory as the last commit left them. */
export class SettingsService {
  readonly #deps: SettingsServiceDeps;
  #current: Settings;

  constructor(deps: SettingsServiceDeps) {
    this.#deps = deps;
    this.#current = deps.settings.read();
    deps.writer.onCommitted(({ changes }) => {
      if (changes.some((change) => change.entity === 'settings')) {
        this.#current = deps.settings.read();
      }
    });
  }

  current(): Settings {
    return this.#current;
  }

  /** Returns the catalogue in a language, without one in that of the settings. */
  messages(language: LanguageSetting | null = null): Messages {
    const { language: chosen, tag } = localeFrom(
      language ?? this.#current.language,
      this.#deps.locales,
    );
    return messagesFor(chosen, tag);
  }

  /** The address of the outbound heartbeat; null without one. A failure when another key has sealed it. */
  heartbeatUrl(): Result<string | null> {
    const { settings, vault } = this.#deps;
    const sealed = settings.sealedHeartbeatUrl();
    if (sealed === null) return ok(null);
    try {
      return ok(vault.open(sealed, HEARTBEAT_URL_CONTEXT) as string);
    } catch {
      // The only way in which a vault says that the key or the bytes are others.
      return refuse('unavailable', { code: 'error.heartbeat_address_sealed', params: {} });
    }
  }

  update(patch: SettingsPatch, actor: string): Promise<Result<Settings>> {
    return this.#deps.writer.submit((unit) => this.updateIn(unit, patch, actor));
  }

  /** As `update`, in the caller's transaction; `current` follows its commit. */
  updateIn(unit: Unit, patch: SettingsPatch, actor: string): Result<Settings> {
    const { settings, audit, clock, vault } = this.#deps;
    const url = patch.outboundHeartbeat?.url;
    if (typeof url === 'string' && isRefusedAddress(url)) {
      const reason = { code: 'issue.address_refused', params: {} } as const;
      return refuseField('invalid_input', 'outboundHeartbeat.url', reason);
    }
    const before = settings.read();
    const next = changedSettings(before, patch);
    if (url !== undefined) {
      settings.setSealedHeartbeatUrl(url === null ? null : vault.seal(url, HEARTBEAT_URL_CONTEXT));
    }
    settings.write(next);
    audit.append({
      at: clock.now(),
      actor,
      action: 'settings.update',
      subject: 'settings',
      reason: { code: 'audit.settings', params: { settings: namesIn(patch) } },
    });
    unit.changed({ entity: 'settings' });
    if (next.language !== before.language || next.mail.enabled !== before.mail.enabled) {
      unit.changed({ entity: 'status' });
    }
    return ok(next);
  }
}

/** Returns the names of all that a patch changes; one in a group is `group.name`. */
const namesIn = (patch: object): string[] =>
  Object.entries(patch).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? namesIn(value).map((inner) => `${name}.${inner}`)
      : [name],
  );

/** Returns the settings after a patch, in which what is left out stays. */
export const changedSettings = (before: Settings, patch: SettingsPatch): Settings => ({
  ...withChanges(before, patch),
  outboundHeartbeat: changedHeartbeat(before.outboundHeartbeat, patch.outboundHeartbeat ?? {}),
});

/** The path and query of the address are its password; a user and a password before the host even more. */
const changedHeartbeat = (
  before: Settings['outboundHeartbeat'],
  { url, everyMinutes }: NonNullable<SettingsPatch['outboundHeartbeat']>,
): Settings['outboundHeartbeat'] => ({
  target: url === undefined ? before.target : url && `${new URL(url).origin}/…`,
  everyMinutes: everyMinutes ?? before.everyMinutes,
});
