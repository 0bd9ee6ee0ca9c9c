import type { DesktopNotice } from '../channels/desktop-port.ts';

/** More than any platform shows; a longer text would only cost the notification service. */
const TITLE_CHARS_MAX = 200;
const BODY_CHARS_MAX = 1_000;

const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Control characters but tab and line feed: NUL cuts a C string short, the others are never meant. */
// eslint-disable-next-line no-control-regex -- they are what this is about
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Direction overrides would let an alert's text rearrange the words around it. */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069]/g;

const clean = (text: string, charsMax: number): string => {
  const printable = text.replace(CONTROL, '').replace(DIRECTION, '').trim();
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
