import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { FailureReason } from '../../main/contract/reasons/failure-reasons.ts';
import { causeOf, causeText, withoutParticulars } from '../../main/domain/cause.ts';
import { legacy } from '../support/failures.ts';

describe('what failures of one cause have in common', () => {
  const failure = (reason: FailureReason, receiverText: string | null = null) =>
    causeOf({ reason, receiverText });
  const refused = (status: string): FailureReason => ({
    code: 'failure.rejected',
    params: { service: 'ntfy', status, fields: ['ntfy.topic'] },
  });
  const recipients = (...names: string[]): FailureReason => ({
    code: 'failure.mail_recipients',
    params: { recipients: names, fields: ['smtp.to'] },
  });

  test('is the code, the parameters that tell causes apart, and the receiver without particulars', () => {
    expect(failure(refused('HTTP 400'), 'job 17 on "nas" refused')).toBe(
      '["failure.rejected",{"service":"ntfy","status":"HTTP 400"},"job <n> on <value> refused"]',
    );
  });

  test('is the same for what differs in particulars, and for nothing else', () => {
    const first = failure(refused('HTTP 400'), 'job 17');
    expect(failure(refused('HTTP 400'), 'job 18')).toBe(first);
    expect(failure(refused('HTTP 422'), 'job 17')).not.toBe(first);
    expect(failure(refused('HTTP 400'), 'no job')).not.toBe(first);
    expect(failure(recipients('a@b.c'))).toBe(failure(recipients('d@e.f', 'g@h.i')));
  });

  test('knows what a channel that was down failed with', () => {
    const down = (error: string): FailureReason => ({
      code: 'failure.channel_down',
      params: { because: { code: 'failure.unreachable', params: { error } } },
    });
    expect(failure(down('ECONNREFUSED'))).toBe(
      '["failure.channel_down",{"because":["failure.unreachable",{"error":"ECONNREFUSED"}]},""]',
    );
    expect(failure(down('ECONNRESET'))).not.toBe(failure(down('ECONNREFUSED')));
  });

  test('of a sentence from before is what it was grouped by then', () => {
    const before = failure(legacy('connect ECONNREFUSED 10.0.0.7:80'));
    expect(before).toBe('["legacy",{},"connect ECONNREFUSED <ip>:<port>"]');
    expect(causeText(before)).toBe('connect ECONNREFUSED <ip>:<port>');
  });
});

describe('a text without its particulars', () => {
  test.for([
    ['HTTP 503: the receiver could not take it now.', null],
    ['HTTP 401: the receiver refuses our credentials. Check the channel’s URL and secret.', null],
    ["The receiver's certificate is not trusted (CERT_HAS_EXPIRED). Use the channel's name.", null],
    ['x509: certificate signed by unknown authority', null],
    ['ERR_HTTP2_STREAM_ERROR', null],
    ['a defaced facade', null],
    ['connect ECONNREFUSED 10.0.0.7:8080', 'connect ECONNREFUSED <ip>:<port>'],
    ['connect ECONNREFUSED [fd00::12]:8080', 'connect ECONNREFUSED <ip>:<port>'],
    ['connect EHOSTUNREACH fe80::1ff:fe23:4567:890a%eth0', 'connect EHOSTUNREACH <ip>'],
    ['no route to 2001:db8:0:1:1:1:1:1', 'no route to <ip>'],
    ['network 192.168.0.0/24.', 'network <ip>.'],
    ['nas.lan:9000 refused', 'nas.lan:<port> refused'],
    ['request 0199b9c8-5d2e-7c3a-8f00-0123456789AB failed', 'request <id> failed'],
    ['commit 9fceb02d0ae598e95dc970b74767f19372d61af8', 'commit <id>'],
    ['at 0x7fff5fbff8c0', 'at <id>'],
    ['station 00:1b:44:11:3a:b7 left', 'station <id> left'],
    ['trace Root_1a67891233abcdef012345678', 'trace <id>'],
    ['No response within 15000 ms', 'No response within <n> ms'],
    ['try again in 1.5s, attempt 3/5', 'try again in <n>s, attempt <n>/<n>'],
    ['quota of 1,000,000 reached', 'quota of <n> reached'],
    ['expired at 2026-01-15T12:00:00.123Z', 'expired at <time>'],
    ['expired on 2026-01-15 at 12:00', 'expired on <time> at <time>'],
    ['retry after Wed, 21 Oct 2026 07:28:00 GMT', 'retry after <time>'],
    ['topic "backups" not found', 'topic <value> not found'],
    ["no user 'bob' here", 'no user <value> here'],
    ['code `E12` and “later”', 'code <value> and <value>'],
    ['  two\n\tlines\u0000here ', 'two lines here'],
    ['', ''],
  ] as const)('%s', ([message, cause]) => {
    expect(withoutParticulars(message)).toBe(cause ?? message);
  });

  test('two failures that differ in particulars alone have one cause', () => {
    const failure = (id: string, port: number, at: string) =>
      withoutParticulars(`POST to nas:${port} at ${at}: job ${id} timed out after ${port} ms`);
    expect(failure('0199b9c8-5d2e-7c3a-8f00-0123456789ab', 8080, '2026-01-15T12:00:00Z')).toBe(
      failure('0199b9c8-5d2e-7c3a-8f00-ffffffffffff', 443, '2025-12-31T01:02:03+01:00'),
    );
  });

  test('is cut at 200 characters, never inside one', () => {
    expect(withoutParticulars('a'.repeat(300))).toBe('a'.repeat(200));
    const cut = withoutParticulars(`${'a'.repeat(199)}\u{1f514}\u{1f514}`);
    expect(cut).toBe('a'.repeat(199));
    expect(withoutParticulars('\ud83d alone').isWellFormed()).toBe(true);
  });

  test('is short and well-formed, whatever the message', () => {
    const hostile = fc.array(
      fc.constantFrom('"', "'", '1', ':', '.', 'a', 'f', ' ', '-', '[', 'x', '\ud83d', '0x', '%'),
      { maxLength: 400 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          hostile.map((parts) => parts.join('')),
        ),
        (message) => {
          const cause = withoutParticulars(message);
          expect(cause.length).toBeLessThanOrEqual(200);
          expect(cause.isWellFormed()).toBe(true);
          expect(cause).not.toMatch(/\s\s|^\s|\s$/);
        },
      ),
    );
  });

  test.for(['"', "'", '1.', '1:', 'ff:', 'a', '0', '[::', '1,', '2026-01-15T1', ' \t', '1.1.1.1.'])(
    'a megabyte of %j is judged by its beginning alone',
    (unit) => {
      const short = unit.repeat(2_000).slice(0, 2_000);
      expect(withoutParticulars(unit.repeat(1_000_000 / unit.length))).toBe(
        withoutParticulars(short),
      );
    },
  );
});
