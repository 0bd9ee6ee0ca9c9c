import type { Alert } from '../contract/alert.ts';
import { z } from 'zod';
import { issue } from '../contract/reasons/issue-reasons.ts';

type Shown = Pick<
  Alert,
  'source' | 'host' | 'kind' | 'dedupKey' | 'severity' | 'message' | 'labels' | 'annotations'
>;

/**
 * The set of labels under which Alertmanager's tools see an alert. One that came with an `alertname` is
 * shown exactly as it came, so that its fingerprint is the one that the real Alertmanager gives it. Any
 * other gets our fields as labels, all of its identity, so that no two look the same; matchers know them
 * by these names (matching.ts).
 */
export function alertmanagerLabels(alert: Shown): Readonly<Record<string, string>> {
  const { source, host, kind, dedupKey, severity, labels } = alert;
  if (Object.hasOwn(labels, 'alertname')) return labels;
  return {
    instance: host,
    ...labels,
    alertname: kind,
    host,
    severity,
    source,
    ...(dedupKey === '' ? {} : { dedup_key: dedupKey }),
  };
}

/** Its annotations, with the message as summary where they do not contain it already. */
export function alertmanagerAnnotations(alert: Shown): Readonly<Record<string, string>> {
  const { message, kind, annotations } = alert;
  const isShown =
    message === '' || message === kind || Object.values(annotations).includes(message);
  return isShown ? annotations : { summary: message, ...annotations };
}

/** FNV-1a of 64 bits, as two halves: 32 bits are as far as numbers multiply exactly. */
class Fnv1a {
  // The offset basis, 0xcbf29ce484222325.
  #high = 0xcbf29ce4;
  #low = 0x84222325;

  add(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const low = (this.#low ^ byte) >>> 0;
      // The prime is 2^40 + 0x1b3.
      const product = low * 0x1b3;
      const carried = Math.floor(product / 0x1_0000_0000);
      this.#high = (Math.imul(this.#high, 0x1b3) + carried + (low << 8)) >>> 0;
      this.#low = product >>> 0;
    }
  }

  get hex(): string {
    return [this.#high, this.#low].map((half) => half.toString(16).padStart(8, '0')).join('');
  }
}

/** Cannot occur in UTF-8, so no name runs into its value. */
const SEPARATOR = Uint8Array.of(255);

/**
 * The fingerprint that Alertmanager gives a set of labels (prometheus/common, LabelSet.Fingerprint):
 * FNV-1a over names and values in the order of the names' bytes. For those who ask it back by it, not
 * for identity: anybody can make two sets collide.
 */
export function labelFingerprint(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels)
    .map(([name, value]) => [Buffer.from(name), Buffer.from(value)] as const)
    .sort(([a], [b]) => Buffer.compare(a, b));
  const sum = new Fnv1a();
  for (const pair of pairs) {
    for (const part of pair) {
      sum.add(part);
      sum.add(SEPARATOR);
    }
  }
  return sum.hex;
}

const FORM = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?$/;

/** Go's zero time, which stands for "not given" whatever its fraction or offset; amtool sends it. */
const ZERO = '0001-01-01T00:00:00';

/** Milliseconds UTC; null for the zero time and for an empty text, undefined for what is no time. */
function alertmanagerMoment(text: string): number | null | undefined {
  if (text === '') return null;
  const [, date, time, offset] = FORM.exec(text) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const written = `${date}T${time}`;
  if (written.startsWith(ZERO)) return null;
  const moment = Date.parse(`${written}${offset ?? 'Z'}`);
  return Number.isNaN(moment) ? undefined : moment;
}

/**
 * A time as Alertmanager's API takes it: RFC 3339, a blank in the place of the T, and without an offset
 * UTC (go-openapi/strfmt, DateTime; Nagstamon sends it so). Milliseconds UTC; null for the zero time
 * and for an empty text, which is not worth losing an alert over.
 */
export const alertmanagerTime = z.string().transform((text, context) => {
  const moment = alertmanagerMoment(text);
  if (moment !== undefined) return moment;
  context.addIssue({ code: 'custom', message: issue('issue.time_rfc3339').error });
  return z.NEVER;
});
