/** The colours to choose from. `contrast` follows the system's scheme with more contrast. */
export const THEMES = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'belfry.theme';

/** What public/theme.js, which applies the choice before the first paint, listens to. */
const CHANGED = 'belfry-theme';

/** The colours of this browser, which it remembers. */
export class ThemeChoice {
  readonly #host: Window;
  #value = $state<Theme>('system');

  constructor(host: Window) {
    this.#host = host;
    try {
      const kept = host.localStorage.getItem(KEY);
      this.#value = THEMES.find((theme) => theme === kept) ?? 'system';
    } catch {
      // A browser without storage follows the system.
    }
  }

  get value(): Theme {
    return this.#value;
  }

  /** Shows the window in these colours, from now on and after a reload. */
  choose(theme: Theme): void {
    this.#value = theme;
    try {
      this.#host.localStorage.setItem(KEY, theme);
    } catch {
      // As above: nothing to remember it by.
    }
    this.#host.dispatchEvent(new CustomEvent(CHANGED, { detail: theme }));
  }
}
