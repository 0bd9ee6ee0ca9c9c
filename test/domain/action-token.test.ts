import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  actionKey,
  readActionToken,
  writeActionToken,
  type ActionToken,
} from '../../main/domain/action-token.ts';

const KEY = actionKey(Buffer.alloc(32, 1));

const token: fc.Arbitrary<ActionToken> = fc.record({
  action: fc.constantFrom('acknowledge' as const, 'snooze' as const),
  alertId: fc.uuid(),
  channelId: fc.uuid(),
  notificationId: fc.uuid(),
  expiresAt: fc.integer({ min: 0, max: 8_640_000_000_000_000 / 64 }),
});

test('a token says what was put into it, in letters that a URL takes', () => {
  fc.assert(
    fc.property(token, (given) => {
      const text = writeActionToken(KEY, given);
      expect(text).toMatch(/^[\w-]{118}$/);
      expect(readActionToken(KEY, text)).toEqual(given);
    }),
  );
});

test('a token in which one bit is another is none', () => {
  fc.assert(
    fc.property(token, fc.nat(88 * 8 - 1), (given, bit) => {
      const bytes = Buffer.from(writeActionToken(KEY, given), 'base64url');
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(readActionToken(KEY, bytes.toString('base64url'))).toBeNull();
    }),
  );
});

test('a token of another data directory is none', () => {
  const other = actionKey(Buffer.alloc(32, 2));
  fc.assert(
    fc.property(token, (given) => {
      expect(readActionToken(KEY, writeActionToken(other, given))).toBeNull();
    }),
  );
});

test('whatever else is sent is none', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readActionToken(KEY, text)).toBeNull();
    }),
  );
});
