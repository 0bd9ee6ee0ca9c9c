import type { OpenAlert } from '../../../alerts/open-alerts.ts';
import { ok, type Result } from '../../../contract/result.ts';
import {
  alertmanagerAnnotations,
  alertmanagerLabels,
  labelFingerprint,
} from '../../../domain/alertmanager-labels.ts';
import { refuse } from '../../../messages/failures.ts';
import type { AlertmanagerView } from './alertmanager-view.ts';
import { filterOf, receiverOf, switchOf, type Asked } from './query.ts';

/** An alert as Alertmanager's tools see it. */
export interface ShownAlert {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly leads: OpenAlert['leads'];
  readonly isMuted: boolean;
  /** The whole of it, `gettableAlert` of the API. */
  readonly json: string;
}

/** More than these, or than so much text, is no answer but a request to ask for less. */
const SHOWN_MAX = 10_000;
const SHOWN_CHARS_MAX = 32 * 1_048_576;

const tooMany = refuse('invalid_input', {
  code: 'error.too_many_alerts',
  params: { max: SHOWN_MAX, bytes: SHOWN_CHARS_MAX },
});

const iso = (timestampMs: number): string => new Date(timestampMs).toISOString();

function show(open: OpenAlert, labels: ShownAlert['labels'], endsAt: number): ShownAlert {
  const { alert, silencedBy, inhibitedBy, otherwiseMutedBy, leads } = open;
  const fingerprint = labelFingerprint(labels);
  const isMuted = silencedBy.length > 0 || inhibitedBy !== null || otherwiseMutedBy !== null;
  const gettable = {
    annotations: alertmanagerAnnotations(alert),
    endsAt: iso(endsAt),
    fingerprint,
    receivers: leads.map(({ channel }) => ({ name: channel })),
    startsAt: iso(alert.startedAt),
    status: {
      inhibitedBy: inhibitedBy ? [labelFingerprint(alertmanagerLabels(inhibitedBy))] : [],
      mutedBy: otherwiseMutedBy === null ? [] : [otherwiseMutedBy],
      silencedBy,
      state: isMuted ? 'suppressed' : 'active',
    },
    updatedAt: iso(alert.lastSeenAt),
    ...(alert.url === null ? {} : { generatorURL: alert.url }),
    labels,
  };
  return { fingerprint, labels, leads, isMuted, json: JSON.stringify(gettable) };
}

/**
 * The open alerts that a request asks for, by fingerprint: `filter`, `receiver`, `active`, `silenced` and
 * `inhibited` as in Alertmanager's API. Nothing here is ever unprocessed. Too many are a failure.
 */
export async function alertsAskedFor(
  { openAlerts, resolveTimeoutMs }: AlertmanagerView,
  request: Asked,
  now: number,
): Promise<Result<ShownAlert[]>> {
  const filter = filterOf(request);
  if (!filter.ok) return filter;
  const receiver = receiverOf(request);
  if (!receiver.ok) return receiver;
  const [active, silenced, inhibited] = ['active', 'silenced', 'inhibited'].map((name) =>
    switchOf(request, name),
  );
  // An alert that carries no end is shown with one that lies ahead, or tools would take it for over.
  const laterEnd = now + resolveTimeoutMs();
  const shown: ShownAlert[] = [];
  let chars = 0;
  const isWanted = (alert: OpenAlert['alert']) => filter.value(alertmanagerLabels(alert));
  for await (const open of openAlerts.all(isWanted)) {
    const isSought = receiver.value;
    if (isSought && !open.leads.some(({ channel }) => isSought(channel))) continue;
    if (!silenced && open.silencedBy.length > 0) continue;
    if (!inhibited && open.inhibitedBy !== null) continue;
    const alert = show(open, alertmanagerLabels(open.alert), open.alert.endsAt ?? laterEnd);
    if (!active && !alert.isMuted) continue;
    chars += alert.json.length;
    if (shown.length >= SHOWN_MAX || chars > SHOWN_CHARS_MAX) return tooMany;
    shown.push(alert);
  }
  return ok(shown.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)));
}

/** As a JSON array. */
export const alertsJson = (alerts: readonly ShownAlert[]): string =>
  `[${alerts.map(({ json }) => json).join(',')}]`;
