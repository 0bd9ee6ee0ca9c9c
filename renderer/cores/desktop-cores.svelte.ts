import type { Bridge } from '../../main/contract/client.ts';
import { LOCAL_CORE, type Core } from '../../main/contract/desktop-core.ts';
import type {
  DesktopInput,
  DesktopMethodName,
  DesktopOutput,
} from '../../main/contract/desktop-methods.ts';
import type { CoreReason } from '../../main/contract/reasons/core-reasons.ts';
import type { Failure, Result } from '../../main/contract/result.ts';
import { failureText } from '../messages/text.svelte.ts';
import { noAnswer } from '../client/no-answer.ts';

const SHOWN_KEY = 'belfry.core';

/** The cores of the desktop, and which of them this window shows. It outlives a switch from one to another. */
export class DesktopCores {
  readonly #bridge: Pick<Bridge, 'desktop'>;
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;
  #items = $state.raw<readonly Core[]>([]);
  #reason = $state.raw<CoreReason | null>(null);
  #failure = $state.raw<Failure | null>(null);
  #shownId = $state('');
  #onShow: (route: string | null) => void = () => undefined;

  constructor(bridge: Pick<Bridge, 'desktop'>, storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#bridge = bridge;
    this.#storage = storage;
    this.#shownId = storage.getItem(SHOWN_KEY) ?? LOCAL_CORE;
  }

  /** The local core first. */
  get items(): readonly Core[] {
    return this.#items;
  }

  /** Those that can be shown. */
  get choices(): readonly Core[] {
    return this.#items.filter(({ state }) => state !== 'off');
  }

  /** True if there is any besides the local one. */
  get areSeveral(): boolean {
    return this.#items.length > 1;
  }

  /** The reason why the saved list could not be read; null when it could. */
  get reason(): CoreReason | null {
    return this.#reason;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  get shownId(): string {
    return this.#shownId;
  }

  /** Null until the list was loaded. */
  get shown(): Core | null {
    return this.#items.find(({ id }) => id === this.#shownId) ?? null;
  }

  /** Sets the function that shows another core, at a route if one is named. */
  onShow(listener: (route: string | null) => void): void {
    this.#onShow = listener;
  }

  async call<K extends DesktopMethodName>(
    name: K,
    input: DesktopInput<K>,
  ): Promise<Result<DesktopOutput<K>>> {
    try {
      const answer = (await this.#bridge.desktop(name, input)) as Result<DesktopOutput<K>>;
      return answer.ok ? answer : { ok: false, error: failureText(answer.error) };
    } catch (error) {
      return noAnswer(error);
    }
  }

  /** Loads the list, and leaves a core that can no longer be shown. */
  async load(): Promise<void> {
    const answer = await this.call('cores.list', {});
    this.#failure = answer.ok ? null : answer.error;
    if (!answer.ok) return;
    this.#items = answer.value.items;
    this.#reason = answer.value.reason;
    const [first] = this.choices;
    if (first && !this.choices.some(({ id }) => id === this.#shownId)) this.show(first.id);
  }

  /** Shows a core; of one that is shown already only the route. */
  show(id: string, route: string | null = null): void {
    this.#shownId = id;
    this.#storage.setItem(SHOWN_KEY, id);
    this.#onShow(route);
  }
}
