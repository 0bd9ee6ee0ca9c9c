import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { SteppedClock } from '../base/stepped-clock.ts';
import type { Input, MethodName, Output } from '../contract/methods.ts';
import type { Messages } from '../messages/messages.ts';
import { createHttpServer } from '../transport/http/server.ts';
import { HttpClient } from './api-client.ts';
import type { DemoReceivers } from './demo-receivers.ts';
import { HISTORY_MS, reportsOfWeek, type Report } from './demo-week.ts';
import { runServe, type ServeOptions } from './serve.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Dead within seconds instead of minutes, so that a newcomer sees it happen. */
const DEMO_RETRY = { baseMs: 1_000, capMs: 4_000, maxAttempts: 3, jitter: false } as const;
/** As long as the first pause between two attempts. */
const RETRY_STEP_MS = DEMO_RETRY.baseMs;
/** The core takes a longer one for a sleep, and would forgive heartbeats what they missed. */
const LEAP_MS = 60_000;
/** All attempts of a notification are over by then, unless its channel is down. */
const TRIES_MAX = 4;
/** The pager goes down this long before the present. */
const PAGER_BREAKS_MS = 5 * HOUR_MS;
/** Nothing listens there: the port is for a service that no one runs any more. */
const NOBODY = 'http://127.0.0.1:9/siren';
/** A core that is still busy after this many looks has a fault. */
const LOOKS_MAX = 2_000;

/** The demo's core, as its maker calls it. */
type Call = <K extends MethodName>(name: K, input: Input<K>) => Promise<Output<K>>;

/**
 * Lives through the demo's week: a real core receives what the lab reported and delivers it to the real
 * receivers, by a clock that moves as fast as it can follow. Resolves with the token that the lab sends with.
 */
export async function liveThroughWeek(
  options: ServeOptions,
  receivers: DemoReceivers,
  messages: Messages,
): Promise<string> {
  const clock = new SteppedClock(options.clock.now() - HISTORY_MS);
  const server = await runServe({
    ...options,
    port: 0,
    clock,
    logger: onlyTroubles(options.logger),
    createHttpServer,
  });
  try {
    const client = new HttpClient(server.url, server.adminToken, options.clock, messages);
    const call: Call = (name, input) => must(client, name, input);
    const token = await prepare(call, receivers.url, messages);
    const pings = await addHeartbeats(call, server.url, messages);
    await new Week(clock, call, receivers, pings).live();
    await addSilence(call, options.clock, messages);
    return token;
  } finally {
    await server.stop();
  }
}

/** Returns a log without what is normal, all of which happened long ago. */
const onlyTroubles = (logger: Logger): Logger => ({
  log(level, ...said) {
    if (level === 'warn' || level === 'error') logger.log(level, ...said);
  },
});

/** Calls a method that cannot fail unless the demo has a fault. */
async function must<K extends MethodName>(
  client: HttpClient,
  name: K,
  input: Input<K>,
): Promise<Output<K>> {
  const result = await client.call(name, input);
  if (!result.ok) throw new Error(`The demo could not call ${name}: ${result.error.message}`);
  return result.value;
}

/** Adds the lab's channels and routes, and a token for what it reports; the answer is that token. */
async function prepare(call: Call, receiversUrl: string, messages: Messages): Promise<string> {
  const channel = async (name: DemoChannel, url = `${receiversUrl}/${name}`) => {
    const shown = messages.text(`cli.demo.channel.${name}`);
    const input = { kind: 'webhook', name: shown, config: { url }, retry: DEMO_RETRY } as const;
    return (await call('channels.create', input)).id;
  };
  const route = (name: DemoRoute, more: Omit<Input<'routes.create'>, 'name'>) =>
    call('routes.create', { name: messages.text(`cli.demo.route.${name}`), ...more });
  const phone = await channel('phone');
  const pager = await channel('pager');
  const chat = await channel('chat');
  const board = await channel('board');
  const sms = await channel('sms');
  const siren = await channel('siren', NOBODY);
  await route('backups', { matchers: ['kind="backup_failed"'], channelIds: [phone, chat] });
  await route('containers', { matchers: ['host="docker1"'], channelIds: [board] });
  await route('power', { matchers: ['host="ups"'], channelIds: [phone, pager, sms, siren] });
  await route('all', { channelIds: [phone, pager] });
  const name = messages.text('cli.demo.token');
  return (await call('tokens.create', { name, scope: 'ingest', source: 'lab' })).token;
}

