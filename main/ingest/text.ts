import { LIMITS } from '../contract/limits.ts';

const CUT_MARK = '… (cut)';

/**
 * Well-formed text of at most `charsMax` UTF-16 units; what is longer is cut, never within a character,
 * and says so.
 */
export function boundedText(text: string, charsMax: number): string {
  const whole = text.toWellFormed();
  if (whole.length <= charsMax) return whole;
  // A cut between the halves of a surrogate pair would leave one of them; toWellFormed would show it as �.
  const cut = whole.slice(0, charsMax - CUT_MARK.length);
  return (cut.isWellFormed() ? cut : cut.slice(0, -1)) + CUT_MARK;
}

/** An alert's message within its limit. */
export const boundedMessage = (text: string): string => boundedText(text, LIMITS.messageCharsMax);
