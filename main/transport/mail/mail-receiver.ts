import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import type { Clock } from '../../base/clock.ts';
import { errorText, type Logger } from '../../base/logger.ts';
import type { MailSample } from '../../contract/mail-rule.ts';
import { StoreUnavailable } from '../../domain/store-unavailable.ts';
import { readMailSource, type Mail, type MailSource } from '../../ingest/mail/mail.ts';
import {
  MAIL_SOURCE,
  pingActionOf,
  pingLogOf,
  readMail,
  withCleanMail,
} from '../../ingest/mail/mail-reading.ts';
import type { MailRule } from '../../ingest/mail/mail-rules.ts';
import type { IngestGauge } from '../http/ingest-gauge.ts';
import type { IngestPort } from '../http/ingest-routes.ts';
import type { PingPort } from '../http/ping-routes.ts';
import type { Destination, MailAccess, MailClient } from './mail-access.ts';
import type { MailLimits } from './mail-limits.ts';
import type { NetworkCounts } from './network-counts.ts';
import { MailRefusal, REPLIES } from './mail-replies.ts';

/** The rules by which mails are read, and what follows them. */
export interface MailIntake {
  /** The rules that people wrote; the same array until they change. */
  rules(): readonly MailRule[];
  /** The marks of the mails that this Belfry sends, also by earlier keys. */
  ownMarks(): readonly string[];
  /** Called with each mail that becomes alerts; must return at once. */
  received(mail: MailSample): void;
}

export interface MailReceiverDeps {
  readonly access: MailAccess;
  readonly mail: MailIntake;
  readonly ingest: Pick<IngestPort, 'store' | 'messages'>;
  readonly pings: Pick<PingPort, 'ping'>;
  readonly gauge: IngestGauge;
  readonly counts: NetworkCounts;
  readonly limits: MailLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends a connection that takes too long. */
  readonly cut: (sessionId: string) => void;
}

/** Replaces a credential where a mail quotes it. */
const HIDDEN = '***';
/** A token as Belfry makes it: a mail to one may quote another. */
const TOKEN = /bf_[\w-]{43}/g;
/** Parts of a mail are cut to their limits, within a credential too; fewer characters of it help nobody. */
const BEGINNING_CHARS_MIN = 8;

/**
 * Takes mails: each is answered once everything that it says is durable. It becomes alerts and pings here, and
 * goes nowhere else: nothing in this folder opens a connection.
 */
export class MailReceiver {
  readonly #deps: MailReceiverDeps;
  /** The sessions whose mail is being received or stored. */
  readonly busy = new Set<string>();

  constructor(deps: MailReceiverDeps) {
    this.#deps = deps;
  }

