import type { HeartbeatSchedule } from '../../main/contract/heartbeat.ts';

/** Text to copy into a job. `url` is a ping address, which holds nothing that a shell or cron would read. */

const CURL = 'curl -fsS -m 10 --retry 5';

export const pingUrl = (base: string, pingId: string): string => `${base}/ping/${pingId}`;

/** A shell command that pings once. */
export const curlSnippet = (url: string): string => `${CURL} '${url}'`;

/** A line of a crontab that pings after a job that went well, at the times of a schedule if cron knows them. */
export const cronSnippet = (url: string, schedule: HeartbeatSchedule | null): string => {
  const times = schedule?.type === 'cron' ? schedule.expression : '0 3 * * *';
  return `${times} /path/to/job && ${CURL} -o /dev/null '${url}'`;
};

/** A script that reports how long its job took, how it ended, and what it said (by a pipe: it may be long). */
export const runSnippet = (url: string): string =>
  [
    `${CURL} -o /dev/null '${url}/start'`,
    'log=$(/path/to/job 2>&1); status=$?',
    `printf '%s' "$log" | ${CURL} -o /dev/null --data-binary @- "${url}/$status"`,
  ].join('\n');

/** A first ping that makes its heartbeat: expected every day, with an hour's grace. */
export const firstPingSnippet = (base: string): string =>
  `${CURL} '${base}/ping/TOKEN/nightly-backup?create=1'`;
