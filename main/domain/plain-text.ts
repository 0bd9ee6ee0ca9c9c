/** Control characters but tab and line feed: NUL cuts a C string short, the others are never meant. */
// eslint-disable-next-line no-control-regex -- they are what this is about
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Direction overrides would let an alert's text rearrange the text around it. */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069]/g;

/** Senders' text without what is never meant to be read: only characters that stand for themselves. */
export const plainText = (text: string): string =>
  text.toWellFormed().replace(CONTROL, '').replace(DIRECTION, '').trim();
