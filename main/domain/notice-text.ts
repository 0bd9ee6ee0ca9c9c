import { plainText } from './bounded-text.ts';

/** More than any platform shows; a longer text would only cost the notification service. */
const TITLE_CHARS_MAX = 200;
const BODY_CHARS_MAX = 1_000;

/** Returns a text without what is never meant to be read, cut to `charsMax` characters. */
export const shortText = (text: string, charsMax: number): string => {
  const printable = plainText(text);
  const characters = [...printable];
  return characters.length <= charsMax
    ? printable
    : characters.slice(0, charsMax - 1).join('') + '…';
};

/** Alert text is hostile: returns what of it reaches the screen, as plain text. */
export const noticeText = ({
  title,
  body,
}: {
  readonly title: string;
  readonly body: string;
}): { title: string; body: string } => ({
  title: shortText(title, TITLE_CHARS_MAX).replace(/\s+/g, ' '),
  body: shortText(body, BODY_CHARS_MAX),
});
