import type { Heartbeat, HeartbeatKind, HeartbeatSchedule } from '../../main/contract/heartbeat.ts';
import type { JobKind } from '../../main/contract/job.ts';
import type { Input } from '../../main/contract/methods.ts';
import type { Severity } from '../../main/contract/primitives.ts';
import type { Services } from '../app/services.ts';
import { ItemForm } from '../collection/item-form.svelte.ts';
import { browserTimeZone } from '../ui/local-moment.ts';

const HOUR_MS = 3_600_000;

type HeartbeatDraft = Input<'heartbeats.create'>;

/** The draft of a heartbeat. */
export class HeartbeatForm extends ItemForm<Heartbeat, HeartbeatDraft> {
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

  constructor({ heartbeats }: Services, heartbeat: Heartbeat | null) {
    super(heartbeats, heartbeat);
    if (!heartbeat) return;
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

  protected draft(): HeartbeatDraft {
    const { name, kind, severity, graceMs, periodMs, expression, timeZone } = this;
    const host = this.host.trim();
    const slug = this.slug.trim();
    const keepsSlug = slug === '' || slug === this.item?.slug;
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
