import { LIMITS } from '../../main/contract/limits.ts';
import { parseMatcher } from '../../main/contract/matcher.ts';

/** The window's views, in the order of the navigation. */
export const VIEWS = [
  'overview',
  'alerts',
  'dead-letters',
  'deliveries',
  'heartbeats',
  'sources',
  'channels',
  'routing',
  'muting',
  'settings',
  'audit',
] as const;
export type View = (typeof VIEWS)[number];

/** The parts of the settings, in the order of their tabs. Only a desktop has cores. */
export const SETTINGS_PARTS = [
  'senders',
  'general',
  'cores',
  'backups',
  'exchange',
  'about',
] as const;
export type SettingsPart = (typeof SETTINGS_PARTS)[number];

export interface Route {
  readonly view: View;
  /** The entity in the detail pane; null without one. */
  readonly id: string | null;
  /** The matchers of a new silence; absent while none is being created. */
  readonly newSilence?: readonly string[];
  /** The subject of the audit log; absent for all. */
  readonly subject?: string;
  /** The alert that the routes are tested with; absent for none. */
  readonly testedAlert?: string;
  /** The part of the settings; absent for the first. */
  readonly settingsPart?: SettingsPart;
  /** The sender whose lines are shown; absent for all of them. */
  readonly sender?: string;
  /** The parameters of a list, by names such as `tab` and `q`; absent where the address does not say. */
  readonly params?: RouteParams;
  /** The overview alone, large and without controls, for a display on a wall. */
  readonly wall?: true;
}

export type RouteParams = Readonly<Record<string, string>>;

/** Lists whose tab, search and order are in the address. */
const LISTS: readonly View[] = ['alerts', 'dead-letters', 'deliveries'];
const PARAMS = [
  ...['tab', 'q', 'status', 'channel', 'page', 'sort', 'group'],
  ...['cause', 'event', 'obsolete', 'time', 'hours'],
];

/** As the contract takes it. */
const SUBJECT_CHARS_MAX = 200;

/** An id of a sender, whether or not there is such a one. */
const SENDER = /^[a-z_]{1,40}$/;

export const HOME: Route = { view: 'overview', id: null };
const WALL = 'wall';
const isView = (name: string): name is View => (VIEWS as readonly string[]).includes(name);

/** Returns true if a hash names a view, or nothing at all. */
export const isRoute = (hash: string): boolean => {
  const path = hash.replace(/^#?\/?/, '').split(/[/?]/)[0] ?? '';
  return path === '' || path === WALL || isView(path);
};

/** Returns true for text that may be an id. */
export const isId = (text: string | undefined): text is string =>
  text !== undefined && /^[0-9a-f-]{36}$/i.test(text);

/** Reads a hash such as `#/alerts/0199…`. An unknown one leads home, since routes also come from links. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?');
  const [view = '', id = ''] = path.split('/');
  if (view === WALL) return { ...HOME, wall: true };
  if (!isView(view)) return HOME;
  if (view === 'muting' && id === 'new') return { view, id: null, newSilence: matchersIn(query) };
  const settingsPart = view === 'settings' && SETTINGS_PARTS.find((part) => part === id);
  if (settingsPart) return { view, id: null, settingsPart };
  if (view === 'sources' && SENDER.test(id)) return { view, id: null, sender: id };
  const tested = new URLSearchParams(view === 'routing' ? query : '').get('alert') ?? '';
  if (isId(tested)) return { view, id: null, testedAlert: tested };
  const subject = view === 'audit' ? subjectIn(query) : '';
  const named = isId(id) ? id : null;
  const params = LISTS.includes(view) ? paramsIn(query) : undefined;
  return { view, id: named, ...(subject !== '' && { subject }), ...(params && { params }) };
}

/** Returns the parameters of a list, which come from links as well: the readers of each check its value. */
function paramsIn(query: string): RouteParams | undefined {
  const known = [...new URLSearchParams(query)].filter(([name]) => PARAMS.includes(name));
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

export function formatRoute(view: View, id: string | null = null, params: RouteParams = {}) {
  const query = new URLSearchParams(params).toString();
  return `#/${view}${id === null ? '' : `/${id}`}${query === '' ? '' : `?${query}`}`;
}

export const formatSettings = (part: SettingsPart): string => `#/settings/${part}`;

/** Returns the route of the test of routes with an alert. */
export const formatRouteTest = (alertId: string): string => `#/routing?alert=${alertId}`;

/** Returns the route of a subject's audit entries: an entity's id, or a name such as `settings`. */
export const formatAudit = (subject: string): string =>
  `#/audit?subject=${encodeURIComponent(subject)}`;

/** Returns the route of a new silence with these matchers; a person still has to save it. */
export const formatNewSilence = (matchers: readonly string[]): string =>
  matchers.length === 0
    ? '#/muting/new'
    : `#/muting/new?matchers=${encodeURIComponent(JSON.stringify(matchers))}`;

/**
 * Returns the matchers in a link: all of them, or none if any is invalid. All must match, so leaving one
 * out would silence more than was meant.
 */
function matchersIn(query: string): readonly string[] {
  const texts = jsonIn(new URLSearchParams(query).get('matchers') ?? '[]');
  if (!Array.isArray(texts) || texts.length > LIMITS.matchersMax) return [];
  return texts.every(isMatcher) ? texts : [];
}

const subjectIn = (query: string): string =>
  (new URLSearchParams(query).get('subject') ?? '').slice(0, SUBJECT_CHARS_MAX);

const isMatcher = (text: unknown): text is string =>
  typeof text === 'string' && text.length <= LIMITS.matcherCharsMax && parseMatcher(text) !== null;

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A link may contain anything, and this is how JSON.parse reports it.
    return null;
  }
}

/** Returns the one-time code in a hash or a whole sign-in link; null without one. */
export function signInCode(text: string): string | null {
  return /#\/sign-in\/([\w-]+)/.exec(text)?.[1] ?? null;
}
