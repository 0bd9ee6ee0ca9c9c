const ZERO_WIDTH_SPACE = '\u200b';

/**
 * For services that find names in text by themselves, whatever escapes stand before them: an invisible
 * space behind the `@` keeps senders' text from calling anybody. Addresses like `root@pam` stay whole.
 */
export const withoutMentions = (text: string): string =>
  text.replace(/(?<![\p{L}\p{N}])@/gu, `@${ZERO_WIDTH_SPACE}`);
