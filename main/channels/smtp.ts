import { createTransport } from 'nodemailer';
import type { SmtpConfig } from '../contract/channel-kinds/smtp-config.ts';
import { oneLine } from '../domain/message-text.ts';
import { sent, type Outcome } from '../domain/outcome.ts';
import {
  requestLine,
  type ChannelAdapter,
  type Delivery,
  type SendContext,
} from './channel-adapter.ts';
import { secretsOf } from './config-secrets.ts';
import { dialled, serverName, trustIn } from './dial.ts';
import { outcomeWithout } from './redaction.ts';
import { recipientsOf, smtpMessage } from './smtp-message.ts';
import { outcomeOfRecipients, outcomeOfSmtpError } from './smtp-outcome.ts';

const USUAL_PORTS = { starttls: 587, tls: 465, none: 25 } as const;

const addressOf = ({ host, port, security }: SmtpConfig): { host: string; port: number } => ({
  host,
  port: port ?? USUAL_PORTS[security],
});

/** Sends one mail over one connection, which is over when it returns. */
async function deliver(
  config: SmtpConfig,
  delivery: Delivery,
  { clock, signal }: SendContext,
): Promise<Outcome> {
  const { security, username, password } = config;
  const trust = trustIn(config.certificate);
  const address = addressOf(config);
  const servername = serverName(config.host);
  using cleanup = new DisposableStack();
  const socket = await dialled({ ...address, trust: security === 'tls' ? trust : null }, signal);
  cleanup.defer(() => socket.destroy());
  const transport = createTransport({
    ...address,
    connection: socket,
    secure: security === 'tls',
    secured: security === 'tls',
    // Without it a man in the middle could take STARTTLS off the server's list, and read on.
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { ...trust, ...(servername === undefined ? {} : { servername }) },
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
  });
  const message = { ...smtpMessage(config, delivery, clock.now()), signal };
  const { accepted, response, rejectedErrors = [] } = await transport.sendMail(message);
  return outcomeOfRecipients(rejectedErrors, accepted) ?? sent({ responseExcerpt: response });
}

/** The password as it goes over the wire. */
function wireSecrets({ username = '', password }: SmtpConfig): string[] {
  if (password === undefined) return [];
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  // The server's words are put on one line before secrets are looked for.
  return [oneLine(password), base64(password), base64(`\0${username}\0${password}`)];
}

/** Mail over an SMTP server. */
export const createSmtp = (): ChannelAdapter<SmtpConfig> => ({
  kind: 'smtp',
  audience: 'people',
  // Servers take their time over greetings and checks of content.
  timeoutMs: 60_000,
  concurrency: 1,
  // What Exchange Online allows, the least of the large providers.
  rateLimit: { count: 30, perMs: 60_000 },
  target(config, messages) {
    const { host, port } = addressOf(config);
    const server = `${host}:${port}`;
    return messages.text('channels.target.smtp', { recipients: config.to, server });
  },
  async send(config, delivery, context) {
    const count = recipientsOf(config).length;
    const request = requestLine('MAIL', delivery, `${count} recipients`);
    const outcome = await deliver(config, delivery, context).catch(outcomeOfSmtpError);
    return {
      ...outcomeWithout(outcome, [...secretsOf('smtp', config, delivery), ...wireSecrets(config)]),
      request,
    };
  },
});
