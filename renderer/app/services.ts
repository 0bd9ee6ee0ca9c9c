import { createContext } from 'svelte';
import { LOCAL_CORE } from '../../main/contract/desktop-core.ts';
import type { RuleGroup } from '../../main/contract/rules.ts';
import type { Status } from '../../main/contract/system.ts';
import { AlertList } from '../alerts/alert-list.ts';
import { followFlapping } from '../alerts/flapping-list.ts';
import { GroupedAlerts } from '../alerts/grouped-alerts.svelte.ts';
import { LabelLine } from '../alerts/label-line.svelte.ts';
import { AuditLog } from '../audit/audit-log.ts';
import { BulkWork } from '../bulk/bulk-work.svelte.ts';
import { pageBase } from '../client/page-base.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { DesktopCores } from '../cores/desktop-cores.svelte.ts';
import { collection, ruleCollections } from '../collection/collection.svelte.ts';
import { followGroups } from '../dead-letters/letter-groups.ts';
import { followRejected } from '../incoming/rejected-list.ts';
import type { FollowSource } from '../live/followed.ts';
import { LiveFeed, type FeedListener } from '../live/live-feed.svelte.ts';
import { text } from '../messages/text.svelte.ts';
import { BrowserNotices } from '../notify/browser-notices.svelte.ts';
import { NotificationList } from '../notifications/notification-list.ts';
import { OverviewFeed } from '../overview/overview-feed.ts';
import { Pause } from '../shell/pause.svelte.ts';
import { Session } from '../sign-in/session.svelte.ts';
import { FirstSteps } from '../start/first-steps.svelte.ts';
import { ThemeChoice } from '../theme/theme.svelte.ts';
import type { WindowClock } from '../time/clock.ts';
import { Now } from '../time/now.svelte.ts';
import { ChosenTab } from '../ui/chosen-tab.svelte.ts';
import { PageRest } from '../ui/page-rest.ts';
import { PaneWidth } from '../ui/pane-width.svelte.ts';
import { Unsaved } from '../unsaved/unsaved.svelte.ts';
import { Actions } from './actions.svelte.ts';
import { BrowserMemory } from './browser-memory.ts';
import { Notices } from './notices.svelte.ts';
import { Router, type RouterListener } from './router.svelte.ts';
import { StatusStore } from './status-store.svelte.ts';

/**
 * Returns the address that senders can use, without a slash at its end; null when there is none. In a
 * browser it is that of the page, which reaches further than the host's own 127.0.0.1.
 */
function sendersUrl(
  host: Window,
  cores: DesktopCores | null,
  status: Status | null,
): string | null {
  const isElsewhere = cores !== null && cores.shownId !== LOCAL_CORE;
  const ofPage = status?.host === 'headless' ? pageBase(host.location) : status?.url;
  const url = isElsewhere ? cores.shown?.url : ofPage;
  return url?.replace(/\/$/, '') ?? null;
}

/** Does what the host says to the window itself. */
const hostListener = ({
  router,
  notices,
  cores,
}: {
  readonly router: Router;
  readonly notices: Notices;
  readonly cores: DesktopCores | null;
}): FeedListener => ({
  opened: (route, core) => {
    if (cores && core !== undefined && core !== cores.shownId) cores.show(core, route);
    else router.open(route);
  },
  coresChanged: () => void cores?.load(),
  withoutTray: () => notices.remark(text('window.noTray')),
});

/** Does what the address says, unless a form would lose what it holds. */
const routerListener = ({
  session,
  notices,
  unsaved,
}: {
  readonly session: Session;
  readonly notices: Notices;
  readonly unsaved: Unsaved;
}): RouterListener => ({
  signInCode: (code) => void session.redeem(code),
  unknown: () => notices.remark(text('window.unknownAddress')),
  mayGo(to, go) {
    const loss = unsaved.wouldLose(to);
    if (loss !== null) unsaved.leave(go, loss);
    return loss === null;
  },
});

