import type { Heartbeat, HeartbeatKind, HeartbeatSchedule } from '../../main/contract/heartbeat.ts';
import type { JobKind } from '../../main/contract/job.ts';
import type { Input } from '../../main/contract/methods.ts';
import type { Severity } from '../../main/contract/primitives.ts';
import type { WindowClient } from '../client/window-client.ts';
import { browserTimeZone } from '../ui/local-moment.ts';
import { Submission } from '../ui/submission.svelte.ts';

const HOUR_MS = 3_600_000;
const FIELDS = [
  'name',
  'slug',
  'host',
  'kind',
  'schedule.periodMs',
  'schedule.expression',
  'schedule.timeZone',
  'graceMs',
  'job.host',
  'job.group',
];

/** The draft of a new or an existing heartbeat. */
export class HeartbeatForm {
  readonly #client: WindowClient;
  readonly #heartbeat: Heartbeat | null;
  readonly submission = new Submission();
  name = $state('');
  slug = $state('');
  host = $state('');
  kind = $state<HeartbeatKind>('stale_schedule');
  severity = $state<Severity>('warning');
  type = $state<HeartbeatSchedule['type']>('period');
  periodMs = $state(24 * HOUR_MS);
  expression = $state('0 3 * * *');
  timeZone = $state(browserTimeZone());
  graceMs = $state(HOUR_MS);
  watchesJob = $state(false);
  jobHost = $state('');
  job = $state<JobKind>('backup');
  jobGroup = $state('');

  constructor(client: WindowClient, heartbeat: Heartbeat | null) {
    this.#client = client;
    this.#heartbeat = heartbeat;
    if (!heartbeat) return;
    this.name = heartbeat.name;
    this.slug = heartbeat.slug;
    this.host = heartbeat.host;
    this.kind = heartbeat.kind;
    this.severity = heartbeat.severity;
    this.graceMs = heartbeat.graceMs;
    this.type = heartbeat.schedule.type;
    if (heartbeat.schedule.type === 'period') {
      this.periodMs = heartbeat.schedule.periodMs;
    } else {
      this.expression = heartbeat.schedule.expression;
      this.timeZone = heartbeat.schedule.timeZone;
    }
    if (!heartbeat.job) return;
    this.watchesJob = true;
    this.jobHost = heartbeat.job.host;
    this.job = heartbeat.job.job;
    this.jobGroup = heartbeat.job.group;
  }

  /** The saved heartbeat, or null when it was refused; the submission's problems then say why. */
  save(): Promise<Heartbeat | null> {
    const heartbeat = this.#heartbeat;
    const input = this.#input();
    return this.submission.send(
      () =>
        heartbeat
          ? this.#client.call('heartbeats.update', { id: heartbeat.id, ...input })
          : this.#client.call('heartbeats.create', input),
      FIELDS,
    );
  }

  #input(): Input<'heartbeats.create'> {
    const { name, kind, severity, graceMs, periodMs, expression, timeZone } = this;
    const host = this.host.trim();
    const slug = this.slug.trim();
    const keepsSlug = slug === '' || slug === this.#heartbeat?.slug;
    return {
      name,
      ...(!keepsSlug && { slug }),
      ...(host !== '' && { host }),
      kind,
      severity,
      schedule:
        this.type === 'period'
          ? { type: 'period', periodMs }
          : { type: 'cron', expression, timeZone },
      graceMs,
      job: this.watchesJob ? { host: this.jobHost, job: this.job, group: this.jobGroup } : null,
    };
  }
}
