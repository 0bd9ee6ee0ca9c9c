import { z } from 'zod';
import { mailReason } from './reasons/host-reasons.ts';
import { issue } from './reasons/issue-reasons.ts';

/** The parts of the contract that concern incoming mail. */

const isOneOf =
  (...schemas: readonly z.ZodType[]) =>
  (text: string): boolean =>
    schemas.some((schema) => schema.safeParse(text).success);

/** An address of this machine to listen on; `0.0.0.0` and `::` are all of them. */
export const bindAddress = z
  .string()
  .trim()
  .max(64)
  .refine(isOneOf(z.ipv4(), z.ipv6()), issue('issue.ip_address'));

/** An IP address or a network in CIDR notation. */
export const network = z
  .string()
  .trim()
  .max(64)
  .refine(isOneOf(z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()), issue('issue.network'));

/** A sender's address, or the domain of all of its addresses. */
export const mailSender = z
  .string()
  .trim()
  .max(254)
  .regex(/^(?:[^\s@<>,]+@)?[^\s@<>,]+$/, issue('issue.mail_sender'));

/** The state of the SMTP listener. */
export const mailStatus = z.object({
  /** The address at which it listens; null while it does not. */
  address: z.string().nullable(),
  /** The reason, for people, why it does not listen; null if it does, or is off. */
  problem: z.string().nullable(),
  /** `problem` as data. */
  reason: mailReason.nullable(),
});
export type MailStatus = z.infer<typeof mailStatus>;
