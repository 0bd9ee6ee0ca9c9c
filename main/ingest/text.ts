import { LIMITS } from '../contract/limits.ts';
import { boundedLog } from '../domain/bounded-text.ts';

/** An alert's message within its limit: of what is longer, its beginning and its end. */
export const boundedMessage = (text: string): string => boundedLog(text, LIMITS.messageCharsMax);
