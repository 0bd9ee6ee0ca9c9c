import { z } from 'zod';

/** The languages that Belfry speaks, as BCP 47 subtags. */
export const LANGUAGES = ['en', 'de'] as const;
export const language = z.enum(LANGUAGES);
export type Language = z.infer<typeof language>;

/** `system` is the language of whoever reads: the browser's, the terminal's, for messages the host's. */
export const languageSetting = z.enum(['system', ...LANGUAGES]);
export type LanguageSetting = z.infer<typeof languageSetting>;

/** A language with the tag of its region, which decides how numbers and dates are written: `en` in `en-GB`. */
export interface Locale {
  readonly language: Language;
  readonly tag: string;
}

/**
 * Returns the locale to speak in, given those of the system (BCP 47 tags, the favourite first). A language
 * that is set takes its region from them; a system that speaks none of ours gets English.
 */
export function localeFrom(setting: LanguageSetting, system: readonly string[]): Locale {
  for (const tag of system) {
    const found = LANGUAGES.find((known) => known === tag.toLowerCase().split('-')[0]);
    if (found && (setting === 'system' || setting === found)) return { language: found, tag };
  }
  const fallback = setting === 'system' ? 'en' : setting;
  return { language: fallback, tag: fallback };
}
