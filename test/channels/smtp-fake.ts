import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import { selfSignedCertificate } from '../support/self-signed-certificate.ts';

/** At which point of a session a fake server says no. */
export type SmtpStage = 'connect' | 'auth' | 'sender' | 'recipient' | 'data';

export interface SmtpRefusal {
  readonly at: SmtpStage;
  readonly code: number;
  readonly words: string;
  /** Only this recipient is refused. */
  readonly recipient?: string;
}

/** A real SMTP server that takes every mail, or refuses it on demand. */
export class SmtpFake implements AsyncDisposable {
  readonly #server: SMTPServer;
  readonly certificate: string;
  readonly received: string[] = [];
  refusal: SmtpRefusal | null = null;
  /** Takes mails and never answers. */
  silent = false;
  /** Refuses mails with attachments. */
  refusesParts = false;
  /** Refuses mails and quotes all that it received. */
  echoes = false;
  #login = '';

  private constructor(options: SMTPServerOptions) {
    const { key, cert } = selfSignedCertificate();
    this.certificate = cert;
    this.#server = new SMTPServer({
      key,
      cert,
      authOptional: true,
      // It would look up the name of every client.
      disableReverseLookup: true,
      closeTimeout: 10,
      onConnect: (_session, done) => done(this.#refusal('connect')),
      onAuth: (auth, _session, done) => {
        this.#login = `${auth.method} ${auth.username ?? ''} ${auth.password ?? ''}`;
        const error = this.#refusal('auth');
        if (error) done(error);
        else done(null, { user: auth.username });
      },
      onMailFrom: (_address, _session, done) => done(this.#refusal('sender')),
      onRcptTo: ({ address }, _session, done) => done(this.#refusal('recipient', address)),
      onData: (stream, session, done) => {
        void text(stream).then((mail) => this.#take(mail, session, done));
      },
      ...options,
    });
    // A client that refuses the certificate hangs up in the handshake.
    this.#server.on('error', () => undefined);
  }

  static async start(options: SMTPServerOptions = {}): Promise<SmtpFake> {
    const fake = new SmtpFake(options);
    const listening = fake.#server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    return fake;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  #refusal(stage: SmtpStage, recipient?: string): Error | null {
    const { refusal } = this;
    if (refusal?.at !== stage) return null;
    if (refusal.recipient !== undefined && refusal.recipient !== recipient) return null;
    return Object.assign(new Error(refusal.words), { responseCode: refusal.code });
  }

  #take(
    mail: string,
    { envelope, secure }: SMTPServerSession,
    done: (error?: Error | null, words?: string) => void,
  ): void {
    const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
    const recipients = envelope.rcptTo.map(({ address }) => address).join(' ');
    const head = `${secure ? 'TLS' : 'clear'} LOGIN ${this.#login.split(' ', 2).join(' ')} FROM ${from} TO ${recipients}`;
    this.received.push(`${head}\n${mail.replaceAll('\r\n', '\n')}`);
    if (this.silent) return;
    if (this.refusesParts && mail.includes('Content-Disposition:')) {
      return done(Object.assign(new Error('Attachments are not taken'), { responseCode: 552 }));
    }
    if (this.echoes) {
      const [method, user = '', password = ''] = this.#login.split(' ');
      const plain = Buffer.from(`\0${user}\0${password}`).toString('base64');
      const quoted = `I was sent ${String(method)} ${plain} ${user} ${password} and ${mail}`;
      const words = quoted.replaceAll(/\s+/g, ' ').slice(0, 4_000);
      return done(Object.assign(new Error(words), { responseCode: 554 }));
    }
    done(this.#refusal('data'), 'taken');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}
