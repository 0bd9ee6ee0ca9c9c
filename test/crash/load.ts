import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { ServerProcess } from '../support/server-process.ts';
import type { Ledger } from './ledger.ts';

const SENDERS = 8;
const RESOLVED_SHARE = 0.4;
/** Senders hold back above this, so that the run measures crashes and not the receiver's speed. */
const BACKLOG_MAX = 300;
const HOLD_BACK_MS = 5;

const answer = z.object({
  accepted: z.literal(1),
  results: z.tuple([z.object({ alertId: z.string(), action: z.string() })]),
});

/** Concurrent senders of unique events; each entry in the ledger follows an answer that was read. */
export class Load {
  readonly #ledger: Ledger;
  readonly #random: () => number;
  #next = 0;
  #stopping = false;

  constructor(ledger: Ledger, random: () => number) {
    this.#ledger = ledger;
    this.#random = random;
  }

  /** Sends until `stop`, or until the server is gone. */
  async run(server: ServerProcess): Promise<void> {
    this.#stopping = false;
    await Promise.all(Array.from({ length: SENDERS }, () => this.#sender(server)));
  }

  stop(): void {
    this.#stopping = true;
  }

  async #sender(server: ServerProcess): Promise<void> {
    while (!this.#stopping) {
      if (this.#ledger.backlog > BACKLOG_MAX) {
        await setTimeout(HOLD_BACK_MS);
        continue;
      }
      this.#next += 1;
      const dedupKey = String(this.#next);
      const alertId = await this.#post(server, dedupKey, 'firing', 'raised');
      if (alertId === null) continue;
      this.#ledger.raised(alertId);
      if (this.#random() > RESOLVED_SHARE) continue;
      this.#ledger.resolveSent(alertId);
      if (await this.#post(server, dedupKey, 'resolved', 'resolved')) {
        this.#ledger.resolved(alertId);
      }
    }
  }

  /** The alert's id once the event was answered 2xx; null when no answer came. */
  async #post(
    server: ServerProcess,
    dedupKey: string,
    status: 'firing' | 'resolved',
    action: string,
  ): Promise<string | null> {
    const event = { host: 'crash-test', kind: 'unique', dedupKey, status, message: 'under load' };
    let response;
    try {
      response = await server.call('POST', '/api/v1/events', event);
    } catch {
      this.#ledger.unanswered();
      return null;
    }
    if (response.status !== 200) {
      this.#ledger.unanswered();
      if (response.status !== 503) this.#ledger.violations.push(`answered ${response.status}`);
      return null;
    }
    const [result] = answer.parse(response.body).results;
    if (result.action !== action) {
      this.#ledger.violations.push(`event ${dedupKey} was ${result.action}, not ${action}`);
    }
    return result.alertId;
  }
}