type DemoChannel = 'phone' | 'pager' | 'chat' | 'board' | 'sms' | 'siren';
type DemoRoute = 'backups' | 'containers' | 'power' | 'all';

/** A ping address, and when it is pinged. */
interface Pinged {
  readonly url: string;
  readonly everyMs: number;
  /** Its last ping, before the present. */
  readonly untilMs: number;
}

async function addHeartbeats(call: Call, serverUrl: string, messages: Messages): Promise<Pinged[]> {
  const heartbeat = async (
    key: 'backup' | 'sync' | 'scrub',
    host: string,
    everyMs: number,
    untilMs: number,
  ): Promise<Pinged> => {
    const { pingId } = await call('heartbeats.create', {
      name: messages.text(`cli.demo.heartbeat.${key}`),
      host,
      schedule: { type: 'period', periodMs: everyMs },
      graceMs: HOUR_MS,
    });
    return { url: `${serverUrl}/ping/${pingId ?? ''}`, everyMs, untilMs };
  };
  return [
    await heartbeat('backup', 'nas', 24 * HOUR_MS, 0),
    await heartbeat('sync', 'docker1', 6 * HOUR_MS, 0),
    await heartbeat('scrub', 'pve1', 24 * HOUR_MS, 34 * HOUR_MS),
  ];
}

async function addSilence(call: Call, clock: Clock, messages: Messages): Promise<void> {
  await call('silences.create', {
    matchers: ['host="printer"'],
    endsAt: new Date(clock.now() + 48 * HOUR_MS).toISOString(),
    comment: messages.text('cli.demo.silence'),
  });
}

/** The demo's week, hour by hour and report by report. */
class Week {
  readonly #clock: SteppedClock;
  readonly #call: Call;
  readonly #receivers: DemoReceivers;
  readonly #pings: readonly Pinged[];
  #passedMs = 0;

  constructor(clock: SteppedClock, call: Call, receivers: DemoReceivers, pings: readonly Pinged[]) {
    this.#clock = clock;
    this.#call = call;
    this.#receivers = receivers;
    this.#pings = pings;
  }

  async live(): Promise<void> {
    for (const { atMs, events } of this.#reports()) {
      await this.#passUntil(atMs);
      if (atMs >= HISTORY_MS - PAGER_BREAKS_MS) this.#receivers.breakPager();
      if (events.length === 0) continue;
      await this.#call('events.ingest', [...events]);
      await this.#settle();
    }
    await this.#passUntil(HISTORY_MS);
  }

  /** Returns the reports, and an empty one for every hour, so that due work is done. */
  #reports(): Report[] {
    const hours = Array.from({ length: HISTORY_MS / HOUR_MS }, (_, hour) => hour * HOUR_MS);
    const quiet = hours.map((atMs): Report => ({ atMs, events: [] }));
    return [...quiet, ...reportsOfWeek()].toSorted((a, b) => a.atMs - b.atMs);
  }

  async #passUntil(atMs: number): Promise<void> {
    let leftMs = atMs - this.#passedMs;
    this.#passedMs = atMs;
    // A refused delivery is retried within seconds.
    for (let tries = 0; tries < TRIES_MAX && leftMs > 0; tries += 1) {
      if ((await this.#settle()).failed === 0) break;
      this.#clock.advance(Math.min(leftMs, RETRY_STEP_MS));
      leftMs -= RETRY_STEP_MS;
    }
    // Some things are looked at every second, which nobody needs of a week that is over.
    for (; leftMs > 0; leftMs -= LEAP_MS) this.#clock.leap(Math.min(leftMs, LEAP_MS));
    if (atMs % HOUR_MS === 0) await this.#ping(atMs);
    await this.#settle();
  }

  async #ping(atMs: number): Promise<void> {
    const due = this.#pings.filter(
      ({ everyMs, untilMs }) => atMs % everyMs === 0 && atMs <= HISTORY_MS - untilMs,
    );
    for (const { url } of due) await fetch(url, { method: 'POST' });
  }

  /** Waits until the core has done what is due at this moment, and returns what it still has to deliver. */
  async #settle(): Promise<Output<'notifications.stats'>> {
    for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
      this.#clock.advance(0);
      const stats = await this.#call('notifications.stats', {});
      if (stats.sending === 0 && this.#clock.nextTimerMs() !== 0) return stats;
    }
    throw new Error('The demo’s core did not settle');
  }
}
