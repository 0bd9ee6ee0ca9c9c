import { hostLocales } from '../base/host-locales.ts';
import { localeFrom } from '../contract/language.ts';
import { messagesFor, type Messages } from './messages.ts';

/** Returns the messages in the language of whoever started this process. */
export function hostMessages(): Messages {
  const { language, tag } = localeFrom('system', hostLocales(process.env));
  return messagesFor(language, tag);
}
