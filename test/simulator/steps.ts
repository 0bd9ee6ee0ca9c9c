import type { Severity } from '../../main/contract/primitives.ts';
import type { CrashPoint, DiskTrouble } from './disk.ts';
import { RECEIVER_MODES, type ReceiverMode } from './network.ts';
import type { Random } from './random.ts';

const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export const HOSTS = ['nas', 'pi'] as const;
export const KINDS = ['disk', 'ups', 'backup'] as const;
/** The conditions of the lab: every kind on every host. */
export const CONDITIONS = HOSTS.flatMap((host) => KINDS.map((kind) => ({ host, kind })));
export const CHANNELS_MAX = 4;

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

/** Something that happens to a lab. Numbers named `pick` choose among what there is at that moment. */
export type Step =
  | { do: 'fire'; condition: number; severity: Severity; endsInMs?: number; startedMsAgo?: number }
  | { do: 'resolve'; condition: number; endedMsAgo?: number }
  | { do: 'flip'; condition: number; times: number; gapMs: number }
  | { do: 'report'; conditions: number[]; firing: boolean }
  | { do: 'storm'; count: number }
  | { do: 'message'; topic: number; sequence: boolean; recovery: boolean }
  | { do: 'acknowledge' | 'unacknowledge' | 'close' | 'unsnooze'; pick: number }
  | { do: 'snooze'; pick: number; forMs: number }
  | { do: 'silence'; kind: number; startsInMs: number; forMs: number }
  | { do: 'maintain'; host: number; startsInMs: number; forMs: number; announced: boolean }
  | { do: 'inhibit'; source: number; target: number }
  | { do: 'unmute'; pick: number }
  | { do: 'pause'; forMs: number | null }
  | { do: 'unpause' }
  | { do: 'quiet hours'; enabled: boolean }
  | { do: 'requeue' | 'discard' | 'retry' | 'undo'; pick: number }
  | { do: 'requeue all' | 'discard all' | 'retry all' | 'summarise' }
  | { do: 'add channel'; fallback: boolean; limited: boolean; attempts: number; strict: boolean }
  | { do: 'edit channel' | 'delete channel' | 'test channel'; pick: number }
  | { do: 'enable channel' | 'disable channel' | 'resume channel'; pick: number }
  | { do: 'pause channel'; pick: number; forMs: number }
  | { do: 'route'; kind: number; minimum: Severity; picks: number[]; way: RouteWay; on: boolean }
  | { do: 'unroute'; pick: number }
  | { do: 'receiver'; pick: number; mode: ReceiverMode }
  | { do: 'heal network' }
  | { do: 'disk'; trouble: DiskTrouble; times: number }
  | { do: 'refused'; trouble: DiskTrouble; step: Step }
  | { do: 'wait' | 'sleep' | 'restart'; ms: number }
  | { do: 'clock'; byMs: number }
  | { do: 'crash'; ms: number }
  | { do: 'crash at commit'; nth: number; point: CrashPoint; ms: number };

/** The options of a route beside its channels. */
export type RouteWay =
  'plain' | 'grouped' | 'held' | 'settling' | 'reminded' | 'louder' | 'escalated';

const SHORT_MS = [SECOND_MS, 5 * SECOND_MS, 20 * SECOND_MS, MINUTE_MS, 2 * MINUTE_MS] as const;
const LONG_MS = [5 * MINUTE_MS, 20 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS] as const;
const MUTES_MS = [10 * SECOND_MS, 2 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS] as const;
const JUMPS_MS = [-DAY_MS, -HOUR_MS, -MINUTE_MS, MINUTE_MS, 9 * HOUR_MS, 3 * DAY_MS] as const;
const DISK_TROUBLES: readonly DiskTrouble[] = ['io', 'full', 'busy'];
const ROUTE_WAYS: readonly RouteWay[] = [
  ...([
    'plain',
    'grouped',
    'held',
    'settling',
    'settling',
    'reminded',
    'louder',
    'escalated',
  ] as const),
];
const STEPS_MIN = 30;
const STEPS_MAX = 80;

/** Returns the steps of a seed's life: which ones are likely is drawn first, so that lives differ in kind. */
export function stepsOf(random: Random): Step[] {
  const makers = MAKERS.map(
    ([weight, make]) => [weight * random.pick([0.2, 1, 1, 2]), make] as const,
  );
  const steps: Step[] = [
    { do: 'add channel', fallback: false, limited: false, attempts: 5, strict: false },
    { do: 'add channel', ...channel(random) },
  ];
  const count = random.int(STEPS_MIN, STEPS_MAX);
  for (let made = 0; made < count; made++) steps.push(random.weighted(makers)(random));
  return steps;
}

const channel = (random: Random) => ({
  fallback: random.chance(0.3),
  limited: random.chance(0.2),
  attempts: random.pick([1, 2, 3, 5]),
  strict: random.chance(0.2),
});

const condition = (random: Random): number => random.int(0, CONDITIONS.length - 1);
const pick = (random: Random): number => random.int(0, 1_000);
const severity = (random: Random) => random.pick(SEVERITIES);

type Maker = (random: Random) => Step;

