import type { Clock } from '../base/clock.ts';
import type { ParsedInput } from '../contract/methods.ts';
import { ok, type Result } from '../contract/result.ts';
import type { Settings } from '../contract/system.ts';
import type { AuditTable } from '../store/audit.ts';
import type { SettingsTable } from '../store/settings.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';

export interface SettingsBookDeps {
  readonly settings: SettingsTable;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
}

/** The settings in force, kept in memory as the last commit left them. */
export class SettingsBook {
  readonly #deps: SettingsBookDeps;
  #current: Settings;

  constructor(deps: SettingsBookDeps) {
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

  update(patch: ParsedInput<'settings.update'>, actor: string): Promise<Result<Settings>> {
    return this.#deps.writer.submit((unit) => this.updateIn(unit, patch, actor));
  }

  /** As `update`, in the caller's transaction; `current` follows its commit. */
  updateIn(unit: Unit, patch: ParsedInput<'settings.update'>, actor: string): Result<Settings> {
    const { settings, audit, clock } = this.#deps;
    const before = settings.read();
    const next = changedSettings(before, patch);
    settings.write(next);
    audit.append({
      at: clock.now(),
      actor,
      action: 'settings.update',
      subject: 'settings',
      detail: Object.keys(patch).join(', '),
    });
    unit.changed({ entity: 'settings' });
    return ok(next);
  }
}

/** Settings after a patch, in which what is left out stays. */
export const changedSettings = (
  before: Settings,
  patch: ParsedInput<'settings.update'>,
): Settings => ({
  ...before,
  ...given(patch),
  retention: { ...before.retention, ...given(patch.retention) },
  desktopHttp: { ...before.desktopHttp, ...given(patch.desktopHttp) },
  quietHours: { ...before.quietHours, ...given(patch.quietHours) },
  backup: { ...before.backup, ...given(patch.backup) },
});

/** Without the fields that were left out, which would otherwise overwrite with nothing. */
const given = <T extends object>(fields: T | undefined) =>
  Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
