import { z } from 'zod';
import { issue } from '../contract/reasons/issue-reasons.ts';

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
