import type { Channel } from '../../contract/channel.ts';
import type { Output } from '../../contract/methods.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { misuse, talks } from '../api-command.ts';
import type { CliCommand } from '../cli-command.ts';
import { channelIdOf } from '../channel-name.ts';
import { nextStep, renderFailure } from '../../messages/reasons.ts';
import type { Messages } from '../../messages/messages.ts';
import { OptionValues } from '../option-values.ts';
import type { Column } from '../output/table.ts';
import { localTime } from '../output/amounts.ts';
import { safeLine } from '../output/safe-text.ts';
import { answer, answerList, DONE, print, type CommandResult, type Session } from '../session.ts';

const WAIT_SECONDS = 30;
const POLL_MS = 200;

interface PauseFlags {
  readonly for?: number;
  readonly until?: number;
}

interface TestFlags {
  readonly wait: number | boolean;
}

export function addChannelCommands(program: CliCommand): void {
  const { messages } = program;
  const values = new OptionValues(messages);
  const named = messages.text('cli.argument.channel');
  const channels = program.group('channels', messages.text('cli.channels.description'));
  const list = channels.command('list').description(messages.text('cli.channels.list.description'));
  talks(list, async (session) =>
    answerList(session, await session.client.call('channels.list', {}), {
      rows: ({ items }) => items,
      columns: columnsIn(messages),
      none: messages.text('cli.channels.list.none'),
    }),
  );
  const pause = channels
    .command('pause')
    .argument('<channel>', named)
    .description(messages.text('cli.channels.pause.description'))
    .option('--for <duration>', messages.text('cli.channels.pause.for'), values.durationMs)
    .option('--until <time>', messages.text('cli.option.until'), values.momentMs);
  talks<PauseFlags, [string]>(pause, pauseChannel);
  const resume = channels
    .command('resume')
    .argument('<channel>', named)
    .description(messages.text('cli.channels.resume.description'));
  talks<object, [string]>(resume, async (session, _flags, channel) => {
    const id = await channelIdOf(session, channel);
    if (!id.ok) return id;
    const resumed = await session.client.call('channels.resume', { id: id.value });
    return answer(session, resumed, ({ name }) =>
      messages.text('cli.channels.resume.done', { name }),
    );
  });
  const test = channels
    .command('test')
    .argument('<channel>', named)
    .description(messages.text('cli.channels.test.description'))
    .option(
      '--wait <seconds>',
      messages.text('cli.channels.test.wait'),
      values.wholeNumber(1, 600),
      WAIT_SECONDS,
    )
    .option('--no-wait', messages.text('cli.option.noWait'));
  talks<TestFlags, [string]>(test, testChannel);
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

const problemIn =
  (messages: Messages) =>
  ({ attention, health, throttle }: Channel): string => {
    if (attention !== null) {
      const step = nextStep(messages, attention.reason, attention.class);
      return safeLine([renderFailure(messages, attention), step].filter(Boolean).join(' '));
    }
    if (throttle !== null && throttle.refusals > 0) {
      return messages.text('cli.channelState.limitedUntil', { until: localTime(throttle.until) });
    }
    return safeLine(renderFailure(messages, health) ?? '');
  };

const columnsIn = (messages: Messages): readonly Column<Channel>[] => [
  { heading: 'id', value: ({ id }) => id },
  { heading: 'kind', value: ({ kind }) => kind },
  {
    heading: 'state',
    value: (channel) => messages.text(`cli.channelState.${conditionOf(channel)}`),
    code: conditionOf,
  },
  { heading: 'name', value: ({ name }) => name },
  { heading: 'target', value: ({ target }) => target },
  { heading: 'problem', value: problemIn(messages) },
];

async function pauseChannel(
  session: Session,
  flags: PauseFlags,
  channel: string,
): Promise<CommandResult> {
  const { until } = flags;
  const { messages } = session;
  if (flags.for !== undefined && until !== undefined) {
    return misuse(messages.text('cli.channels.pause.oneEnd'));
  }
  const id = await channelIdOf(session, channel);
  if (!id.ok) return id;
  const input = { id: id.value, durationMs: flags.for, until };
  const paused = await session.client.call('channels.pause', input);
  return answer(session, paused, ({ name, paused: pause }) =>
    pause?.until
      ? messages.text('cli.channels.pause.doneUntil', { name, until: localTime(pause.until) })
      : messages.text('cli.channels.pause.done', { name }),
  );
}

type Sent = Output<'notifications.get'>;

async function testChannel(
  session: Session,
  { wait }: TestFlags,
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
  const problem =
    reason === null
      ? messages.text('cli.channels.test.waiting', { status, seconds: wait })
      : messages.text('cli.channels.test.failed', {
          problem: [
            renderFailure(messages, seen.value),
            nextStep(messages, reason, lastErrorClass),
          ].join(' '),
        });
  return fail('internal', problem);
}

/** Returns the notification as soon as an attempt has ended, or as it is when the wait is over. */
async function firstAttempt(
  { client, clock }: Session,
  id: string,
  waitMs: number,
): Promise<Result<Sent>> {
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
