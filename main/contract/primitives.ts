import { z } from 'zod';
import { issue } from './reasons/issue-reasons.ts';
import { LIMITS } from './limits.ts';
import { parseSearch } from './search.ts';

/** Building blocks shared by the models: identifiers, times, paging, and lists as they come in a query string. */

export const id = z.uuid(issue('issue.uuid'));

/** Milliseconds since 1970-01-01T00:00:00Z, as an integer. */
export const timestampMs = z.int();

const MOMENT = issue('issue.moment');

/** A moment as senders write it: ISO 8601 with an offset, or integer milliseconds since 1970. */
export const moment = z.union(
  [
    z.iso.datetime({ offset: true, ...MOMENT }),
    z.int(MOMENT).min(0, MOMENT).max(8_640_000_000_000_000, MOMENT),
  ],
  MOMENT,
);

export const severity = z.enum(['info', 'warning', 'critical']);
export type Severity = z.infer<typeof severity>;

export const name = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.nameCharsMax)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, issue('issue.one_line'));
/** Words and matchers, as contract/search.ts reads them. SQLite's LIKE stops at NUL, so a search for it would find everything. */
export const search = z
  .string()
  .trim()
  .max(LIMITS.searchCharsMax)
  .refine((words) => !words.includes('\0'), issue('issue.nul'))
  .superRefine((text, context) => {
    const parsed = parseSearch(text);
    if (parsed.ok) return;
    const { code, params } = parsed.reason;
    context.addIssue({ code: 'custom', message: code, params });
  });

/** True where a search matches at least `total`: it counts no further. Absent where `total` is exact. */
export const totalIsAtLeast = z.boolean().optional();

export const labels = z
  .record(
    z.string().min(1).max(LIMITS.labelNameCharsMax),
    z.string().max(LIMITS.labelValueCharsMax),
  )
  .refine(
    (value) => Object.keys(value).length <= LIMITS.labelsMax,
    issue('issue.labels_max', { max: String(LIMITS.labelsMax) }),
  );

/** A link that a person may follow: http or https only, since alert text is hostile. */
export const link = z.url({ protocol: /^https?$/, ...issue('issue.link') }).max(LIMITS.urlCharsMax);

/** The address of a service, perhaps with a path; credentials have their own fields. */
export const serverAddress = link.max(500).refine((address) => {
  const url = URL.parse(address);
  return url === null || `${url.username}${url.password}${url.search}${url.hash}` === '';
}, issue('issue.address'));

/** A list that arrives as an array (IPC, repeated query keys) or as one comma-separated word (query). */
export const listOf = <T extends z.ZodType<unknown, string>>(item: T) =>
  z.union([
    z.array(item).max(20),
    z
      .string()
      .transform((words) => words.split(',').filter((word) => word !== ''))
      .pipe(z.array(item as z.ZodType<z.output<T>, string>).max(20)),
  ]);

/** True or false, also as a word of a query string. */
export const flag = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((word) => word === 'true'),
]);

/** A moment in milliseconds since 1970, also as digits of a query string. */
export const queryMoment = z.coerce.number<number>().int().min(0).max(8_640_000_000_000_000);

export const byId = z.strictObject({ id });
export const nothing = z.strictObject({});
