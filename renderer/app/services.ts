import { createContext } from 'svelte';
import type { RejectedInput } from '../../main/contract/rejected-input.ts';
import type { RuleGroup } from '../../main/contract/rules.ts';
import { AlertActions } from '../alerts/alert-actions.svelte.ts';
import { AlertList } from '../alerts/alert-list.svelte.ts';
import { AuditLog } from '../audit/audit-log.svelte.ts';
import { BulkWork } from '../bulk/bulk-work.svelte.ts';
import { pageBase } from '../client/page-base.ts';
import type { WindowClient } from '../client/window-client.ts';
import { collection, ruleCollections, type CollectionOf } from '../collection/collection.svelte.ts';
import { followGroups, type LetterGroup } from '../dead-letters/letter-groups.ts';
import { followRejected } from '../incoming/rejected-list.ts';
import type { FollowedList } from '../live/followed-list.svelte.ts';
import { LiveFeed } from '../live/live-feed.svelte.ts';
import { NotificationActions } from '../notifications/notification-actions.svelte.ts';
import { NotificationList } from '../notifications/notification-list.svelte.ts';
import { Pause } from '../shell/pause.svelte.ts';
import { Session } from '../sign-in/session.svelte.ts';
import type { WindowClock } from '../time/clock.ts';
import { Now } from '../time/now.svelte.ts';
import { ChosenTab } from '../ui/chosen-tab.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { Router } from './router.svelte.ts';
import { StatusStore } from './status-store.svelte.ts';

/** Everything with a state, made once for a window and handed down by context. */
export class Services {
  readonly client: WindowClient;
  readonly clock: WindowClock;
  readonly now: Now;
  readonly feed: LiveFeed;
  readonly session: Session;
  readonly router: Router;
  readonly notices: Notices;
  readonly status: StatusStore;
  readonly pause: Pause;
  readonly channels: CollectionOf<'channels'>;
  readonly tokens: CollectionOf<'tokens'>;
  readonly sessions: CollectionOf<'sessions'>;
  readonly alerts: AlertList;
  readonly alertActions: AlertActions;
  readonly bulkWork: BulkWork;
  readonly deadLettersTab = new ChosenTab<'groups' | 'all'>('groups');
  readonly deadLetters: NotificationList;
  readonly letterGroups: FollowedList<LetterGroup>;
  readonly deliveries: NotificationList;
  readonly notificationActions: NotificationActions;
  readonly heartbeats: CollectionOf<'heartbeats'>;
  readonly routes: CollectionOf<'routes'>;
  readonly mutingTab = new ChosenTab<'silences' | RuleGroup | 'quietHours'>('silences');
  readonly silences: CollectionOf<'silences'>;
  readonly rules: ReturnType<typeof ruleCollections>;
  readonly mappedWebhooks: CollectionOf<'mappedWebhooks'>;
  readonly rejected: FollowedList<RejectedInput>;
  readonly auditLog: AuditLog;
  readonly #host: Window;

  constructor(client: WindowClient, clock: WindowClock, host: Window) {
    this.client = client;
    this.clock = clock;
    this.#host = host;
    this.now = new Now(clock, host.document);
    this.feed = new LiveFeed(client);
    this.session = new Session(client);
    this.router = new Router(host, (code) => void this.session.redeem(code));
    this.notices = new Notices(clock);
    this.status = new StatusStore(client);
    this.pause = new Pause(client, this.status, this.notices, this.now);
    this.channels = collection(this, 'channels');
    this.tokens = collection(this, 'tokens');
    this.sessions = collection(this, 'sessions');
    this.alerts = new AlertList(client, this.feed, clock);
    this.alertActions = new AlertActions(client, this.notices);
    this.bulkWork = new BulkWork(client, this.notices, clock);
    this.deadLetters = new NotificationList(client, this.feed, clock, { status: 'dead' });
    this.letterGroups = followGroups(client, this.feed, clock);
    this.deliveries = new NotificationList(client, this.feed, clock);
    this.notificationActions = new NotificationActions(client, this.notices, this.bulkWork);
    this.heartbeats = collection(this, 'heartbeats');
    this.routes = collection(this, 'routes');
    this.silences = collection(this, 'silences');
    this.rules = ruleCollections(this);
    this.mappedWebhooks = collection(this, 'mappedWebhooks');
    this.rejected = followRejected(client, this.feed, clock);
    this.auditLog = new AuditLog(client, this.feed);
  }

  /**
   * The address that senders can use, without a slash at its end; null when there is none. In a browser it
   * is the one by which the reader came, which reaches further than the host's own 127.0.0.1.
   */
  readonly sendersUrl = (): string | null => {
    const status = this.status.value;
    if (status?.host === 'headless') return pageBase(this.#host.location).replace(/\/$/, '');
    return status?.url?.replace(/\/$/, '') ?? null;
  };

  /** Begins to read the address, the time and, once signed in, the host. Call once. */
  start(): void {
    this.feed.listen(this.status);
    this.channels.follow();
    this.feed.listen(this.bulkWork);
    this.feed.onOpen((route) => this.router.open(route));
    this.session.onChange((phase) => {
      if (phase === 'in') return this.#enter();
      this.feed.stop();
      this.notices.clear();
    });
    // A refused connection does not say why; a question does, and ends the session here if it has ended there.
    this.client.onConnection((state) => {
      if (state === 'lost') void this.status.load();
    });
    this.now.start();
    this.router.start();
    void this.session.check();
  }

  stop(): void {
    this.now.stop();
    this.router.stop();
    this.feed.stop();
  }

  #enter(): void {
    void this.status.load();
    void this.channels.load();
    this.feed.start();
  }
}

export const [getServices, setServices] = createContext<Services>();
