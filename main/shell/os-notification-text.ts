import type { DesktopNotice } from '../channels/desktop-notifier.ts';
import { plainText } from '../domain/plain-text.ts';

/** More than any platform shows; a longer text would only cost the notification service. */
const TITLE_CHARS_MAX = 200;
const BODY_CHARS_MAX = 1_000;

const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const clean = (text: string, charsMax: number): string => {
  const printable = plainText(text);
  const characters = [...printable];
  return characters.length <= charsMax
    ? printable
    : characters.slice(0, charsMax - 1).join('') + '…';
};

/**
 * Alert text is hostile: this is what of it reaches the screen. On Linux the body is markup by the
 * Desktop Notifications Specification (1.2, "Markup"), so what looks like a tag is escaped there.
 */
export function noticeText(
  { title, body }: Pick<DesktopNotice, 'title' | 'body'>,
  platform: NodeJS.Platform,
): { title: string; body: string } {
  const text = clean(body, BODY_CHARS_MAX);
  return {
    title: clean(title, TITLE_CHARS_MAX).replace(/\s+/g, ' '),
    body: platform === 'linux' ? text.replace(/[&<>]/g, (mark) => MARKUP[mark] ?? mark) : text,
  };
}
