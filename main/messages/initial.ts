import type { Messages } from './messages.ts';

/** Returns the first character of a name as people see it, as a capital; nothing for an empty name. */
export function initialOf({ locale }: Pick<Messages, 'locale'>, name: string): string {
  const [first] = new Intl.Segmenter(locale).segment(name);
  return first?.segment.toLocaleUpperCase(locale) ?? '';
}