const SENDERS: readonly (readonly [number, Maker])[] = [
  [14, (random) => ({ do: 'fire', condition: condition(random), severity: severity(random) })],
  [
    3,
    (random) => ({
      do: 'fire',
      condition: condition(random),
      severity: severity(random),
      endsInMs: random.pick(LONG_MS),
      startedMsAgo: random.pick([...SHORT_MS, 0]),
    }),
  ],
  [10, (random) => ({ do: 'resolve', condition: condition(random) })],
  [
    2,
    (random) => ({
      do: 'resolve',
      condition: condition(random),
      endedMsAgo: random.pick(SHORT_MS),
    }),
  ],
  [
    3,
    (random) => ({
      do: 'flip',
      condition: condition(random),
      times: random.int(2, 7),
      gapMs: random.pick(SHORT_MS),
    }),
  ],
  [
    3,
    (random) => ({
      do: 'report',
      conditions: [condition(random), condition(random), condition(random)],
      firing: random.chance(0.6),
    }),
  ],
  [1, (random) => ({ do: 'storm', count: random.int(5, 15) })],
  [
    2,
    (random) => ({
      do: 'message',
      topic: random.int(0, 1),
      sequence: random.chance(0.5),
      recovery: random.chance(0.3),
    }),
  ],
];

const PEOPLE: readonly (readonly [number, Maker])[] = [
  ...(['acknowledge', 'unacknowledge', 'close', 'unsnooze'] as const).map(
    (action) => [2, (random: Random): Step => ({ do: action, pick: pick(random) })] as const,
  ),
  [2, (random) => ({ do: 'snooze', pick: pick(random), forMs: random.pick(MUTES_MS) })],
  [
    3,
    (random) => ({
      do: 'silence',
      kind: random.int(0, KINDS.length - 1),
      startsInMs: random.pick([0, 0, MINUTE_MS]),
      forMs: random.pick(MUTES_MS),
    }),
  ],
  [
    2,
    (random) => ({
      do: 'maintain',
      announced: random.chance(0.5),
      host: random.int(0, HOSTS.length - 1),
      startsInMs: random.pick([0, 0, MINUTE_MS]),
      forMs: random.pick(MUTES_MS),
    }),
  ],
  [
    2,
    (random) => ({
      do: 'inhibit',
      source: random.int(0, KINDS.length - 1),
      target: random.int(0, KINDS.length - 1),
    }),
  ],
  [4, (random) => ({ do: 'unmute', pick: pick(random) })],
  [2, (random) => ({ do: 'pause', forMs: random.chance(0.2) ? null : random.pick(MUTES_MS) })],
  [1, () => ({ do: 'unpause' })],
  [1, (random) => ({ do: 'quiet hours', enabled: random.chance(0.5) })],
  ...(['requeue', 'discard', 'retry', 'undo'] as const).map(
    (action) => [1.5, (random: Random): Step => ({ do: action, pick: pick(random) })] as const,
  ),
  ...(['requeue all', 'discard all', 'retry all', 'summarise'] as const).map(
    (action) => [0.5, (): Step => ({ do: action })] as const,
  ),
];

const OWNER: readonly (readonly [number, Maker])[] = [
  [1, (random) => ({ do: 'add channel', ...channel(random) })],
  [2, (random) => ({ do: 'edit channel', pick: pick(random) })],
  [0.5, (random) => ({ do: 'delete channel', pick: pick(random) })],
  [1, (random) => ({ do: 'test channel', pick: pick(random) })],
  [1, (random) => ({ do: 'disable channel', pick: pick(random) })],
  [2, (random) => ({ do: 'enable channel', pick: pick(random) })],
  [1, (random) => ({ do: 'pause channel', pick: pick(random), forMs: random.pick(MUTES_MS) })],
  [1, (random) => ({ do: 'resume channel', pick: pick(random) })],
  [
    1,
    (random) => ({
      do: 'route',
      kind: random.int(-1, KINDS.length - 1),
      minimum: severity(random),
      picks: [pick(random), pick(random)],
      way: random.pick(ROUTE_WAYS),
      on: random.chance(0.5),
    }),
  ],
  [0.7, (random) => ({ do: 'unroute', pick: pick(random) })],
];

const WORLD: readonly (readonly [number, Maker])[] = [
  [6, (random) => ({ do: 'receiver', pick: pick(random), mode: random.pick(RECEIVER_MODES) })],
  [3, (random) => ({ do: 'receiver', pick: pick(random), mode: 'up' })],
  [1, () => ({ do: 'heal network' })],
  [2, (random) => ({ do: 'disk', trouble: random.pick(DISK_TROUBLES), times: random.int(1, 12) })],
  [14, (random) => ({ do: 'wait', ms: random.pick(SHORT_MS) })],
  [8, (random) => ({ do: 'wait', ms: random.pick(LONG_MS) })],
  [0.3, (random) => ({ do: 'wait', ms: random.int(1, 3) * DAY_MS })],
  [1, (random) => ({ do: 'sleep', ms: random.pick([...LONG_MS, DAY_MS]) })],
  [1, (random) => ({ do: 'clock', byMs: random.pick(JUMPS_MS) })],
  [1, (random) => ({ do: 'restart', ms: random.pick([...SHORT_MS, HOUR_MS]) })],
  [0.7, (random) => ({ do: 'crash', ms: random.pick([...SHORT_MS, HOUR_MS]) })],
  [
    2.5,
    (random) => ({
      do: 'crash at commit',
      nth: random.int(1, 6),
      point: random.pick(['before', 'after'] as const),
      ms: random.pick([...SHORT_MS, HOUR_MS]),
    }),
  ],
];

const REFUSED: readonly (readonly [number, Maker])[] = [
  [
    4,
    (random) => ({
      do: 'refused',
      trouble: random.pick(DISK_TROUBLES),
      step: random.weighted([...SENDERS, ...PEOPLE, ...OWNER])(random),
    }),
  ],
];

const MAKERS = [...SENDERS, ...PEOPLE, ...OWNER, ...WORLD, ...REFUSED];
