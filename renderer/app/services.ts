import { createContext } from 'svelte';
import { AlertActions } from '../alerts/alert-actions.svelte.ts';
import { AlertList } from '../alerts/alert-list.svelte.ts';
import { ChannelActions } from '../channels/channel-actions.svelte.ts';
import { ChannelStore } from '../channels/channel-store.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import { LiveFeed } from '../live/live-feed.svelte.ts';
import { NotificationActions } from '../notifications/notification-actions.svelte.ts';
import { NotificationList } from '../notifications/notification-list.svelte.ts';
import { TokenStore } from '../settings/token-store.svelte.ts';
import { Pause } from '../shell/pause.svelte.ts';
import { Session } from '../sign-in/session.svelte.ts';
import type { WindowClock } from '../time/clock.ts';
import { Now } from '../time/now.svelte.ts';
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
  readonly channels: ChannelStore;
  readonly channelActions: ChannelActions;
  readonly tokens: TokenStore;
  readonly alerts: AlertList;
  readonly alertActions: AlertActions;
  readonly deadLetters: NotificationList;
  readonly deliveries: NotificationList;
  readonly notificationActions: NotificationActions;

  constructor(client: WindowClient, clock: WindowClock, host: Window) {
    this.client = client;
    this.clock = clock;
    this.now = new Now(clock, host.document);
    this.feed = new LiveFeed(client);
    this.session = new Session(client);
    this.router = new Router(host, (code) => void this.session.redeem(code));
    this.notices = new Notices(clock);
    this.status = new StatusStore(client);
    this.pause = new Pause(client, this.status, this.notices, this.now);
    this.channels = new ChannelStore(client);
    this.channelActions = new ChannelActions(client, this.channels, this.notices);
    this.tokens = new TokenStore(client, this.feed);
    this.alerts = new AlertList(client, this.feed, clock);
    this.alertActions = new AlertActions(client, this.notices);
    this.deadLetters = new NotificationList(client, this.feed, clock, 'dead');
    this.deliveries = new NotificationList(client, this.feed, clock);
    this.notificationActions = new NotificationActions(client, this.notices);
  }

  /** Begins to read the address, the time and, once signed in, the host. Call once. */
  start(): void {
    this.feed.listen(this.status);
    this.feed.listen(this.channels);
    this.feed.onOpen((route) => this.router.open(route));
    this.session.onChange((phase) => {
      if (phase === 'in') this.#enter();
      if (phase === 'out') this.feed.stop();
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
