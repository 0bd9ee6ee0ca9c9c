import type { Clock } from '../../../base/clock.ts';
import type { TokenScope } from '../../../contract/system.ts';
import { ok, type Result } from '../../../contract/result.ts';
import { alertsAskedFor, alertsJson } from './alertmanager-alerts.ts';
import {
  badId,
  deleteSilence,
  getSilence,
  listSilences,
  postSilence,
} from './alertmanager-silences.ts';
import type { AlertmanagerView } from './alertmanager-view.ts';
import { answered, type Answered } from './answers.ts';
import { groupsJson } from './groups.ts';
import type { Asked } from './query.ts';
import { receiverNames, statusOf } from './status.ts';

/** The routes of Alertmanager's API v2 besides taking alerts, and the scope that each needs. */
export const ALERTMANAGER_ROUTES = {
  'GET alerts': 'read',
  'GET alerts/groups': 'read',
  'GET receivers': 'read',
  'GET status': 'read',
  'GET silences': 'read',
  'POST silences': 'operate',
  'GET silence/:silenceID': 'read',
  'DELETE silence/:silenceID': 'operate',
} as const satisfies Record<string, TokenScope>;

export type AlertmanagerRoute = keyof typeof ALERTMANAGER_ROUTES;

/** A request to one of these routes, already authenticated. */
export interface AlertmanagerRequest extends Asked {
  readonly route: AlertmanagerRoute;
  /** From the path; '' on routes without one. */
  readonly silenceId: string;
  /** The parsed body. */
  readonly body: unknown;
  readonly actor: string;
}

/** Answers requests of Alertmanager's tools. Rejects with the store's StoreUnavailable. */
export type AlertmanagerApi = (request: AlertmanagerRequest) => Promise<Result<Answered>>;

/** Makes that API over what Belfry shows of itself. `version` is Belfry's own. */
export function createAlertmanagerApi(
  view: AlertmanagerView,
  clock: Pick<Clock, 'now'>,
  version: string,
): AlertmanagerApi {
  const { silences } = view;
  return async (request) => {
    const { route, silenceId, actor } = request;
    switch (route) {
      case 'GET alerts': {
        const alerts = await alertsAskedFor(view, request, clock.now());
        return alerts.ok ? ok({ status: 200, json: alertsJson(alerts.value) }) : alerts;
      }
      case 'GET alerts/groups': {
        const alerts = await alertsAskedFor(view, request, clock.now());
        return alerts.ok ? ok({ status: 200, json: groupsJson(request, alerts.value) }) : alerts;
      }
      case 'GET receivers': {
        const names = receiverNames(view);
        return ok(
          answered(
            200,
            names.map((name) => ({ name })),
          ),
        );
      }
      case 'GET status':
        return ok(answered(200, statusOf(view, version)));
      case 'GET silences':
        return listSilences(silences, request);
      case 'POST silences':
        return ok(await postSilence(silences, request, clock.now()));
      case 'GET silence/:silenceID':
        return ok(badId(silenceId) ?? getSilence(silences, silenceId));
      case 'DELETE silence/:silenceID':
        return ok(badId(silenceId) ?? (await deleteSilence(silences, silenceId, actor)));
    }
  };
}
