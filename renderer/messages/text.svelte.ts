import { localeFrom, type LanguageSetting, type Locale } from '../../main/contract/language.ts';
import type { Alert } from '../../main/contract/alert.ts';
import type { AlertSnapshot } from '../../main/contract/notification.ts';
import type { Reason } from '../../main/contract/reason.ts';
import type { Failure } from '../../main/contract/result.ts';
import { hasCatalogue, loadCatalogue } from './catalogues.ts';
import { failureIn } from '../../main/messages/failures.ts';
import {
  messagesFor,
  type Messages,
  type TextArguments,
  type TextKey,
} from '../../main/messages/messages.ts';
import {
  renderActor,
  renderAlertText,
  renderByActor,
  renderReason,
} from '../../main/messages/reasons.ts';

/** A window has one language, so it is kept here and not handed down by context. */
let locale = $state.raw(localeFrom('system', navigator.languages));
/** The locale that was last asked for; its catalogue may be on its way. */
let wanted = locale;

/** Returns the window's messages, to write numbers, moments and durations; a reader of it follows the language. */
export const messages = (): Messages => messagesFor(locale.language, locale.tag);

/** Marks that turn the direction of text. The catalogue has none, so they came with what somebody else wrote. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;

/** Returns a sentence in which a sender's name turns none of our own words around. */
export const unturned = (sentence: string): string => sentence.replace(TURNS, '');

/** Returns a message in the window's language. */
export const text = <K extends TextKey>(key: K, ...values: TextArguments<K>): string =>
  unturned(messages().text(key, ...values));

/** Returns the sentence of a reason; with `nowMs` (ms UTC) moments of today stand without their date. */
export const reasonText = (reason: Reason, nowMs?: number): string =>
  unturned(renderReason(messages(), reason, nowMs));

/** Returns what an alert says, untouched where a sender says it. */
export const alertMessage = (alert: Alert | AlertSnapshot): string =>
  renderAlertText(messages(), alert);

/** Returns who did something, to stand alone. */
export const actorText = (actor: string): string => renderActor(messages(), actor);

/** Returns who did something, to follow a verb. */
export const byActorText = (actor: string): string => renderByActor(messages(), actor);

/** Returns a failure in the window's language. */
export const failureText = (failure: Failure): Failure => failureIn(messages(), failure);

/** Speaks in a language from now on, or once its messages are here; the browser knows its region. */
export function setLanguage(setting: LanguageSetting): void {
  const next = localeFrom(setting, navigator.languages);
  wanted = next;
  if (hasCatalogue(next.language)) locale = next;
  else void speakOnceLoaded(next);
}

async function speakOnceLoaded(next: Locale): Promise<void> {
  try {
    await loadCatalogue(next.language);
  } catch {
    // The host is gone, which the window says in the language that it has.
    return;
  }
  if (wanted === next) locale = next;
}

/** Resolves once the window can speak the browser's language. Without its messages it speaks English. */
export async function languageReady(): Promise<void> {
  try {
    await loadCatalogue(locale.language);
  } catch {
    locale = localeFrom('en', navigator.languages);
  }
}
