import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** Building blocks shared by the models: identifiers, times, paging, and lists as they come in a query string. */

export const id = z.uuid({ error: 'must be a UUID' });

/** Milliseconds since 1970-01-01T00:00:00Z, as an integer. */
export const timestampMs = z.int();

const MOMENT = 'must be an ISO 8601 time with an offset, or integer milliseconds since 1970';

/** A moment as senders write it: ISO 8601 with an offset, or integer milliseconds since 1970. */
export const moment = z.union(
  [
    z.iso.datetime({ offset: true, error: MOMENT }),
    z
      .int({ error: MOMENT })
      .min(0, { error: MOMENT })
      .max(8_640_000_000_000_000, { error: MOMENT }),
  ],
  { error: MOMENT },
);

export const severity = z.enum(['info', 'warning', 'critical']);
export type Severity = z.infer<typeof severity>;

export const name = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.nameCharsMax)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, { error: 'must be on one line' });
/** SQLite's LIKE stops at NUL, so a search for it would find everything. */
export const search = z
  .string()
  .trim()
  .max(LIMITS.searchCharsMax)
  .refine((words) => !words.includes('\0'), { error: 'must not hold NUL' });

export const labels = z
  .record(
    z.string().min(1).max(LIMITS.labelNameCharsMax),
    z.string().max(LIMITS.labelValueCharsMax),
  )
  .refine((value) => Object.keys(value).length <= LIMITS.labelsMax, {
    error: `must not hold more than ${LIMITS.labelsMax} entries`,
  });

/** A link that a person may follow: http or https only, since alert text is hostile. */
export const link = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(LIMITS.urlCharsMax);

/** Where a service listens, perhaps below a path; credentials have their own fields. */
export const serverAddress = link.max(500).refine(
  (address) => {
    const url = URL.parse(address);
    return url === null || `${url.username}${url.password}${url.search}${url.hash}` === '';
  },
  { error: 'must be an address alone, without user, password, query or fragment' },
);

/** A list that arrives as an array (IPC, repeated query keys) or as one comma-separated word (query). */
export const listOf = <T extends z.ZodType<unknown, string>>(item: T) =>
  z.union([
    z.array(item).max(20),
    z
      .string()
      .transform((words) => words.split(',').filter((word) => word !== ''))
      .pipe(z.array(item as z.ZodType<z.output<T>, string>).max(20)),
  ]);

export const byId = z.strictObject({ id });
export const nothing = z.strictObject({});
