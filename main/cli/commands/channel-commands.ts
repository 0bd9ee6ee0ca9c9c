import type { Channel } from '../../contract/channel.ts';
import type { Output } from '../../contract/methods.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { Messages } from '../../messages/messages.ts';
import { nextStep, renderFailure } from '../../messages/reasons.ts';
import {
  channelIdOf,
  answer,
  DONE,
  misuse,
  print,
  type CommandResult,
  type Session,
} from '../session.ts';
import type { CliCommand } from '../cli-command.ts';
import { lists, talks, type Flags } from '../command.ts';
import { localTime } from '../output/look.ts';
import { safeLine } from '../output/safe-text.ts';
import type { Column } from '../output/table.ts';

const POLL_MS = 200;

const PAUSE = { '--for <duration>': {}, '--until <time>': {} } as const;
const TEST = { '--wait <seconds>': { range: [1, 600], initial: 30 }, '--no-wait': {} } as const;

export function addChannelCommands(program: CliCommand): void {
  const channels = program.group('channels');
  lists(channels, 'list', 'channels.list', COLUMNS);
  talks(channels, 'pause <channel>', PAUSE, pauseChannel);
  talks(channels, 'resume <channel>', {}, async (session, _flags, channel) => {
    const id = await channelIdOf(session, channel);
    if (!id.ok) return id;
    const resumed = await session.client.call('channels.resume', { id: id.value });
    return answer(session, resumed, ({ name }, { messages }) =>
      messages.text('cli.channels.resume.done', { name: safeLine(name) }),
    );
  });
  talks(channels, 'test <channel>', TEST, testChannel);
}

/** Returns the worst condition of a channel. */
function conditionOf({ enabled, paused, attention, health, throttle }: Channel) {
  if (attention !== null) return 'attention';
  if (!enabled) return 'disabled';
  if (paused) return 'paused';
  if (health.state !== 'closed') return health.state;
  if (throttle !== null && throttle.refusals > 0) return 'limited';
  if (health.failures > 0 || health.rejections > 0) return 'failing';
  return health.workedAt === null ? 'unused' : 'up';
}

function problemOf({ attention, health, throttle }: Channel, messages: Messages): string {
  if (attention !== null) {
    const step = nextStep(messages, attention.reason, attention.class);
    return safeLine([renderFailure(messages, attention), step].filter(Boolean).join(' '));
  }
  if (throttle !== null && throttle.refusals > 0) {
    return messages.text('cli.channelState.limitedUntil', { until: localTime(throttle.until) });
  }
  return safeLine(renderFailure(messages, health) ?? '');
}

const COLUMNS: readonly Column<Channel>[] = [
  'id',
  'kind',
  {
    heading: 'state',
    value: (channel, messages) => messages.text(`cli.channelState.${conditionOf(channel)}`),
    code: conditionOf,
  },
  'name',
  'target',
  { heading: 'problem', value: problemOf },
];

async function pauseChannel(
  session: Session,
  { for: durationMs, until }: Flags<typeof PAUSE>,
  channel: string,
): Promise<CommandResult> {
  const { client, messages } = session;
  if (durationMs !== undefined && until !== undefined) {
    return misuse(messages.text('cli.channels.pause.oneEnd'));
  }
  const id = await channelIdOf(session, channel);
  if (!id.ok) return id;
  const paused = await client.call('channels.pause', { id: id.value, durationMs, until });
  return answer(session, paused, ({ name, paused: pause }) =>
    pause?.until
      ? messages.text('cli.channels.pause.doneUntil', {
          name: safeLine(name),
          until: localTime(pause.until),
        })
      : messages.text('cli.channels.pause.done', { name: safeLine(name) }),
  );
}

async function testChannel(
  session: Session,
  { wait }: Flags<typeof TEST>,
  channel: string,
): Promise<CommandResult> {
  const { client, messages } = session;
  const id = await channelIdOf(session, channel);
  if (!id.ok) return id;
  const test = await client.call('channels.test', { id: id.value });
  if (!test.ok) return test;
  if (typeof wait === 'boolean') {
    return answer(session, test, ({ notificationId }) =>
      messages.text('cli.channels.test.queued', { id: notificationId }),
    );
  }
  const seen = await firstAttempt(session, test.value.notificationId, wait * 1_000);
  if (!seen.ok) return seen;
  const { status, reason, lastErrorClass } = seen.value;
  print(session, seen.value, (sent) => `${sent.status} ${sent.id}`);
  if (status === 'sent') return DONE;
  const problem = [
    renderFailure(messages, seen.value),
    nextStep(messages, reason, lastErrorClass),
  ].join(' ');
  return fail(
    'internal',
    reason === null
      ? messages.text('cli.channels.test.waiting', { status, seconds: wait })
      : messages.text('cli.channels.test.failed', { problem }),
  );
}

/** Returns the notification as soon as an attempt has ended, or as it is when the wait is over. */
async function firstAttempt(
  { client, clock }: Session,
  id: string,
  waitMs: number,
): Promise<Result<Output<'notifications.get'>>> {
  const endsAt = clock.monotonicMs() + waitMs;
  for (;;) {
    const seen = await client.call('notifications.get', { id });
    if (!seen.ok) return seen;
    const { status } = seen.value;
    const waits = status === 'pending' || status === 'sending';
    if (!waits || clock.monotonicMs() >= endsAt) return ok(seen.value);
    const pause = Promise.withResolvers<void>();
    clock.after(POLL_MS, () => pause.resolve());
    await pause.promise;
  }
}
