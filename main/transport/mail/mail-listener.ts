import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { SMTPServer, SMTPServerSession } from 'smtp-server';
import { MailReceiver, type MailReceiverDeps } from './mail-receiver.ts';
import { MailRefusal, REPLIES, type MailReply } from './mail-replies.ts';

export interface MailListenerDeps extends Omit<MailReceiverDeps, 'cut'> {
  readonly host: string;
  readonly port: number;
  /** For STARTTLS, in PEM. */
  readonly certificate: { readonly cert: string; readonly key: string };
}

type Done = (error?: Error | null) => void;

/** Commands that nobody needs, among them jokes. */
const DISABLED = ['VRFY', 'HELP', 'WIZ', 'SHELL', 'KILL', 'XCLIENT', 'XFORWARD'];

/** An SMTP server that listens, over everything that a conversation may ask. */
export class MailListener {
  readonly #server: SMTPServer;
  readonly #receiver: MailReceiver;
  /** The address at which it listens, as a URL. */
  readonly address: string;

  private constructor(server: SMTPServer, receiver: MailReceiver) {
    this.#server = server;
    this.#receiver = receiver;
    const { address, port } = server.server.address() as AddressInfo;
    this.address = `smtp://${address.includes(':') ? `[${address}]` : address}:${port}`;
  }

  /** Opens it. Rejects with the operating system's error. */
  static async open(deps: MailListenerDeps): Promise<MailListener> {
    // Loaded when it is wanted: most instances receive no mail.
    const library = await import('smtp-server');
    const receiver = new MailReceiver({
      ...deps,
      cut: (id) => connectionsOf(server, (each) => each === id, REPLIES.tooSlow),
    });
    const server = new library.SMTPServer(optionsFor(deps, receiver));
    const opening = once(server.server, 'listening');
    server.listen(deps.port, deps.host);
    // What goes wrong in a conversation concerns its client alone.
    server.on('error', () => undefined);
    await opening;
    return new MailListener(server, receiver);
  }

  /** Refuses what is new, waits (bounded) for mails in flight, closes. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    connectionsOf(this.#server, (id) => !this.#receiver.busy.has(id), {
      code: 421,
      words: 'Belfry is stopping',
    });
    await closed;
  }
}

function connectionsOf(
  server: SMTPServer,
  isMeant: (sessionId: string) => boolean,
  { code, words }: MailReply,
): void {
  for (const connection of server.connections) {
    if (isMeant(connection.id)) connection.send(code, words);
  }
}

function optionsFor(deps: MailListenerDeps, receiver: MailReceiver) {
  const { access, certificate, counts, limits } = deps;
  return {
    ...certificate,
    name: hostname(),
    banner: 'Belfry',
    logger: false,
    disableReverseLookup: true,
    disabledCommands: DISABLED,
    authOptional: true,
    // Many devices cannot do TLS, and the network decides who listens in, as it does for HTTP.
    allowInsecureAuth: true,
    lenientAddressParsing: true,
    size: limits.mailBytesMax,
    maxClients: limits.connectionsMax,
    maxCommandLength: limits.commandBytesMax,
    maxRecipients: limits.recipientsMax,
    socketTimeout: limits.idleMs,
    closeTimeout: limits.drainMs,
    onConnect(session: SMTPServerSession, done: Done) {
      const { id, remoteAddress } = session;
      done(refusalUnless(counts.connected(id, remoteAddress), REPLIES.tooManyConnections));
    },
    onClose: ({ id }: SMTPServerSession) => counts.disconnected(id),
    onAuth(
      { password }: { readonly password?: string | null | undefined },
      { remoteAddress }: SMTPServerSession,
      done: (error: Error | null, response?: { readonly user: string }) => void,
    ) {
      const given = password ?? '';
      const signedIn = access.signIn(given, remoteAddress);
      if ('code' in signedIn) done(new MailRefusal(signedIn));
      else done(null, { user: given });
    },
    onMailFrom: (_address: unknown, { remoteAddress }: SMTPServerSession, done: Done) =>
      done(refusalUnless(counts.sent(remoteAddress), REPLIES.tooManyMails)),
    onRcptTo: (...[address, session, done]: Parameters<SMTPServer['onRcptTo']>) =>
      answer(receiver.recipient(address, session), done),
    onData: (...[stream, session, done]: Parameters<SMTPServer['onData']>) =>
      answer(receiver.mail(stream, session), done),
  };
}

const refusalUnless = (isGood: boolean, reply: MailReply): Error | null =>
  isGood ? null : new MailRefusal(reply);

/** Ends a step of the conversation with what became of it. */
function answer(work: Promise<void>, done: Done): void {
  work.then(
    () => done(null),
    (error: unknown) =>
      done(error instanceof MailRefusal ? error : new MailRefusal(REPLIES.notStored)),
  );
}