  /** Checks a recipient. Rejects with a MailRefusal. */
  async recipient({ address }: SMTPServerAddress, session: SMTPServerSession): Promise<void> {
    const found = await this.#answered(() =>
      this.#deps.access.destination(address, clientOf(session)),
    );
    if (!found.ok) throw new MailRefusal(found.reply);
  }

  /** Receives and stores a mail. Rejects with a MailRefusal. */
  async mail(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const { gauge } = this.#deps;
    this.busy.add(session.id);
    try {
      const source = await this.#received(stream, session);
      if (!gauge.enter()) throw new MailRefusal(REPLIES.busy);
      try {
        await this.#answered(() => this.#store(source, session));
      } finally {
        gauge.leave();
      }
    } finally {
      this.busy.delete(session.id);
    }
  }

  /** Keeps the beginning of a mail, and lets the rest go by. */
  async #received(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<MailSource> {
    const { clock, cut } = this.#deps;
    const { dataMs, keptBytesMax } = this.#deps.limits;
    using _limit = clock.after(dataMs, () => cut(session.id));
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (bytes < keptBytesMax) chunks.push(chunk.subarray(0, keptBytesMax - bytes));
      bytes += chunk.length;
    }
    if (stream.sizeExceeded) throw new MailRefusal(REPLIES.tooBig);
    const kept = Buffer.concat(chunks);
    // Also within a bounce, or when it was forwarded: each of them would be announced by the next mail.
    if (this.#deps.mail.ownMarks().some((mark) => kept.includes(mark))) {
      throw new MailRefusal(REPLIES.own);
    }
    return {
      bytes: kept,
      isCut: bytes > keptBytesMax,
      sender: clientOf(session).sender,
    };
  }

  async #store(source: MailSource, session: SMTPServerSession): Promise<void> {
    const client = clientOf(session);
    const destinations: Destination[] = [];
    for (const { address } of session.envelope.rcptTo) {
      const found = await this.#deps.access.destination(address, client);
      // What was good a moment ago may have been revoked.
      if (!found.ok) throw new MailRefusal(found.reply);
      destinations.push(found.to);
    }
    const mail = withoutSecrets(await readMailSource(source), secretsOf(client, destinations));
    if (destinations.some(({ kind }) => kind === 'alerts')) {
      const { from, subject, text } = mail;
      this.#deps.mail.received({ from, subject, text });
    }
    for (const to of distinct(destinations)) await this.#deliver(mail, to);
  }

  async #deliver(mail: Mail, to: Destination): Promise<void> {
    const { ingest, pings } = this.#deps;
    if (to.kind === 'alerts') {
      const source = to.caller.source ?? MAIL_SOURCE;
      const context = { source, messages: ingest.messages() };
      const read = withCleanMail(readMail(mail, this.#deps.mail.rules(), context));
      await ingest.store(read.events, read.messages);
      return;
    }
    const action = to.action ?? pingActionOf(mail);
    const ping = { ...action, runId: null, body: pingLogOf(mail) };
    const { outcome } = await pings.ping({ pingId: to.pingId }, ping);
    if (outcome === 'unknown') throw new MailRefusal(REPLIES.noHeartbeat);
  }

  /** Turns what the store or a bug throws into an answer after which senders try again. */
  async #answered<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof MailRefusal) throw error;
      if (!(error instanceof StoreUnavailable)) {
        this.#deps.logger.log('error', 'A mail could not be taken', { error: errorText(error) });
      }
      throw new MailRefusal(REPLIES.notStored);
    }
  }
}

const clientOf = ({ remoteAddress, user, envelope }: SMTPServerSession): MailClient => ({
  address: remoteAddress,
  // What the library keeps for a session that has signed in.
  password: typeof user === 'string' ? user : null,
  sender: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
});

/** Leaves out the recipients that stand for the same as another. */
function distinct(destinations: readonly Destination[]): Destination[] {
  const keyed = destinations.map((to): [string, Destination] =>
    to.kind === 'alerts'
      ? [`alerts ${to.caller.source ?? MAIL_SOURCE}`, to]
      : [`ping ${to.pingId} ${JSON.stringify(to.action)}`, to],
  );
  return [...new Map(keyed).values()];
}

/** Returns the credentials by which a mail came in: a client that has signed in may write to a heartbeat as well. */
const secretsOf = (
  { password }: MailClient,
  destinations: readonly Destination[],
): readonly string[] =>
  [password, ...destinations.map(({ secret }) => secret)].filter((secret) => secret !== null);

/** Returns a mail that quotes neither these credentials nor any other token, whichever of its parts a rule reads. */
function withoutSecrets(mail: Mail, secrets: readonly string[]): Mail {
  const hidden = (text: string): string =>
    secrets.reduce(withoutSecret, text).replaceAll(TOKEN, HIDDEN);
  return {
    ...mail,
    subject: hidden(mail.subject),
    text: hidden(mail.text),
    from: hidden(mail.from),
    files: mail.files.map(hidden),
    headers: new Map([...mail.headers].map(([name, value]) => [name, hidden(value)])),
  };
}

/** Returns a text without a credential in any case, as recipients have it, and without the part of it that a cut has left. */
function withoutSecret(text: string, secret: string): string {
  const rest = text.replaceAll(new RegExp(literal(secret), 'gi'), HIDDEN);
  for (let length = secret.length - 1; length >= BEGINNING_CHARS_MIN; length--) {
    if (rest.endsWith(secret.slice(0, length))) return rest.slice(0, -length) + HIDDEN;
  }
  return rest;
}

/** Returns a pattern of a text that stands for itself. */
const literal = (text: string): string => text.replaceAll(/[^\w]/g, '\\$&');
