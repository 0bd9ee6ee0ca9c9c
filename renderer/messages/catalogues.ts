import type { Language } from '../../main/contract/language.ts';
import { catalogueOf } from '../../main/messages/messages.ts';

/** Returns true if the window has the messages of a language. The build leaves German to be loaded. */
export const hasCatalogue = (language: Language): boolean =>
  Object.keys(catalogueOf(language)).length > 0;

/** Loads the messages of a language that the window does not have. Rejects if the host does not answer. */
export async function loadCatalogue(language: Language): Promise<void> {
  if (hasCatalogue(language)) return;
  const german = await import('../../main/messages/de.json', { with: { type: 'json' } });
  Object.assign(catalogueOf(language), german.default);
}
