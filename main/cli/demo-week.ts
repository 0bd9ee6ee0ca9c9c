import type { DemoEvent } from './demo-lab.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The length of the demo's history. */
export const HISTORY_MS = 7 * DAY_MS;

/** The lab's report at a moment of its history. */
export interface Report {
  /** Milliseconds from the beginning of the history. */
  readonly atMs: number;
  readonly events: readonly DemoEvent[];
}

type Severity = 'info' | 'warning' | 'critical';
type Place = readonly [host: string, kind: string];

/** A problem that was, from a moment on for a while; one without an end is still there. */
const episode = (
  startMs: number,
  lastsMs: number | null,
  [host, kind]: Place,
  severity: Severity,
  message: string,
): Report[] => {
  const event = { host, kind, severity, message };
  const fired = { atMs: startMs, events: [{ ...event, status: 'firing' as const }] };
  if (lastsMs === null) return [fired];
  const resolved = {
    atMs: startMs + lastsMs,
    events: [{ ...event, status: 'resolved' as const }],
  };
  return [fired, resolved];
};

/** Returns numbers from 0 to 1 that look random and are the same at every start (a Lehmer generator). */
function steadyRandom(): () => number {
  let state = 4_711;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const NIGHTLY: readonly Report[] = [0, 3, 5].flatMap((day) =>
  episode(
    day * DAY_MS + 14 * HOUR_MS,
    (day === 5 ? 20 : 6) * HOUR_MS,
    ['pve1', 'backup_failed'],
    'critical',
    'vzdump 104 (nextcloud): no space left on device',
  ),
);

const WARM_AFTERNOONS: readonly Report[] = [0, 1, 2, 4, 5].flatMap((day) =>
  episode(
    day * DAY_MS + 3 * HOUR_MS,
    (2 + (day % 3)) * HOUR_MS,
    ['nas', 'disk_temperature'],
    'warning',
    'sdc has 49 °C',
  ),
);

/** The switch of the cameras and access points lost power, and they were all gone for half an hour. */
function storm(): Report[] {
  const startMs = 5 * DAY_MS + 6 * HOUR_MS;
  const hosts = Array.from({ length: 24 }, (_, index) =>
    index < 16 ? `cam${index + 1}` : `ap${index - 15}`,
  );
  const all = (status: 'firing' | 'resolved') =>
    hosts.map((host): DemoEvent => {
      const message = 'No answer to ping for 2 minutes';
      return { host, kind: 'unreachable', severity: 'warning', message, status };
    });
  return [
    { atMs: startMs, events: all('firing') },
    { atMs: startMs + 28 * MINUTE_MS, events: all('resolved') },
  ];
}

/** Short outages and restarts, spread over the week. */
function everyday(): Report[] {
  const random = steadyRandom();
  const at = (slot: number, slots: number): number =>
    ((slot + random() * 0.8) / slots) * (HISTORY_MS - 2 * HOUR_MS);
  const minutes = (most: number): number => Math.ceil(random() * most) * MINUTE_MS;
  return [
    ...Array.from({ length: 16 }, (_, slot) =>
      episode(
        at(slot, 16),
        minutes(40),
        ['pi-dns', 'agent_offline'],
        'critical',
        'No contact for 3 minutes',
      ),
    ),
    ...Array.from({ length: 11 }, (_, slot) =>
      episode(
        at(slot, 11),
        minutes(90),
        ['docker1', 'container_restarting'],
        'warning',
        'jellyfin restarted 5 times in 10 minutes',
      ),
    ),
    ...Array.from({ length: 4 }, (_, slot) =>
      episode(
        at(slot, 4),
        minutes(20),
        ['ups', 'on_battery'],
        'critical',
        'Mains power lost; 23 minutes of battery left',
      ),
    ),
  ].flat();
}

const STANDING: readonly Report[] = [
  ...episode(
    4 * DAY_MS,
    null,
    ['proxy', 'certificate_expiring'],
    'info',
    'home.example expires in 9 days',
  ),
  ...episode(
    6 * DAY_MS + 20 * HOUR_MS,
    null,
    ['printer', 'toner_low'],
    'info',
    'Black toner is at 6 %',
  ),
  ...episode(
    HISTORY_MS - 90 * MINUTE_MS,
    null,
    ['nas', 'pool_degraded'],
    'critical',
    'Pool tank is DEGRADED: sdc has 12 read errors',
  ),
];

/** A loose cable. */
const FLAPPING: readonly Report[] = Array.from({ length: 4 }, (_, turn) =>
  episode(
    HISTORY_MS - 4 * MINUTE_MS + turn * MINUTE_MS,
    MINUTE_MS / 2,
    ['switch1', 'port_down'],
    'warning',
    'Port 7 (pve2) has no link',
  ),
).flat();

/** Returns what the lab reported during its week, in order. */
export const reportsOfWeek = (): Report[] =>
  [...NIGHTLY, ...WARM_AFTERNOONS, ...storm(), ...everyday(), ...STANDING, ...FLAPPING].toSorted(
    (a, b) => a.atMs - b.atMs,
  );
