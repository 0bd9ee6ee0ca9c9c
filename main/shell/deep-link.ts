import { app } from 'electron';

/** The scheme of links from outside; electron-builder.yml announces it. */
const LINK_SCHEME = 'belfry';

const ALERT_LINK = /^belfry:\/\/alert\/([0-9a-f-]{36})\/?$/i;

/**
 * Returns the route that a link opens; null for a link that names none. Any page or program can open such a
 * link, so it only ever shows something.
 */
function routeOf(link: string): string | null {
  const [, id] = ALERT_LINK.exec(link) ?? [];
  return id === undefined ? null : `#/alerts/${id.toLowerCase()}`;
}

/** Returns true for any link of the scheme, also one that names nothing. */
export const isLink = (argument: string): boolean => argument.startsWith(`${LINK_SCHEME}://`);

/** Returns the link in a command line, as Linux and Windows start a program for one; null without. */
export const linkIn = (args: readonly string[]): string | null => args.find(isLink) ?? null;

/** Returns the route that the link in a command line opens; null without. */
export function routeIn(args: readonly string[]): string | null {
  const link = linkIn(args);
  return link === null ? null : routeOf(link);
}

/** Takes belfry:// links of macOS, which come as events, the first of them before there is a window. */
export class DeepLinks {
  #show: ((route: string | null, link: string) => void) | null = null;
  #early: string | null = null;

  /** Call before the app is ready. A development run leaves the scheme to the installed app. */
  listen(): void {
    if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
    app.on('open-url', (event, link) => {
      event.preventDefault();
      const route = routeOf(link);
      if (this.#show) this.#show(route, link);
      else this.#early = route;
    });
  }

  /** Shows links from now on. Returns the route of the one that Belfry was started for, or null. */
  follow(
    show: (route: string | null, link: string) => void,
    args: readonly string[],
  ): string | null {
    this.#show = show;
    return this.#early ?? routeIn(args);
  }
}
