import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Settings } from '../../../main/contract/settings.ts';
import type { MailLimits } from '../../../main/transport/mail/mail-limits.ts';
import { IngestLab } from '../../ingest/ingest-lab.ts';
import { until } from '../../support/until.ts';

/** The SMTP listener over the real server, core and database. */
export class MailLab implements AsyncDisposable {
  readonly ingest: IngestLab;
  readonly #open: Conversation[] = [];

  private constructor(ingest: IngestLab) {
    this.ingest = ingest;
  }

  static async start(
    options: Partial<Settings['mail']> = {},
    limits: Partial<MailLimits> = {},
  ): Promise<MailLab> {
    const lab = new MailLab(await IngestLab.start(limits));
    await lab.set({ enabled: true, port: 0, ...options });
    return lab;
  }

  /** Changes settings, and waits for the listener that they want. */
  async set(options: Partial<Settings['mail']>): Promise<void> {
    const before = this.ingest.mailState;
    const { enabled, host, port } = this.ingest.mail;
    this.ingest.mail = { ...this.ingest.mail, ...options };
    this.ingest.refresh();
    const after = this.ingest.mail;
    if (enabled === after.enabled && host === after.host && port === after.port) return;
    await until(() => this.ingest.mailState !== before, 'mail follows its settings');
  }

  get port(): number {
    return Number(this.ingest.mailState.address?.split(':').at(-1));
  }

  /** Opens a conversation and says hello. */
  async talk(): Promise<Conversation> {
    const talk = await Conversation.open(this.port);
    this.#open.push(talk);
    await talk.say('EHLO sender.test');
    return talk;
  }

  /** Sends one mail and returns the last answer, that of the first command that was refused. */
  async send(mail: string, { to, from = 'root@nas.lan', password }: MailEnvelope): Promise<string> {
    const talk = await this.talk();
    try {
      return await this.#sent(talk, mail, {
        to,
        from,
        ...(password !== undefined && { password }),
      });
    } finally {
      talk.hangUp();
    }
  }

  async #sent(
    talk: Conversation,
    mail: string,
    { to, from, password }: MailEnvelope,
  ): Promise<string> {
    if (password !== undefined) {
      const answer = await talk.say(`AUTH PLAIN ${base64(`\0anybody\0${password}`)}`);
      if (!answer.startsWith('235')) return answer;
    }
    await talk.say(`MAIL FROM:<${from}>`);
    for (const recipient of [to].flat()) {
      const answer = await talk.say(`RCPT TO:<${recipient}>`);
      if (!answer.startsWith('250')) return answer;
    }
    return talk.data(mail);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const talk of this.#open) talk.hangUp();
    await this.ingest[Symbol.asyncDispose]();
  }
}

export interface MailEnvelope {
  readonly to: string | readonly string[];
  readonly from?: string;
  readonly password?: string;
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A conversation with an SMTP server, line by line. */
export class Conversation {
  #socket: Socket | TLSSocket;
  #lines: AsyncIterator<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#lines = linesOf(socket);
  }

  static async open(port: number): Promise<Conversation> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    const talk = new Conversation(socket);
    talk.greeting = await talk.reply();
    return talk;
  }

  greeting = '';

  /** Sends a line and returns the whole answer. */
  async say(line: string): Promise<string> {
    this.#socket.write(`${line}\r\n`);
    return this.reply();
  }

  /** Sends a mail after DATA and returns the answer to it. */
  async data(mail: string): Promise<string> {
    const go = await this.say('DATA');
    if (!go.startsWith('354')) return go;
    const body = mail.replaceAll(/\r?\n/g, '\r\n').replaceAll(/^\./gm, '..');
    return this.say(`${body}\r\n.`);
  }

  /** Sends bytes as they are. */
  write(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  /** Returns the next answer; '' when the server has hung up. */
  async reply(): Promise<string> {
    const lines: string[] = [];
    for (;;) {
      const next = (await this.#lines.next()) as IteratorResult<string, undefined>;
      if (next.done) return lines.join('\n');
      const { value } = next;
      lines.push(value);
      if (/^\d{3} |^\d{3}$/.test(value)) return lines.join('\n');
    }
  }

  /** Goes on over TLS, whoever signed the certificate, and returns that. */
  async startTls(): Promise<string> {
    await this.say('STARTTLS');
    const secure = connectTls({ socket: this.#socket, rejectUnauthorized: false });
    await once(secure, 'secureConnect');
    this.#socket = secure;
    this.#lines = linesOf(secure);
    return secure.getPeerX509Certificate()?.toString() ?? '';
  }

  hangUp(): void {
    this.#socket.destroy();
  }
}

const linesOf = (socket: Socket): AsyncIterator<string> =>
  createInterface({ input: socket, crlfDelay: Infinity })[Symbol.asyncIterator]();
