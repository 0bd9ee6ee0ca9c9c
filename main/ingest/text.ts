import { LIMITS } from '../contract/limits.ts';
import { boundedText } from '../domain/bounded-text.ts';

/** An alert's message within its limit. */
export const boundedMessage = (text: string): string => boundedText(text, LIMITS.messageCharsMax);
