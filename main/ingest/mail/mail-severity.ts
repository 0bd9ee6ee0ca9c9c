import type { Severity } from '../../contract/primitives.ts';
import type { Mail } from './mail.ts';

/** The words of subjects by which programs and devices rate what happened, in English and German. */
const CRITICAL =
  /\b(?:critical|emergency|fatal|panic|disaster|fail(?:ed|ure|s)?|fault(?:ed)?|degraded|error|errors|kritisch|notfall|fehler|fehlgeschlagen|ausgefallen|ausfall)\b/i;
const WARNING =
  /\b(?:warning|warn|alert|attention|problem|down|offline|lost|unreachable|unavailable|missing|full|warnung|achtung|nicht erreichbar|verloren|voll)\b/i;
/** Takes back what would count as trouble: "0 errors", "no problems found". */
const NEGATED =
  /\b(?:0|no|without|keine?|ohne)\s+(?:[\p{L}]+\s+)?(?:errors?|failures?|fehler|problems?|warnings?|warnungen)\b/giu;

const RANKS: readonly Severity[] = ['info', 'warning', 'critical'];

const worse = (a: Severity, b: Severity): Severity =>
  RANKS.indexOf(a) >= RANKS.indexOf(b) ? a : b;

/** Returns the severity that the words of a text say. */
export function severityOfWords(text: string): Severity {
  const said = text.replaceAll(NEGATED, '');
  if (CRITICAL.test(said)) return 'critical';
  return WARNING.test(said) ? 'warning' : 'info';
}

/** Returns the severity that a mail's priority says, in the headers of mail programs (X-Priority, RFC 2156). */
function severityOfPriority({ headers }: Mail): Severity {
  const header = (name: string): string => headers.get(name)?.toLowerCase() ?? '';
  if (header('x-priority').startsWith('1')) return 'critical';
  const isHigh =
    header('x-priority').startsWith('2') ||
    header('importance') === 'high' ||
    header('x-msmail-priority') === 'high' ||
    header('priority') === 'urgent';
  return isHigh ? 'warning' : 'info';
}

/** Returns the severity of a mail that no rule knows. */
export const severityOfMail = (mail: Mail): Severity =>
  worse(severityOfPriority(mail), severityOfWords(mail.subject));
