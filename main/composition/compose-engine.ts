import { ActionLinks } from '../alerts/action-links.ts';
import { Admissions, StormGuard } from '../alerts/admission.ts';
import { AutoExpire } from '../alerts/auto-expire.ts';
import { AlertService } from '../alerts/alert-service.ts';
import { FlapExpiry } from '../alerts/flap-expiry.ts';
import { AlertCloser } from '../alerts/alert-closer.ts';
import { AutoResolve } from '../alerts/auto-resolve.ts';
import { AlertEngine } from '../alerts/engine.ts';
import { FlapPreview } from '../alerts/flap-preview-service.ts';
import { Flapping } from '../alerts/flap-detector.ts';
import { FollowUpPlans } from '../alerts/follow-up-plans.ts';
import { FollowUps } from '../alerts/follow-ups.ts';
import { MaintenanceNotices } from '../alerts/maintenance-notices.ts';
import { MessageClosing } from '../alerts/message-closing.ts';
import { MessageIntake } from '../alerts/message-intake.ts';
import { TouchWriter } from '../alerts/touch-writer.ts';
import { OpenAlerts } from '../alerts/open-alerts.ts';
import { Outbox } from '../alerts/outbox.ts';
import type { FetcherDeps } from '../queue/fetcher.ts';
import type { Rules } from './compose-rules.ts';
import type { Shared } from './compose-shared.ts';

/** Builds what turns events into alerts, and what acts on alerts later. */
export function buildEngine(
  { tables, channels, settings, writer, clock, logger, newId, wake, messages, dataKeys }: Shared,
  { routes, mutes, silences, maintenance, inhibitions }: Rules,
) {
  const plans = new FollowUpPlans({ tables, routes });
  const storm = new StormGuard();
  const admissions = new Admissions({ tables, mutes, routes, channels, storm, settings, newId });
  const outbox = new Outbox({ tables, channels, routes, admissions, newId });
  const flapping = new Flapping({ tables, outbox, routes, settings });
  const closer = new AlertCloser({ tables, mutes });
  const resolveTimeoutMs = () => settings.current().resolveTimeoutMs;
  const engine = new AlertEngine({
    tables,
    outbox,
    flapping,
    plans,
    closer,
    mutes,
    routes,
    resolveTimeoutMs,
    newId,
  });
  const closing = new MessageClosing({ tables, closer, writer, clock, logger, wake });
  const intake = new MessageIntake({ tables, outbox, engine, closing, mutes, newId });
  const alerts = new AlertService({
    tables,
    engine,
    intake,
    flapping,
    plans,
    routes,
    mutes,
    settings,
    writer,
    clock,
  });
  const tasks = [
    new TouchWriter({ tables, writer, clock, logger, wake }),
    new AutoResolve({ tables, engine, resolveTimeoutMs, writer, clock, logger, wake }),
    new AutoExpire({ tables, engine, settings, writer, clock, logger, wake }),
    new FlapExpiry({ tables, flapping, plans, settings, writer, clock, logger, wake }),
    new FollowUps({ tables, engine, outbox, routes, channels, mutes, writer, clock, logger, wake }),
    new MaintenanceNotices({
      ...{ tables, maintenance, channels, intake, messages },
      ...{ writer, clock, logger, wake },
    }),
    closing,
  ];
  const recheck: FetcherDeps['recheck'] = (unit, row, now) => outbox.recheck(unit, row, now);
  return {
    engine,
    alerts,
    flapPreview: new FlapPreview({ tables, settings, clock }),
    tasks,
    recheck,
    resolveTimeoutMs,
    links: new ActionLinks({ keys: dataKeys, tables, settings, alerts, channels, writer, clock }),
    openAlerts: new OpenAlerts({ tables, silences, inhibitions, mutes, routes, channels, clock }),
  };
}
