import type { z } from 'zod';
import { eventInput, type EventOutcome, type eventsOutput } from '../contract/alert.ts';
import { jobInput } from '../contract/job.ts';
import { ok, type Failure, type Result } from '../contract/result.ts';
import { invalidInput } from '../domain/issues.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import type { JobReport } from '../domain/job-report.ts';
import type { InputReason } from '../contract/reasons/input-reasons.ts';
import { isTooDeep, TOO_DEEP } from '../domain/json-text.ts';
import { readApiEvent } from '../ingest/api-events.ts';
import { readJobReport } from '../ingest/job-report-adapter.ts';
import { refuseField } from '../messages/failures.ts';
import type { Messages } from '../messages/messages.ts';
import type { Handlers } from './dispatch.ts';

type Applied = Exclude<EventOutcome, { action: 'rejected' }>;

/** One kind of item, and where the valid ones go. */
interface ItemIngest<Schema extends z.ZodType, Report> {
  readonly schema: Schema;
  readonly read: (item: z.output<Schema>) => Report;
  /** Stores them in order as one unit, and answers each. */
  readonly store: (reports: readonly Report[]) => Promise<readonly Applied[]>;
}

const TOO_DEEP_ITEM = refuseField('invalid_input', 'body', TOO_DEEP).error;

/**
 * Stores what is valid in one unit and says of each item, by its place, what became of it. Only when
 * nothing is valid is it a failure, which names the first problem.
 */
async function ingestItems<Schema extends z.ZodType, Report>(
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
      const { message, reason } = failure;
      outcomes.push({ action: 'rejected', message, reason: reason as InputReason });
    }
  }
  if (reports.length === 0 && firstFailure) return { ok: false, error: firstFailure };
  const applied = (await store(reports)).values();
  const results = outcomes.map((outcome) => outcome ?? (applied.next().value as EventOutcome));
  return ok({ accepted: reports.length, results });
}

/** The destination of the reports of the API's own ingest methods. */
export interface ReportPort {
  /** Applies them in order as one unit, and answers each once they are durable. */
  readonly storeEvents: (events: readonly ConditionEvent[]) => Promise<readonly Applied[]>;
  readonly storeJobs: (reports: readonly JobReport[]) => Promise<readonly Applied[]>;
  /** Returns the catalogue in the language of the settings. */
  readonly messages: () => Messages;
}

/** The methods of the contract that take reports: each is checked and read before anything is handed over. */
export const ingestHandlers = ({ storeEvents, storeJobs, messages }: ReportPort) =>
  ({
    'events.ingest': (input, { source }) =>
      ingestItems(input, {
        schema: eventInput,
        read: (item) => readApiEvent(item, source),
        store: storeEvents,
      }),
    'jobs.ingest': (input, { source }) =>
      ingestItems(input, {
        schema: jobInput,
        read: (item) => readJobReport(item, source, messages()),
        store: storeJobs,
      }),
  }) satisfies Partial<Handlers>;
