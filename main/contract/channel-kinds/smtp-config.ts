import { z } from 'zod';
import { field } from '../field.ts';
import { trustedCertificate } from '../trusted-certificate.ts';

const RECIPIENTS_MAX = 50;

/** Plain ASCII addresses with nothing that could end a header or a command. */
const ADDRESSES =
  /^\s*[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+(?:\s*,\s*[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+)*\s*$/;

export const smtpConfig = z.strictObject({
  host: field(
    z
      .string()
      .regex(/^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:.]+$/, {
        error: 'must be a name or an IP address, without a port',
      })
      .max(253),
    {
      title: 'Server',
      help: 'The outgoing mail server of your provider, or one of your own.',
      placeholder: 'smtp.example.org',
      isHost: true,
    },
  ),
  security: field(z.enum(['starttls', 'tls', 'none']), {
    title: 'Encryption',
    help: 'With STARTTLS and TLS nothing is ever sent in the clear, whatever the server says. None is for a server in your own network.',
    choices: {
      starttls: 'STARTTLS (usually port 587)',
      tls: 'TLS (usually port 465)',
      none: 'None (usually port 25)',
    },
  }).default('starttls'),
  port: field(z.int().min(1).max(65_535), {
    title: 'Port',
    help: 'Optional. Left out, it is the usual one of the encryption.',
    placeholder: '587',
  }).optional(),
  username: field(
    z
      .string()
      .regex(/^\P{Cc}+$/u, { error: 'must hold no control characters' })
      .max(320),
    {
      title: 'User name',
      help: 'Often the whole address. Leave it empty for a server that asks for no login.',
      placeholder: 'belfry@example.org',
    },
  ).optional(),
  password: field(z.string().min(1).max(1_024), {
    title: 'Password',
    help: 'With two-factor authentication, providers want an app password here.',
    secret: true,
  }).optional(),
  from: field(z.email({ error: 'must be an e-mail address' }).max(254), {
    title: 'Sender',
    help: 'Providers take only addresses that belong to the login.',
    placeholder: 'belfry@example.org',
  }),
  to: field(
    z
      .string()
      .regex(ADDRESSES, { error: 'must be e-mail addresses, separated by commas' })
      .max(4_000)
      .refine((text) => text.split(',').length <= RECIPIENTS_MAX, {
        error: `must be at most ${RECIPIENTS_MAX} addresses`,
      }),
    {
      title: 'Recipients',
      help: 'One address, or several separated by commas.',
      placeholder: 'you@example.org, partner@example.org',
    },
  ),
  certificate: trustedCertificate(),
});
export type SmtpConfig = z.infer<typeof smtpConfig>;
