import {
  formatAudit,
  formatNewSilence,
  formatRoute,
  formatSettings,
  HOME,
  isRoute,
  parseRoute,
  signInCode,
  type Route,
  type SettingsPart,
  type View,
} from './route.ts';

/** The shown view, kept in the address's hash so that links, Back and reloads work. */
export class Router {
  readonly #window: Window;
  readonly #onSignInCode: (code: string) => void;
  readonly #onUnknown: () => void;
  #route = $state.raw<Route>(HOME);

  /**
   * `onSignInCode` gets the code of a sign-in link, once it has left the address; `onUnknown` is called for
   * an address without a view, which shows the first one.
   */
  constructor(host: Window, onSignInCode: (code: string) => void, onUnknown: () => void) {
    this.#window = host;
    this.#onSignInCode = onSignInCode;
    this.#onUnknown = onUnknown;
  }

  get route(): Route {
    return this.#route;
  }

  start(): void {
    this.#window.addEventListener('hashchange', this.#read);
    this.#read();
  }

  stop(): void {
    this.#window.removeEventListener('hashchange', this.#read);
  }

  go(view: View, id: string | null = null): void {
    this.#window.location.hash = formatRoute(view, id);
  }

  showSettings(part: SettingsPart): void {
    this.#window.location.hash = formatSettings(part);
  }

  /** Shows the form of a new silence with these matchers, which a person then saves. */
  beginSilence(matchers: readonly string[] = []): void {
    this.#window.location.hash = formatNewSilence(matchers);
  }

  /** Shows a route from outside, which may be any text. */
  open(route: string): void {
    const { view, id, newSilence, subject, settingsPart } = parseRoute(route);
    if (newSilence) this.beginSilence(newSilence);
    else if (settingsPart) this.showSettings(settingsPart);
    else if (subject !== undefined) this.#window.location.hash = formatAudit(subject);
    else this.go(view, id);
  }

  readonly #read = (): void => {
    const { hash } = this.#window.location;
    const code = signInCode(hash);
    this.#route = parseRoute(hash);
    if (code === null) {
      if (!isRoute(hash)) this.#onUnknown();
      return;
    }
    // The code leaves the address before it is spent, so that no history ever holds one.
    this.#window.history.replaceState(null, '', formatRoute(HOME.view));
    this.#onSignInCode(code);
  };
}
