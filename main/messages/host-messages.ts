import { localeFrom } from '../contract/language.ts';
import { messagesFor, type Messages } from './messages.ts';

/** Returns the messages in the language of whoever started this process. */
export function hostMessages(): Messages {
  const { language, tag } = localeFrom('system', hostLocales(process.env));
  return messagesFor(language, tag);
}

/** `de_AT.UTF-8@euro`, as POSIX writes a locale. */
const POSIX_LOCALE = /^([a-z]{2,3})(?:_([A-Z]{2}))?(?:[.@].*)?$/;

/**
 * Returns the locales of this process as BCP 47 tags, the favourite first: what the environment says, by
 * POSIX's order of precedence, else what the operating system says. The locale `C` is English.
 */
export function hostLocales(env: NodeJS.ProcessEnv): string[] {
  const named = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value);
  if (named === undefined) return [Intl.DateTimeFormat().resolvedOptions().locale];
  const [, language, region] = POSIX_LOCALE.exec(named) ?? [];
  return language === undefined ? ['en'] : [region ? `${language}-${region}` : language];
}
