import { smtpConfig } from '../../../main/contract/channel-kind.ts';
import { createSmtp } from '../../../main/channels/smtp.ts';
import type { ChannelCase } from '../channel-case.ts';
import { SmtpFake, type SmtpRefusal } from '../smtp-fake.ts';

const PASSWORD = 'pa55 w0rd';

const REFUSALS: Readonly<Record<string, SmtpRefusal>> = {
  'has too many connections': {
    at: 'connect',
    code: 421,
    words: '4.7.0 Too many connections, try again later',
  },
  'does not want us': { at: 'connect', code: 554, words: '5.7.1 No service for you' },
  'refuses the login': { at: 'auth', code: 535, words: '5.7.8 Username and password not accepted' },
  'cannot check the login': { at: 'auth', code: 454, words: '4.7.0 Temporary failure' },
  'does not let the login send as the sender': {
    at: 'sender',
    code: 553,
    words: '5.7.1 Sender address rejected: not owned by user',
  },
  'wants a login': { at: 'sender', code: 530, words: '5.7.0 Authentication required' },
  'wants encryption first': {
    at: 'sender',
    code: 530,
    words: '5.7.0 Must issue a STARTTLS command first',
  },
  'knows none of the recipients': { at: 'recipient', code: 550, words: '5.1.1 No such user' },
  'knows one recipient only': {
    at: 'recipient',
    code: 550,
    words: '5.1.1 No such user',
    recipient: 'partner@example.org',
  },
  'lists one recipient grey': {
    at: 'recipient',
    code: 451,
    words: '4.7.1 Greylisted, come back later',
    recipient: 'partner@example.org',
  },
  'has found a loop': { at: 'data', code: 554, words: '5.4.6 Routing loop detected' },
  'has no room left': { at: 'data', code: 452, words: '4.2.2 Mailbox full' },
  'takes it for spam': { at: 'data', code: 554, words: '5.7.1 Spam message rejected' },
};

export const smtpCase: ChannelCase = {
  async start() {
    const fake = await SmtpFake.start();
    return {
      adapter: createSmtp(() => 'c0ffee'),
      config: smtpConfig.parse({
        host: '127.0.0.1',
        port: fake.port,
        username: 'belfry',
        password: PASSWORD,
        from: 'belfry@example.org',
        to: 'you@example.org, partner@example.org',
        certificate: fake.certificate,
      }),
      secrets: [
        PASSWORD,
        Buffer.from(PASSWORD).toString('base64'),
        Buffer.from(`\0belfry\0${PASSWORD}`).toString('base64'),
      ],
      received: () => fake.received,
      play(script) {
        fake.silent = script === 'silence';
        fake.echoes = script === 'echo';
        fake.refusal = script === null ? null : (REFUSALS[script] ?? null);
      },
      [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
    };
  },
  failures: {
    'has too many connections': {
      kind: 'transient',
      class: 'rate_limited',
      reason: {
        code: 'failure.rate_limited',
        params: { service: 'mail_server', status: 'SMTP 421' },
      },
      receiverText: '421 4.7.0 Too many connections, try again later',
    },
    'does not want us': {
      kind: 'permanent',
      class: 'rejected',
      reason: {
        code: 'failure.rejected',
        params: { service: 'mail_server', status: 'SMTP 554', fields: [] },
      },
      receiverText: '554 5.7.1 No service for you',
    },
    'refuses the login': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.mail_login',
        params: { fields: ['smtp.username', 'smtp.password'] },
      },
      receiverText: '535 5.7.8 Username and password not accepted',
    },
    'cannot check the login': {
      kind: 'transient',
      class: 'server_error',
      reason: {
        code: 'failure.unavailable',
        params: { service: 'mail_server', status: 'SMTP 454' },
      },
      receiverText: '454 4.7.0 Temporary failure',
    },
    'does not let the login send as the sender': {
      kind: 'permanent',
      class: 'rejected',
      reason: { code: 'failure.mail_sender', params: { fields: ['smtp.from'] } },
      receiverText: '553 5.7.1 Sender address rejected: not owned by user',
    },
    'wants a login': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.mail_login',
        params: { fields: ['smtp.username', 'smtp.password'] },
      },
      receiverText: '530 5.7.0 Authentication required',
    },
    'wants encryption first': {
      kind: 'permanent',
      class: 'configuration',
      reason: { code: 'failure.mail_starttls_required', params: { fields: ['smtp.security'] } },
      receiverText: '530 5.7.0 Must issue a STARTTLS command first',
    },
    'knows none of the recipients': {
      kind: 'permanent',
      class: 'rejected',
      reason: {
        code: 'failure.mail_recipients',
        params: { recipients: ['you@example.org', 'partner@example.org'], fields: ['smtp.to'] },
      },
      receiverText: '550 5.1.1 No such user',
    },
    'knows one recipient only': {
      kind: 'permanent',
      class: 'rejected',
      reason: {
        code: 'failure.mail_recipients_partly',
        params: {
          recipients: ['partner@example.org'],
          fields: ['smtp.to'],
          delivered: ['you@example.org'],
        },
      },
      receiverText: '550 5.1.1 No such user',
    },
    'lists one recipient grey': {
      kind: 'transient',
      class: 'server_error',
      reason: {
        code: 'failure.mail_recipients_partly',
        params: {
          recipients: ['partner@example.org'],
          fields: ['smtp.to'],
          delivered: ['you@example.org'],
        },
      },
      receiverText: '451 4.7.1 Greylisted, come back later',
    },
    'has no room left': {
      kind: 'transient',
      class: 'server_error',
      reason: {
        code: 'failure.unavailable',
        params: { service: 'mail_server', status: 'SMTP 452' },
      },
      receiverText: '452 4.2.2 Mailbox full',
    },
    'has found a loop': {
      kind: 'permanent',
      class: 'configuration',
      reason: { code: 'failure.mail_loop', params: { fields: ['smtp.to', 'smtp.host'] } },
      receiverText: '554 5.4.6 Routing loop detected',
    },
    'takes it for spam': {
      kind: 'permanent',
      class: 'rejected',
      reason: {
        code: 'failure.rejected',
        params: { service: 'mail_server', status: 'SMTP 554', fields: [] },
      },
      receiverText: '554 5.7.1 Spam message rejected',
    },
  },
  limit: null,
};
