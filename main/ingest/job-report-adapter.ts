import { textWithoutLinkCredentials } from '../base/credentials.ts';
import type { JobInput } from '../contract/job.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { JOB_RULES, jobReason, type JobReport } from '../domain/job-report.ts';
import { eventWithoutCredentials } from '../domain/link-credentials.ts';
import { ENGLISH, type Messages } from '../messages/messages.ts';
import { renderReason } from '../messages/reasons.ts';
import { boundedMessage, httpLink } from './event.ts';

/** Returns the report of a job, as Belfry's own API takes it. Its source is the token's, else the body's, else `jobs`. */
export function readJobReport(
  input: JobInput,
  tokenSource: string | null,
  messages: Messages = ENGLISH,
): JobReport {
  const { host, group, status } = input;
  const { kind, warningKind, severity, byGroup } = JOB_RULES[input.job];
  const job = { host, job: input.job, group };
  const isGood = status === 'succeeded';
  const messageReason =
    input.message === '' && status !== 'succeeded'
      ? jobReason({ ...job, group: textWithoutLinkCredentials(group) }, status)
      : null;
  const message = messageReason
    ? renderReason(messages, messageReason)
    : boundedMessage(input.message);
  const failure: ConditionEvent = eventWithoutCredentials({
    source: tokenSource ?? input.source ?? 'jobs',
    host,
    kind,
    dedupKey: byGroup ? group : '',
    status: status === 'failed' ? 'firing' : 'resolved',
    severity,
    message,
    messageReason,
    // Not part of the identity for all jobs, but always worth knowing and routing by.
    labels: group === '' ? input.labels : { group, ...input.labels },
    annotations: {},
    url: httpLink(input.url),
    occurredAt: input.occurredAt === undefined ? null : new Date(input.occurredAt).getTime(),
    endsAt: null,
  });
  const warning: ConditionEvent = {
    ...failure,
    kind: warningKind,
    severity: 'warning',
    status: status === 'warning' ? 'firing' : 'resolved',
  };
  // A failure says nothing of what an earlier run warned of.
  if (status === 'failed') return { job, status, event: failure, alsoOver: null };
  return isGood
    ? { job, status, event: failure, alsoOver: warning }
    : { job, status, event: warning, alsoOver: failure };
}
