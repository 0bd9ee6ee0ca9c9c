import { describe, expect, test } from 'vitest';
import { boundedText } from '../../main/domain/bounded-text.ts';

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
