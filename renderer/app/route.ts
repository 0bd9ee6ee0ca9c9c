/** The window's views, in the order of the navigation. */
export const VIEWS = ['alerts', 'dead-letters', 'deliveries', 'channels', 'settings'] as const;
export type View = (typeof VIEWS)[number];

export interface Route {
  readonly view: View;
  /** The entity shown in the detail pane; null when there is none. */
  readonly id: string | null;
}

const HOME: Route = { view: 'alerts', id: null };
const isView = (word: string): word is View => (VIEWS as readonly string[]).includes(word);

/** Reads a hash such as `#/alerts/0199…`. What it does not know leads home, since routes also come from links. */
export function parseRoute(hash: string): Route {
  const [view = '', id = ''] = hash.replace(/^#?\/?/, '').split('/');
  if (!isView(view)) return HOME;
  return { view, id: /^[0-9a-f-]{36}$/i.test(id) ? id : null };
}

export const formatRoute = (view: View, id: string | null = null): string =>
  id === null ? `#/${view}` : `#/${view}/${id}`;

/** The one-time code of a sign-in link, from a hash, a whole link, or the code itself; null when there is none. */
export function signInCode(text: string): string | null {
  return /#\/sign-in\/([\w-]+)/.exec(text)?.[1] ?? null;
}
