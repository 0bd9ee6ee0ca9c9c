import { z } from 'zod';
import { field } from '../field.ts';
import { trustedCertificate } from '../trusted-certificate.ts';
import { issue } from '../reasons/issue-reasons.ts';

const RECIPIENTS_MAX = 50;

/** Plain ASCII addresses with nothing that could end a header or a command. */
const ADDRESSES =
  /^\s*[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+(?:\s*,\s*[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+)*\s*$/;

export const smtpConfig = z.strictObject({
  host: field(
    z
      .string()
      .regex(
        /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:.]+$/,
        issue('issue.mail_host'),
      )
      .max(253),
    { placeholder: 'smtp.example.org', isHost: true },
  ),
  security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  port: field(z.int().min(1).max(65_535), { placeholder: '587' }).optional(),
  username: field(
    z
      .string()
      .regex(/^\P{Cc}+$/u, issue('issue.control_characters'))
      .max(320),
    { placeholder: 'belfry@example.org' },
  ).optional(),
  password: field(z.string().min(1).max(1_024), { secret: true }).optional(),
  from: field(z.email(issue('issue.mail_address')).max(254), {
    placeholder: 'belfry@example.org',
  }),
  to: field(
    z
      .string()
      .regex(ADDRESSES, issue('issue.mail_addresses'))
      .max(4_000)
      .refine(
        (text) => text.split(',').length <= RECIPIENTS_MAX,
        issue('issue.mail_addresses_max', { max: String(RECIPIENTS_MAX) }),
      ),
    { placeholder: 'you@example.org, partner@example.org' },
  ),
  certificate: trustedCertificate(),
});
export type SmtpConfig = z.infer<typeof smtpConfig>;
