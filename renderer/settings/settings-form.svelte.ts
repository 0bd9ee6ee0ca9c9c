import type { Failure } from '../../main/contract/result.ts';
import type { Input } from '../../main/contract/methods.ts';
import { settingList, withChanges, type Settings } from '../../main/contract/settings.ts';
import type { WindowClient } from '../client/window-client.ts';
import { Remote } from '../live/remote.svelte.ts';
import { changesIn } from './settings-changes.ts';
import { NO_PROBLEMS, problemsOf, type FormProblems } from '../ui/field-problems.ts';

const FIELDS = settingList.map(({ name }) => name);

/** The settings as they are edited. Changes by others meanwhile do not undo what is typed. */
export class SettingsForm {
  readonly #client: WindowClient;
  readonly #remote: Remote<Settings>;
  /** The values that the draft started with, for finding what changed in it. */
  #read: Settings | null = null;
  #draft = $state<Settings | null>(null);
  #problems = $state.raw<FormProblems>(NO_PROBLEMS);
  #saving = $state(false);

  constructor(client: WindowClient) {
    this.#client = client;
    this.#remote = new Remote(() => client.call('settings.get', {}));
  }

  /** Null until the first answer. Its fields are there to be bound to. */
  get draft(): Settings | null {
    return this.#draft;
  }

  /** Returns the draft's value of a setting by its name; `group.name` for one in a group. */
  value(name: string): unknown {
    const { holder, key } = this.#place(name);
    return holder[key];
  }

  /** Changes it in the draft. */
  set(name: string, value: unknown): void {
    const { holder, key } = this.#place(name);
    holder[key] = value;
  }

  #place(name: string): { holder: Record<string, unknown>; key: string } {
    const [group = '', key] = name.split('.');
    const draft = (this.#draft ?? {}) as unknown as Record<string, unknown>;
    return key === undefined
      ? { holder: draft, key: group }
      : { holder: draft[group] as Record<string, unknown>, key };
  }

  get failure(): Failure | null {
    return this.#remote.failure;
  }

  get problems(): FormProblems {
    return this.#problems;
  }

  get saving(): boolean {
    return this.#saving;
  }

  async load(): Promise<void> {
    await this.#remote.load();
    // What is typed stays, also after another tab has loaded as well.
    if (!this.#remote.value || this.#draft) return;
    this.#read = this.#remote.value;
    this.#draft = structuredClone(this.#read);
  }

  /**
   * Sends the changes in one part of the settings. Returns true if the host accepted them; else `problems` say
   * why not. Unchanged settings are not sent, since others may have changed them since they were read here.
   * What is typed in the other part stays: it is behind another tab, where nobody would see its problems. So
   * does what is typed until the host answers.
   */
  async save(part: 'general' | 'backup'): Promise<boolean> {
    const before = this.#read;
    if (!this.#draft || !before || this.#saving) return false;
    this.#saving = true;
    const sent = $state.snapshot(this.#draft);
    const { backup = {}, ...general } = changesIn(before, sent);
    const [patch, other] = part === 'backup' ? [{ backup }, general] : [general, { backup }];
    const answer = await this.#client.call('settings.update', patch as Input<'settings.update'>);
    this.#saving = false;
    this.#problems = answer.ok ? NO_PROBLEMS : problemsOf(answer.error, FIELDS);
    if (!answer.ok) return false;
    this.#read = answer.value;
    const typed = changesIn(sent, $state.snapshot(this.#draft));
    this.#draft = withChanges(withChanges(structuredClone(answer.value), other), typed);
    return true;
  }
}
