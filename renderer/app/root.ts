import { mount, unmount } from 'svelte';
import { createClient } from '../client/create-client.ts';
import type { DesktopCores } from '../cores/desktop-cores.svelte.ts';
import type { WindowClock } from '../time/clock.ts';
import App from './App.svelte';
import { formatRoute, formatSettings, parseRoute } from './route.ts';
import { createServices, type Services } from './services.ts';

/**
 * Draws the window for one core. Another core gets a window of new services: nothing that was loaded from one can be
 * shown as the other's.
 */
export class Root {
  readonly #target: HTMLElement;
  readonly #host: Window;
  readonly #clock: WindowClock;
  readonly #cores: DesktopCores | null;
  #shown: { readonly id: string | null; readonly services: Services; end(): void } | null = null;

  /** `cores` is null in a browser, whose host is its core. */
  constructor(target: HTMLElement, host: Window, clock: WindowClock, cores: DesktopCores | null) {
    this.#target = target;
    this.#host = host;
    this.#clock = clock;
    this.#cores = cores;
    cores?.onShow((route) => this.show(route));
  }

  /** Shows the chosen core, at a route if one is named. */
  show(route: string | null = null): void {
    const id = this.#cores?.shownId ?? null;
    if (this.#shown?.id !== id || this.#shown === null) this.#change(id);
    if (route !== null) this.#shown?.services.router.open(route);
  }

  #change(id: string | null): void {
    const before = this.#shown;
    before?.end();
    if (before) this.#host.location.hash = placeOf(this.#host.location.hash);
    const client = createClient(this.#host, this.#clock, id);
    const services = createServices(client, this.#clock, this.#host, this.#cores);
    const app = mount(App, { target: this.#target, props: { services } });
    services.start();
    this.#shown = {
      id,
      services,
      end: () => {
        services.stop();
        void unmount(app);
      },
    };
    if (before) this.#target.querySelector<HTMLElement>('[data-core-switcher]')?.focus();
  }
}

/** Returns the route of a view, without what was open in it: that belongs to the core before. */
function placeOf(hash: string): string {
  const { view, settingsPart } = parseRoute(hash);
  return settingsPart ? formatSettings(settingsPart) : formatRoute(view);
}
