import { z } from 'zod';
import type { ServerProcess } from '../support/server-process.ts';
import type { Accounts } from './accounts.ts';

/** One report as its sender writes it, and the episode that it is about. */
interface Report {
  readonly text: string;
  readonly isFiring: boolean;
  readonly path: string;
  readonly body: unknown;
}

/** Writes the n-th report of a sender that runs through `HOSTS` machines, one after the other. */
type Format = (episode: number, isFiring: boolean) => Report;

/**
 * A condition comes back after all others of its sender. At the full rate that is more than 150 s, so that
 * none changes five times in 300 s: flapping would hold notifications on purpose.
 */
const HOSTS = 4_000;
/** How many later episodes of its sender begin before one ends. */
const OPEN_EPISODES = 40;

const hostOf = (episode: number): string => `host-${episode % HOSTS}`;
const now = (): string => new Date().toISOString();

const api: Format = (episode, isFiring) => {
  const text = `api ${episode}`;
  const status = isFiring ? 'firing' : 'resolved';
  const event = { host: hostOf(episode), kind: 'DiskFillsUp', severity: 'warning', status };
  return { text, isFiring, path: '/api/v1/events', body: { ...event, message: text } };
};

const alertmanager: Format = (episode, isFiring) => {
  const text = `alertmanager ${episode}`;
  const labels = { alertname: 'TargetDown', instance: `${hostOf(episode)}:9100`, job: 'node' };
  const times = isFiring ? { startsAt: now() } : { endsAt: now() };
  const body = [{ labels, annotations: { summary: text }, ...times }];
  return { text, isFiring, path: '/api/v2/alerts', body };
};

const uptimeKuma: Format = (episode, isFiring) => {
  const text = `uptime-kuma ${episode}`;
  const monitor = { id: episode % HOSTS, name: 'Nextcloud', hostname: hostOf(episode) };
  const body = { heartbeat: { status: isFiring ? 0 : 1 }, monitor, msg: text };
  return { text, isFiring, path: '/ingest/uptime-kuma', body };
};

/** A message has no end, so every report of this sender is an episode. */
const gotify: Format = (episode) => {
  const text = `gotify ${episode}`;
  return { text, isFiring: true, path: '/message', body: { title: 'Backup', message: text } };
};

/** Ten events of the mix: five of the API, three of Prometheus, one of Uptime Kuma, one message. */
const MIX = [api, alertmanager, api, uptimeKuma, api, alertmanager, api, gotify, api, alertmanager];

const eventsAnswer = z.object({ accepted: z.literal(1) });

/** Sends the mix, one event at a time, and enters each answer into the accounts. */
export class Senders {
  readonly #server: ServerProcess;
  readonly #accounts: Accounts;
  readonly #counts = new Map<Format, number>();
  /** Firing reports on their way, by text: a sender ends an episode after its beginning was answered. */
  readonly #begun = new Map<string, Promise<void>>();
  #sent = 0;

  constructor(server: ServerProcess, accounts: Accounts) {
    this.#server = server;
    this.#accounts = accounts;
  }

  /** Sends the next event of the mix; resolves once it was answered. */
  async sendNext(): Promise<void> {
    const format = MIX[this.#sent++ % MIX.length] ?? api;
    const report = this.#next(format);
    if (!report.isFiring) {
      await this.#begun.get(report.text);
      await this.#send(format, report);
      return;
    }
    const answered = this.#send(format, report).finally(() => this.#begun.delete(report.text));
    this.#begun.set(report.text, answered);
    await answered;
  }

  async #send(format: Format, { text, isFiring, path, body }: Report): Promise<void> {
    let answer;
    try {
      answer = await this.#server.call('POST', path, body);
    } catch {
      this.#accounts.refused(text, 'no answer');
      return;
    }
    const isAccepted =
      answer.status === 200 && (format !== api || eventsAnswer.safeParse(answer.body).success);
    if (isAccepted) this.#accounts.accepted(text, isFiring);
    else this.#accounts.refused(text, String(answer.status));
  }

  #next(format: Format): Report {
    const count = this.#counts.get(format) ?? 0;
    this.#counts.set(format, count + 1);
    if (format === gotify) return gotify(count, true);
    const begun = count < OPEN_EPISODES ? count : OPEN_EPISODES + ((count - OPEN_EPISODES) >> 1);
    const isFiring = count < OPEN_EPISODES || (count - OPEN_EPISODES) % 2 === 1;
    return isFiring ? format(begun, true) : format(begun - OPEN_EPISODES, false);
  }
}
