import { LIMITS } from '../contract/limits.ts';

const CUT_MARK = '… (cut)';

/** Well-formed text of bounded length; what is longer is cut, never within a character, and says so. */
export function boundedMessage(text: string): string {
  const whole = text.toWellFormed();
  if (whole.length <= LIMITS.messageCharsMax) return whole;
  // A cut between the halves of a surrogate pair would leave one of them; toWellFormed would show it as �.
  const cut = whole.slice(0, LIMITS.messageCharsMax - CUT_MARK.length);
  return (cut.isWellFormed() ? cut : cut.slice(0, -1)) + CUT_MARK;
}
