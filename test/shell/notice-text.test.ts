import { describe, expect, it, vi } from 'vitest';
import { noticeText } from '../../main/shell/os-notifications.ts';

// Beside it are the notifications themselves, which need Electron.
vi.mock('electron', () => import('../support/electron/index.ts'));

const clean = (title: string, body: string, platform: NodeJS.Platform = 'win32') =>
  noticeText({ title, body }, platform);

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

  it('is no markup on Linux, where the body would be', () => {
    const body = '<img src="file:///etc/passwd"> a & b';
    expect(clean('<b>', body, 'linux')).toEqual({
      title: '<b>',
      body: '&lt;img src="file:///etc/passwd"&gt; a &amp; b',
    });
    expect(clean('<b>', body, 'darwin').body).toBe(body);
  });
});
