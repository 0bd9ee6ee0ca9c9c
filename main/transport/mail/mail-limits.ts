/** Bounds of the SMTP listener. */
export const MAIL_LIMITS = {
  /** Large enough for the pictures and logs that devices attach; none of it is kept. */
  mailBytesMax: 10 * 1_048_576,
  /** The part of a mail that is read: its headers and texts, since attachments come last. */
  keptBytesMax: 262_144,
  connectionsMax: 50,
  connectionsPerNetworkMax: 10,
  commandBytesMax: 4_096,
  recipientsMax: 20,
  /** Of one network; more are asked to come back, and their senders queue them. */
  mailsPerWindowMax: 600,
  mailWindowMs: 60_000,
  networksMax: 1_024,
  /** Silence on a connection. */
  idleMs: 60_000,
  /** From DATA to its end. */
  dataMs: 120_000,
  /** How long a stop waits for mails in flight before it cuts their connections. */
  drainMs: 10_000,
  /** A port that is taken is tried again. */
  retryMs: 30_000,
} as const;

export type MailLimits = { readonly [Name in keyof typeof MAIL_LIMITS]: number };
