/** An answer of the SMTP protocol (RFC 5321); its words are for the sender's log, and are English as those of all mail servers. */
export interface MailReply {
  readonly code: number;
  readonly words: string;
}

const reply = (code: number, words: string): MailReply => ({ code, words });

export const REPLIES = {
  wrongPassword: reply(535, 'The password is no token of Belfry. Any user name will do'),
  outOfScope: reply(535, 'This token may not send events'),
  tooManyFailures: reply(421, 'Too many failed sign-ins, try again later'),
  tooManyConnections: reply(421, 'Too many connections from your network, try again later'),
  tooManyMails: reply(451, 'Too many mails from your network, try again later'),
  noRelay: reply(
    550,
    'No relaying. Sign in with a token as password, write to <token>@belfry, or have your network allowed',
  ),
  signedOut: reply(550, 'The token with which you signed in was revoked'),
  recipientOutOfScope: reply(550, 'The token in this recipient may not send events'),
  noHeartbeat: reply(550, 'No heartbeat has this ping address'),
  own: reply(
    554,
    '5.4.6 This mail is from this Belfry itself. Announced again it would go round for ever; send it to a mailbox elsewhere',
  ),
  tooBig: reply(552, 'The mail is too big'),
  tooSlow: reply(421, 'The mail took too long to arrive'),
  busy: reply(451, 'Too much is being stored, try again later'),
  notStored: reply(451, 'The mail cannot be stored at the moment, try again later'),
} as const satisfies Record<string, MailReply>;

/** A reply as the library takes it. */
export class MailRefusal extends Error {
  readonly responseCode: number;

  constructor({ code, words }: MailReply) {
    super(words);
    this.responseCode = code;
  }
}
