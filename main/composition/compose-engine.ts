import { Admissions } from '../alerts/admission.ts';
import { AutoExpire } from '../alerts/auto-expire.ts';
import { AlertService } from '../alerts/alert-service.ts';
import { FlapExpiry } from '../alerts/flap-expiry.ts';
import { AlertCloser } from '../alerts/alert-closer.ts';
import { AutoResolve } from '../alerts/auto-resolve.ts';
import { AlertEngine } from '../alerts/engine.ts';
import { Flapping } from '../alerts/flap-detector.ts';
import { FollowUpPlans } from '../alerts/follow-up-plans.ts';
import { FollowUps } from '../alerts/follow-ups.ts';
import { MessageClosing } from '../alerts/message-closing.ts';
import { MessageIntake } from '../alerts/message-intake.ts';
import { Outbox } from '../alerts/outbox.ts';
import { StormGuard } from '../alerts/storm.ts';
import { type FetcherDeps } from '../queue/fetcher.ts';
import type { buildRules } from './compose-rules.ts';
import type { Shared } from './compose-shared.ts';

/** What turns events into alerts, and what alerts do by themselves. */
export function buildEngine(shared: Shared & ReturnType<typeof buildRules>) {
  const { tables, settings, routes, mutes } = shared;
  const common = { ...tables, ...shared, routes };
  const plans = new FollowUpPlans({ followUps: tables.followUps, routes });
  const admissions = new Admissions({ ...common, storm: new StormGuard() });
  const outbox = new Outbox({ ...common, admissions });
  const flapping = new Flapping({ ...common, outbox });
  const closer = new AlertCloser({ ...common, plans });
  const engine = new AlertEngine({ ...common, outbox, flapping, plans, closer });
  const closing = new MessageClosing({ ...common, closer });
  const intake = new MessageIntake({ ...common, outbox, engine, closing });
  const alerts = new AlertService({
    ...common,
    engine,
    intake,
    flapping,
    pages: tables.alertPages,
  });
  const resolveTimeoutMs = () => settings.current().resolveTimeoutMs;
  const tasks = [
    new AutoResolve({ ...common, engine, resolveTimeoutMs }),
    new AutoExpire({ ...common, engine, markers: tables.settings }),
    new FlapExpiry({ ...common, flapping, plans }),
    new FollowUps({ ...common, engine, outbox, mutes }),
    closing,
  ];
  const recheck: FetcherDeps['recheck'] = (unit, row, now) => outbox.recheck(unit, row, now);
  return { engine, alerts, tasks, recheck, resolveTimeoutMs };
}
