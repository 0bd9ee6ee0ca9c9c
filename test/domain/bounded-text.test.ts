import { describe, expect, test } from 'vitest';
import { boundedLog, boundedText } from '../../main/domain/bounded-text.ts';

const MARK = '… (cut)';

describe('bounded text', () => {
  test('that fits stays as it is, but is well-formed', () => {
    expect(boundedText('abc', 3)).toBe('abc');
    expect(boundedText('a\ud800', 10)).toBe('a\ufffd');
    expect(boundedText('😀😀', 2, 'codepoints')).toBe('😀😀');
  });

  test.each([
    ['utf16', 'a'.repeat(20), 10, 'aaa'],
    ['utf16', '😀'.repeat(20), 10, '😀'],
    ['codepoints', '😀'.repeat(20), 10, '😀😀😀'],
    ['bytes', 'é'.repeat(20), 14, 'éé'],
    ['bytes', '日本語'.repeat(20), 16, '日本'],
    ['utf16', '👨‍👩‍👧'.repeat(5), 20, '👨‍👩‍👧'],
    ['utf16', 'e\u0301'.repeat(20), 12, 'e\u0301e\u0301'],
    ['json', '"\n'.repeat(20), 12, '"\n'],
  ] as const)('in %s: %s cut to %i keeps %s', (unit, text, max, kept) => {
    expect(boundedText(text, max, unit)).toBe(kept + MARK);
  });

  test('of one endless character keeps a part of it', () => {
    const text = boundedText(`a${'\u0301'.repeat(100)}`, 20);
    expect(text).toHaveLength(20);
    expect(text.endsWith(MARK)).toBe(true);
  });

  test('counts what a service wants escaped, and cuts no escape in two', () => {
    const escape = (part: string): string => part.replaceAll('&', '&amp;');
    expect(boundedText('a&b', 7, 'utf16', escape)).toBe('a&amp;b');
    expect(boundedText('a&b&c&d', 14, 'utf16', escape)).toBe(`a&amp;b${MARK}`);
    expect(boundedText('a&b&c&d', 17, 'utf16', escape)).toBe(`a&amp;b${MARK}`);
    expect(boundedText('a&b&c&d', 19, 'utf16', escape)).toBe('a&amp;b&amp;c&amp;d');
  });
});

describe('a log within its limit', () => {
  test('is left as it is', () => {
    expect(boundedLog('x'.repeat(100), 100)).toBe('x'.repeat(100));
  });

  test('keeps the first quarter and the rest from its end', () => {
    const log = Array.from({ length: 1_400 }, (_, n) => `line ${n}`).join('\n');
    const kept = boundedLog(`${log}\nFatal: wrong password`, 1_000);
    expect(kept).toHaveLength(1_000);
    const [head, tail] = kept.split('\n… (cut) …\n');
    expect(log.startsWith(head ?? '-')).toBe(true);
    expect(head).toHaveLength(247);
    expect(tail).toMatch(/line 1399\nFatal: wrong password$/);
  });

  test.each(['💾', 'デ', '👨‍👩‍👧', 'e\u0301'])('is never cut within a character: %s', (character) => {
    for (let max = 40; max < 60; max += 1) {
      for (const unit of ['utf16', 'codepoints', 'bytes', 'json'] as const) {
        const kept = boundedLog(character.repeat(200), max, unit);
        expect(kept.isWellFormed()).toBe(true);
        expect(kept.replace('\n… (cut) …\n', '').replaceAll(character, '')).toBe('');
      }
    }
  });
});
