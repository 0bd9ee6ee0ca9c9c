import type { Clock } from '../../base/clock.ts';
import { errorText, type Logger } from '../../base/logger.ts';
import type { MailReason } from '../../contract/reasons/host-reasons.ts';
import type { Settings } from '../../contract/settings.ts';
import { ReasonError } from '../../messages/failures.ts';
import type { FailureLimit } from '../http/failure-limit.ts';
import type { Gate } from '../http/gate.ts';
import type { IngestGauge } from '../http/ingest-gauge.ts';
import type { IngestPort } from '../http/ingest-routes.ts';
import type { PingPort } from '../http/ping-routes.ts';
import { MailAccess } from './mail-access.ts';
import { mailCertificate } from './mail-certificate.ts';
import { MAIL_LIMITS, type MailLimits } from './mail-limits.ts';
import { MailListener } from './mail-listener.ts';
import type { MailIntake } from './mail-receiver.ts';
import { NetworkCounts } from './network-counts.ts';

/** Where the SMTP listener is, or why it is nowhere. */
export interface MailState {
  readonly address: string | null;
  readonly reason: MailReason | null;
}

export interface MailPort extends MailIntake {
  /** The settings as they are now. */
  options(): Settings['mail'];
  /** Called when its state has changed; must return at once. */
  became(state: MailState): void;
}

export interface MailServerDeps {
  readonly mail: MailPort;
  readonly dataDir: string;
  readonly ingest: IngestPort;
  readonly pings: PingPort;
  readonly gate: Gate;
  readonly failures: FailureLimit;
  readonly gauge: IngestGauge;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Other limits than MAIL_LIMITS. */
  readonly limits?: Partial<MailLimits>;
}

/**
 * The SMTP listener as the settings want it.
 *
 *   off ─enabled─▶ opening ─┬─▶ listening ─settings changed─▶ opening      any ─disabled or stopped─▶ off
 *                     ▲     └─▶ failed ─half a minute, or settings changed─┐
 *                     └────────────────────────────────────────────────────┘
 */
export class MailServer {
  readonly #deps: MailServerDeps;
  readonly #limits: MailLimits;
  readonly #access: MailAccess;
  #listener: MailListener | null = null;
  #retry: Disposable | null = null;
  /** Changes are made one after the other. */
  #work: Promise<void> = Promise.resolve();
  #wanted = '';
  #isStopped = false;

  constructor(deps: MailServerDeps) {
    this.#deps = deps;
    this.#limits = { ...MAIL_LIMITS, ...deps.limits };
    this.#access = new MailAccess({ ...deps, options: () => deps.mail.options() });
  }

  /** Follows the settings: opens, moves or closes the listener. Resolves once that is done. */
  refresh(): Promise<void> {
    const { enabled, host, port } = this.#deps.mail.options();
    const wanted = enabled && !this.#isStopped ? `${host} ${port}` : '';
    if (wanted !== this.#wanted) {
      this.#wanted = wanted;
      this.#work = this.#work.then(() => this.#reopen());
    }
    return this.#work;
  }

  /** Refuses what is new, waits (bounded) for mails in flight, closes. */
  stop(): Promise<void> {
    this.#isStopped = true;
    return this.refresh();
  }

  async #reopen(): Promise<void> {
    const { mail } = this.#deps;
    this.#retry?.[Symbol.dispose]();
    this.#retry = null;
    const open = this.#listener;
    this.#listener = null;
    await open?.close();
    if (this.#wanted === '') {
      if (!this.#isStopped) mail.became({ address: null, reason: null });
      return;
    }
    await this.#open();
  }

  async #open(): Promise<void> {
    const { mail, clock, dataDir, logger } = this.#deps;
    const { host, port } = mail.options();
    try {
      const certificate = mailCertificate(dataDir, clock.now());
      const counts = new NetworkCounts(this.#limits, clock);
      this.#listener = await MailListener.open({
        ...this.#deps,
        access: this.#access,
        limits: this.#limits,
        counts,
        host,
        port,
        certificate,
      });
      mail.became({ address: this.#listener.address, reason: null });
    } catch (error) {
      const reason = reasonOf(error, host, String(port));
      logger.log('warn', 'Mail is not received', { error: errorText(error) });
      mail.became({ address: null, reason });
      this.#retry = clock.after(this.#limits.retryMs, () => {
        this.#work = this.#work.then(() => this.#reopen());
      });
    }
  }
}

function reasonOf(error: unknown, host: string, port: string): MailReason {
  if (error instanceof ReasonError) return error.reason as MailReason;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return { code: 'mail.port_taken', params: { host, port } };
    case 'EACCES':
      return { code: 'mail.port_forbidden', params: { host, port } };
    case 'EADDRNOTAVAIL':
      return { code: 'mail.address_unknown', params: { host } };
    default:
      return { code: 'mail.failed', params: { host, port, error: errorText(error) } };
  }
}
