import type { OutboundHeartbeatStatus } from '../../main/contract/outbound-heartbeat.ts';
import type { WindowClient } from '../client/window-client.ts';
import { reasonText } from '../messages/text.svelte.ts';
import { Submission } from '../ui/submission.svelte.ts';

const URL_FIELD = 'outboundHeartbeat.url';
const MINUTES_FIELD = 'outboundHeartbeat.everyMinutes';

/** The form of the outbound heartbeat. Its URL is typed whole and never shown again. */
export class OutboundHeartbeatForm {
  readonly #client: WindowClient;
  readonly submission = new Submission();
  #target = $state<string | null>(null);
  #tested = $state.raw<OutboundHeartbeatStatus | null>(null);
  #testing = $state(false);
  #testProblem = $state<string | null>(null);
  url = $state('');
  everyMinutes = $state(5);

  constructor(client: WindowClient) {
    this.#client = client;
  }

  async load(): Promise<void> {
    const answer = await this.#client.call('settings.get', {});
    if (answer.ok) this.#read(answer.value.outboundHeartbeat);
  }

  /** The URL as far as it may be shown; null while it is off. */
  get target(): string | null {
    return this.#target;
  }

  get testing(): boolean {
    return this.#testing;
  }

  /** The reason why the last test failed, or null. */
  get testProblem(): string | null {
    return this.#testProblem;
  }

  /** True once a test was accepted, until the next one. */
  get isAccepted(): boolean {
    return this.#tested !== null && this.#testProblem === null;
  }

  get urlProblem(): string | undefined {
    return this.submission.problems.fields[URL_FIELD];
  }

  get minutesProblem(): string | undefined {
    return this.submission.problems.fields[MINUTES_FIELD];
  }

  /** Returns true if it was saved. An empty URL keeps the stored one. */
  save(): Promise<boolean> {
    const url = this.url.trim();
    return this.#send({ everyMinutes: this.everyMinutes, ...(url === '' ? {} : { url }) });
  }

  switchOff(): Promise<boolean> {
    return this.#send({ url: null });
  }

  async test(): Promise<void> {
    if (this.#testing) return;
    this.#testing = true;
    const answer = await this.#client.call('outboundHeartbeat.test', {});
    this.#testing = false;
    this.#tested = answer.ok ? answer.value : null;
    const problem = answer.ok ? answer.value.reason && reasonText(answer.value.reason) : null;
    this.#testProblem = answer.ok ? problem : answer.error.message;
  }

  async #send(patch: { url?: string | null; everyMinutes?: number }): Promise<boolean> {
    const saved = await this.submission.send(
      () => this.#client.call('settings.update', { outboundHeartbeat: patch }),
      [URL_FIELD, MINUTES_FIELD],
    );
    if (saved) this.#read(saved.outboundHeartbeat);
    return saved !== null;
  }

  #read({ target, everyMinutes }: { target: string | null; everyMinutes: number }): void {
    this.#target = target;
    this.everyMinutes = everyMinutes;
    this.url = '';
    this.#tested = null;
    this.#testProblem = null;
  }
}
