import {
  formatAudit,
  formatNewSilence,
  formatRoute,
  formatRouteTest,
  formatSettings,
  HOME,
  isRoute,
  parseRoute,
  signInCode,
  type Route,
  type RouteParams,
  type SettingsPart,
  type View,
} from './route.ts';

/** The state of an entry in the history that says what its list shows, whatever that is. */
const SAID = 'list';

const withoutSearch = ({ q: _q, ...others }: RouteParams): string => JSON.stringify(others);

export interface RouterListener {
  /** Called with the code of a sign-in link, once it has left the address. */
  signInCode(code: string): void;
  /** Called for an address without a view, which shows the first one. */
  unknown(): void;
  /** Returns true if the window may go to a route of another view or source. Otherwise calls `go` if it may later. */
  mayGo(to: Route, go: () => void): boolean;
}

/** The shown view, kept in the address's hash so that links, Back and reloads work. */
export class Router {
  readonly #window: Window;
  readonly #listener: RouterListener;
  #route = $state.raw<Route>(HOME);
  /** The hash that the route was read from, and the state of its entry in the history. */
  #hash = '';
  #state: unknown = null;

  constructor(host: Window, listener: RouterListener) {
    this.#window = host;
    this.#listener = listener;
  }

  get route(): Route {
    return this.#route;
  }

  start(): void {
    this.#window.addEventListener('hashchange', this.#arrive);
    this.#read();
  }

  stop(): void {
    this.#window.removeEventListener('hashchange', this.#arrive);
  }

  go(view: View, id: string | null = null): void {
    this.#window.location.hash = formatRoute(view, id);
  }

  /**
   * Writes what a list shows into the address. A search that is typed further replaces its entry in the history;
   * anything else makes a new one, unless the address said nothing yet.
   */
  setParams(params: RouteParams): void {
    const { view, id, params: shown } = this.#route;
    const { history, location } = this.#window;
    // Somebody goes elsewhere, which the browser is about to say.
    if (location.hash !== this.#hash) return;
    if (shown && JSON.stringify(shown) === JSON.stringify(params)) return;
    const isTyped = shown?.['q'] !== undefined && params['q'] !== undefined;
    const isSame = isTyped && withoutSearch(shown) === withoutSearch(params);
    if (!shown || isSame) history.replaceState(SAID, '', formatRoute(view, id, params));
    else history.pushState(SAID, '', formatRoute(view, id, params));
    this.#read();
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
    const { view, id, newSilence, subject, settingsPart, params, testedAlert, sender } =
      parseRoute(route);
    if (newSilence) this.beginSilence(newSilence);
    else if (settingsPart) this.showSettings(settingsPart);
    else if (testedAlert !== undefined) this.#window.location.hash = formatRouteTest(testedAlert);
    else if (subject !== undefined) this.#window.location.hash = formatAudit(subject);
    else this.#window.location.hash = formatRoute(view, sender ?? id, params);
  }

  /** Follows the address, or puts it back where that would lose something. */
  readonly #arrive = (): void => {
    const { history, location } = this.#window;
    const { hash } = location;
    if (signInCode(hash) !== null || this.#mayGo(hash)) this.#read();
    else history.replaceState(this.#state, '', this.#hash);
  };

  #mayGo(hash: string): boolean {
    const to = parseRoute(hash);
    const { view, settingsPart, sender } = this.#route;
    const isSame = to.view === view && to.settingsPart === settingsPart && to.sender === sender;
    if (isSame) return true;
    return this.#listener.mayGo(to, () => {
      this.#window.history.pushState(null, '', hash);
      this.#read();
    });
  }

  #read(): void {
    const { hash } = this.#window.location;
    this.#hash = hash;
    this.#state = this.#window.history.state as unknown;
    const code = signInCode(hash);
    // An entry whose list shows its defaults has no parameters, and yet says so.
    const said = this.#window.history.state === SAID ? { params: {} } : {};
    this.#route = { ...said, ...parseRoute(hash) };
    if (code === null) {
      if (!isRoute(hash)) this.#listener.unknown();
      return;
    }
    // The code leaves the address before it is spent, so that no history ever holds one.
    this.#hash = formatRoute(HOME.view);
    this.#window.history.replaceState(null, '', this.#hash);
    this.#listener.signInCode(code);
  }
}
