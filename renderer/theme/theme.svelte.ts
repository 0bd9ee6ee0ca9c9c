import type { BrowserMemory } from '../app/browser-memory.ts';

/** The colours to choose from. `contrast` follows the system's scheme with more contrast. */
export const THEMES = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'belfry.theme';

/** The event that public/theme.js listens to, which applies the choice before the first paint. */
const CHANGED = 'belfry-theme';

/** The colours of this browser, which it remembers. */
export class ThemeChoice {
  readonly #host: Window;
  readonly #memory: BrowserMemory;
  #value = $state<Theme>('system');

  constructor(host: Window, memory: BrowserMemory) {
    this.#host = host;
    this.#memory = memory;
    const kept = memory.get(KEY);
    this.#value = THEMES.find((theme) => theme === kept) ?? 'system';
  }

  get value(): Theme {
    return this.#value;
  }

  /** Shows the window in these colours, from now on and after a reload. */
  choose(theme: Theme): void {
    this.#value = theme;
    this.#memory.set(KEY, theme);
    this.#host.dispatchEvent(new CustomEvent(CHANGED, { detail: theme }));
  }
}
