/** The languages that Belfry speaks, as BCP 47 subtags. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A language with the tag of its region, which decides how numbers and dates are written: `en` in `en-GB`. */
export interface Locale {
  readonly language: Language;
  readonly tag: string;
}

/** Returns the first of the wanted locales (BCP 47 tags, the favourite first) that Belfry speaks, else English. */
export function localeFrom(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const language = LANGUAGES.find((known) => known === tag.toLowerCase().split('-')[0]);
    if (language) return { language, tag };
  }
  return { language: 'en', tag: 'en' };
}
