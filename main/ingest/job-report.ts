import type { JobInput } from '../contract/job.ts';
import { JOB_RULES, jobFailedText, type JobReport } from '../domain/job-report.ts';
import { eventWithoutCredentials } from '../domain/link-credentials.ts';
import { httpLink } from './http-link.ts';
import { boundedMessage } from './text.ts';

/** What became of a job, as Belfry's own API takes it. Its source is the token's, else the body's, else `jobs`. */
export function readJobReport(input: JobInput, tokenSource: string | null): JobReport {
  const { host, group, status } = input;
  const { kind, severity, byGroup } = JOB_RULES[input.job];
  const job = { host, job: input.job, group };
  const failed = status === 'failed';
  const message = failed && input.message === '' ? jobFailedText(job) : input.message;
  return {
    job,
    event: eventWithoutCredentials({
      source: tokenSource ?? input.source ?? 'jobs',
      host,
      kind,
      dedupKey: byGroup ? group : '',
      status: failed ? 'firing' : 'resolved',
      severity,
      message: boundedMessage(message),
      // Not part of the identity for all jobs, but always worth knowing and routing by.
      labels: group === '' ? input.labels : { group, ...input.labels },
      annotations: {},
      url: httpLink(input.url),
      occurredAt: input.occurredAt === undefined ? null : new Date(input.occurredAt).getTime(),
      endsAt: null,
    }),
  };
}