/** Creates the services that this browser alone has, and remembers. */
const browserServices = ({
  host,
  clock,
  router,
  memory,
}: {
  readonly host: Window;
  readonly clock: WindowClock;
  readonly router: Router;
  readonly memory: BrowserMemory;
}) => ({
  pageRest: new PageRest(host, clock),
  paneWidth: new PaneWidth(memory),
  theme: new ThemeChoice(host, memory),
  browserNotices: new BrowserNotices({
    ...{ host, clock, memory },
    open: (route) => router.open(route),
  }),
});

const incomingServices = (source: FollowSource & { readonly actions: Actions }) => ({
  mappedWebhooks: collection(source, 'mappedWebhooks'),
  mailRules: collection(source, 'mailRules'),
});

const alertServices = (
  source: FollowSource & { readonly actions: Actions },
  memory: BrowserMemory,
) => {
  const alerts = new AlertList(source);
  return {
    alerts,
    flapping: followFlapping(source, () => alerts.query.search),
    groupedAlerts: new GroupedAlerts(source),
    labelLine: new LabelLine(memory),
    views: collection(source, 'views'),
  };
};

/**
 * Makes everything with a state, once for a window and a core; it is handed down by context. `cores` are the
 * desktop's; null in a browser.
 */
export function createServices(
  client: WindowClient,
  clock: WindowClock,
  host: Window,
  cores: DesktopCores | null = null,
) {
  const feed = new LiveFeed(client);
  const notices = new Notices(clock);
  const base = { client, clock, feed, actions: new Actions(notices) };
  const memory = new BrowserMemory(() => host.localStorage);
  const now = new Now(clock, host.document);
  const session = new Session(client);
  const unsaved = new Unsaved();
  const router = new Router(host, routerListener({ session, notices, unsaved }));
  const status = new StatusStore(client);
  const channels = collection(base, 'channels');
  const ofAlerts = alertServices(base, memory);
  const bulkWork = new BulkWork(client, notices, clock);
  const ofBrowser = browserServices({ host, clock, router, memory });

  return {
    ...base,
    ...{ notices, now, session, router, status, channels, bulkWork, cores, unsaved },
    ...ofBrowser,
    pause: new Pause(client, status, base.actions, now),
    tokens: collection(base, 'tokens'),
    sessions: collection(base, 'sessions'),
    firstSteps: new FirstSteps({ ...base, channels, memory }),
    ...ofAlerts,
    deadLettersTab: new ChosenTab<'groups' | 'all'>('groups'),
    deadLetters: new NotificationList(base, { status: 'dead' }),
    letterGroups: followGroups(base),
    deliveries: new NotificationList(base),
    heartbeats: collection(base, 'heartbeats'),
    routes: collection(base, 'routes'),
    mutingTab: new ChosenTab<'silences' | RuleGroup | 'quietHours' | 'calendar'>('silences'),
    silences: collection(base, 'silences'),
    rules: ruleCollections(base),
    ...incomingServices(base),
    rejected: followRejected(base),
    auditLog: new AuditLog(base),
    overview: new OverviewFeed(base),

    sendersUrl: () => sendersUrl(host, cores, status.value),

    /** Begins to read the address, the time and, once signed in, the host. Call once. */
    start(): void {
      const listener = hostListener({ router, notices, cores });
      for (const each of [status, bulkWork, listener]) feed.listen(each);
      for (const list of [channels, ofAlerts.views]) list.follow();
      // The desktop app has the notifications of the operating system.
      if (cores === null) feed.listen(ofBrowser.browserNotices);
      session.onChange((phase, answer) => {
        if (phase !== 'in') {
          feed.stop();
          notices.clear();
          return;
        }
        status.begin(answer);
        for (const list of [channels, ofAlerts.views]) void list.load();
        feed.start(answer?.position);
      });
      now.start();
      router.start();
      // A desktop's window that closes is only hidden.
      if (cores === null) host.addEventListener('beforeunload', unsaved.beforeUnload);
      void session.check();
    },

    stop(): void {
      now.stop();
      router.stop();
      host.removeEventListener('beforeunload', unsaved.beforeUnload);
      feed.stop();
    },
  };
}
export type Services = ReturnType<typeof createServices>;

export const [getServices, setServices] = createContext<Services>();
