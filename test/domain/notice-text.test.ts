import { describe, expect, it } from 'vitest';
import { noticeText } from '../../main/domain/notice-text.ts';

const clean = (title: string, body: string) => noticeText({ title, body });

describe('the text of a notice', () => {
  it('loses control characters and direction overrides, and keeps its lines', () => {
    expect(clean('a\0b\u001bc', 'one\ntwo\u202ethree\u2066')).toEqual({
      title: 'abc',
      body: 'one\ntwothree',
    });
  });

  it('has a title of one line', () => {
    expect(clean('  one\n two ', '').title).toBe('one two');
  });

  it('is cut by characters, never inside one', () => {
    const { title, body } = clean('🔔'.repeat(300), '🔔'.repeat(2_000));
    expect([...title]).toHaveLength(200);
    expect([...body]).toHaveLength(1_000);
    expect(title.endsWith('🔔…')).toBe(true);
  });
});
