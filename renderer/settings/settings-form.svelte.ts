import type { Input } from '../../main/contract/methods.ts';
import type { Failure } from '../../main/contract/result.ts';
import type { NamedSetting, SettingSection } from '../../main/contract/setting-definition.ts';
import {
  isGroup,
  settingList,
  settings,
  withChanges,
  type SettingName,
  type Settings,
} from '../../main/contract/settings.ts';
import type { TextKey } from '../../main/messages/messages.ts';
import type { WindowClient } from '../client/window-client.ts';
import { Draft, type FieldPart, type FormDescription, type Part } from '../form/draft.svelte.ts';
import { Remote } from '../live/remote.svelte.ts';
import { messages, text } from '../messages/text.svelte.ts';

type Group = Readonly<Record<string, unknown>>;
type OptionKey = Extract<TextKey, `settings.${string}.option.${string}`>;

/** Returns the help of a setting, with what a fresh installation begins with where that is a number. */
function hintOf({ name, setting: { initial, form } }: NamedSetting<SettingName>): string {
  const help = text(`settings.${name}.help`);
  if (typeof initial !== 'number') return help;
  const spoken =
    form.unitMs === undefined
      ? messages().number(initial, { useGrouping: 'min2' })
      : messages().duration(initial * form.unitMs, { width: 'long' });
  // The value never stands alone on a line.
  return text('settings.helpWithDefault', { help, value: spoken.replaceAll(' ', '\u00a0') });
}

/** Returns the field of a setting, by its description. */
function fieldOf(named: NamedSetting<SettingName>): FieldPart {
  const { name, setting } = named;
  const { needs, unitMs, example } = setting.form;
  return {
    field: name,
    kind: unitMs === undefined ? undefined : 'duration',
    label: () => text(`settings.${name}.title`),
    hint: () => hintOf(named),
    option: (option: string) => text(`settings.${name}.option.${option}` as OptionKey),
    disabled: needs === undefined ? undefined : (draft) => draft.get(needs) !== true,
    example,
    unitMs,
    stepMs: Math.max(unitMs ?? 1, 1_000),
    short: true,
  };
}

/** Returns the fields of a section that have an effect on a system: its switches, and the rest side by side. */
export function partsOf(section: SettingSection, platform: string | null): Part[] {
  const ofSection = settingList.filter(
    ({ setting: { form } }) => form.section === section && (form.platform ?? platform) === platform,
  );
  const isSwitch = ({ setting }: NamedSetting): boolean => typeof setting.initial === 'boolean';
  const others = ofSection.filter((each) => !isSwitch(each)).map(fieldOf);
  const row = others.length > 0 ? [{ row: others }] : [];
  return [...ofSection.filter(isSwitch).map(fieldOf), ...row];
}

const FORM: FormDescription = {
  schema: settings.omit({ quietHours: true, outboundHeartbeat: true }),
  fresh: () => ({}),
  parts: settingList.map(fieldOf),
};
const FIELDS = settingList.map(({ name }) => name);

/** The settings as they are edited. Changes by others meanwhile do not undo what is typed. */
export class SettingsForm {
  readonly #client: WindowClient;
  readonly #remote: Remote<Settings>;
  /** The values that the draft started with, for finding what changed in it. */
  #read: Settings | null = null;
  #draft = $state.raw<Draft | null>(null);

  constructor(client: WindowClient) {
    this.#client = client;
    this.#remote = new Remote(() => client.call('settings.get', {}));
  }

  /** Null until the first answer. */
  get draft(): Draft | null {
    return this.#draft;
  }

  get failure(): Failure | null {
    return this.#remote.failure;
  }

  /** True if something was entered that is not saved. */
  get isChanged(): boolean {
    if (!this.#draft || !this.#read) return false;
    return Object.keys(changesIn(this.#read, this.#draft.sent)).length > 0;
  }

  async load(): Promise<void> {
    await this.#remote.load();
    // Typed values stay, also after another tab has loaded as well.
    if (!this.#remote.value || this.#draft) return;
    this.#read = this.#remote.value;
    this.#draft = new Draft(FORM, this.#read);
  }

  /**
   * Sends the changes in one part of the settings. Returns true if the host accepted them; else the draft says
   * why not. Unchanged settings are not sent, since others may have changed them since they were read here.
   * What is typed in the other part stays: it is behind another tab, where nobody would see its problems. So
   * does what is typed until the host answers.
   */
  async save(part: 'general' | 'backup'): Promise<boolean> {
    const draft = this.#draft;
    if (!draft || !this.#read) return false;
    const { sent } = draft;
    const { backup = {}, ...general } = changesIn(this.#read, sent);
    const [patch, other] = part === 'backup' ? [{ backup }, general] : [general, { backup }];
    const saved = await draft.submission.send(
      () => this.#client.call('settings.update', patch as Input<'settings.update'>),
      FIELDS,
    );
    if (!saved) return false;
    this.#read = saved;
    const typed = changesIn(sent, draft.sent);
    const kept = withChanges(withChanges(structuredClone(saved), other), typed);
    this.#draft = new Draft(FORM, kept);
    return true;
  }
}

/** Returns what differs in `now`, within groups field by field; lists count as a whole. */
function changesIn(before: Group, now: Group): Group {
  const differing = Object.entries(now).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key]),
  );
  return Object.fromEntries(
    differing.map(([key, value]) => {
      const old = before[key];
      const isInside = isGroup(value) && isGroup(old);
      return [key, isInside ? changesIn(old, value) : value];
    }),
  );
}
