import type { Severity } from '../../contract/primitives.ts';
import type { Mail } from './mail.ts';

/** The words of subjects by which programs and devices rate what happened, in English and German. */
const CRITICAL =
  /\b(?:critical|emergency|fatal|panic|disaster|fail(?:ed|ure|ures|s|ing)?|fault(?:ed|y|s)?|degraded|errors?|crash(?:ed|es)?|corrupt(?:ed|ion)?|unhealthy|overheat(?:ed|ing|s)?|kritisch|notfall|fehler|fehlgeschlagen|ausgefallen|ausfall|defekt|abgestürzt|beschädigt)\b|(?<!\p{L})überhitzt/iu;
const WARNING =
  /\b(?:warning|warn|alert|attention|problems?|down|offline|lost|not responding|unresponsive|unreachable|unavailable|missing|full|warnung|achtung|nicht erreichbar|verloren|voll)\b|(?<!\p{L})störung/iu;
/** Takes back what would count as trouble: "0 errors", "no problems found", "error-free". */
const NEGATED =
  /\b(?:0|no|without|keine?|ohne)\s+(?:[\p{L}]+\s+)?(?:errors?|failures?|fehler|problems?|warnings?|warnungen)\b|\b(?:error|fault|problem|fehler)-?(?:free|frei)\b/giu;
/** Takes back what is said to be over, with what it names: "restored after failure", "recovered from fault". */
const OVER =
  /\b(?:restored|recovered|resolved|cleared|back|behoben|wiederhergestellt)\s+(?:after|from|nach|von)\s+(?:\p{L}+\s+)?\p{L}+/giu;

const RANKS: readonly Severity[] = ['info', 'warning', 'critical'];

const worse = (a: Severity, b: Severity): Severity =>
  RANKS.indexOf(a) >= RANKS.indexOf(b) ? a : b;

/** Returns the severity that the words of a text say. */
export function severityOfWords(text: string): Severity {
  const said = text.replaceAll(NEGATED, '').replaceAll(OVER, '');
  if (CRITICAL.test(said)) return 'critical';
  return WARNING.test(said) ? 'warning' : 'info';
}

/** Returns the severity that a mail's priority says, in the headers of mail programs (X-Priority, RFC 2156). */
function severityOfPriority({ headers }: Mail): Severity {
  const header = (name: string): string => headers.get(name)?.toLowerCase() ?? '';
  const priority = Number.parseInt(header('x-priority'), 10);
  if (priority === 1) return 'critical';
  const isHigh =
    priority === 2 ||
    header('importance') === 'high' ||
    header('x-msmail-priority') === 'high' ||
    header('priority') === 'urgent';
  return isHigh ? 'warning' : 'info';
}

/** Returns the severity of a mail whose rule has none. */
export const severityOfMail = (mail: Mail): Severity =>
  worse(severityOfPriority(mail), severityOfWords(mail.subject));

/** Returns the worst that the priority, the subject and the text of a mail say. */
export const severityOfAll = (mail: Mail): Severity =>
  worse(severityOfMail(mail), severityOfWords(mail.text));
