import type { z } from 'zod';
import type { EventOutcome, eventsOutput } from '../contract/alert.ts';
import { ok, type Failure, type Result } from '../contract/result.ts';
import { invalidInput } from '../domain/issues.ts';
import { isTooDeep, TOO_DEEP } from '../domain/json-text.ts';

type Applied = Exclude<EventOutcome, { action: 'rejected' }>;

/** What one kind of item is, and where the valid ones go. */
export interface ItemIngest<Schema extends z.ZodType, Report> {
  readonly schema: Schema;
  readonly read: (item: z.output<Schema>) => Report;
  /** Stores them in order as one unit, and answers each. */
  readonly store: (reports: readonly Report[]) => Promise<readonly Applied[]>;
}

const TOO_DEEP_ITEM: Failure = { code: 'invalid_input', message: `it ${TOO_DEEP}` };

/**
 * Stores what is valid in one unit and says of each item, by its place, what became of it. Only when
 * nothing is valid is it a failure, which names the first problem.
 */
export async function ingestItems<Schema extends z.ZodType, Report>(
  input: unknown,
  { schema, read, store }: ItemIngest<Schema, Report>,
): Promise<Result<z.output<typeof eventsOutput>>> {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input];
  const outcomes: (EventOutcome | null)[] = [];
  const reports: Report[] = [];
  let firstFailure: Failure | null = null;
  for (const item of items) {
    const parsed = isTooDeep(item) ? null : schema.safeParse(item);
    if (parsed?.success) {
      reports.push(read(parsed.data));
      outcomes.push(null);
    } else {
      const failure = parsed ? invalidInput(parsed.error).error : TOO_DEEP_ITEM;
      firstFailure ??= failure;
      outcomes.push({ action: 'rejected', message: failure.message });
    }
  }
  if (reports.length === 0 && firstFailure) return { ok: false, error: firstFailure };
  const applied = (await store(reports)).values();
  const results = outcomes.map((outcome) => outcome ?? (applied.next().value as EventOutcome));
  return ok({ accepted: reports.length, results });
}
