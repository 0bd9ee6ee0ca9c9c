import type { Command } from 'commander';
import type { Channel } from '../../contract/channel.ts';
import type { Output } from '../../contract/methods.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { messagesFor } from '../../messages/messages.ts';
import { nextStep } from '../../messages/reasons.ts';
import { misuse, talks } from '../api-command.ts';
import { channelIdOf } from '../channel-name.ts';
import { durationMs, momentMs, wholeNumber } from '../option-values.ts';
import type { Look } from '../output/look.ts';
import { table } from '../output/table.ts';
import { localProse, localTime } from '../output/amounts.ts';
import { answer, DONE, print, type CommandResult, type Session } from '../session.ts';

const WAIT_SECONDS = 30;
const POLL_MS = 200;

interface PauseFlags {
  readonly for?: number;
  readonly until?: number;
}

interface TestFlags {
  readonly wait: number | boolean;
}

export function addChannelCommands(program: Command): void {
  const channels = program.command('channels').description('where notifications go');
  const list = channels.command('list').description('all channels, by name, and how they do');
  talks(list, async (session) => {
    const result = await session.client.call('channels.list', {});
    if (!result.ok) return result;
    const { items } = result.value;
    const { terminal } = session;
    print(session, result.value, () =>
      items.length === 0 ? '' : channelTable(items, terminal.look),
    );
    if (items.length === 0 && !session.json) terminal.note('No channels.');
    return DONE;
  });
  const pause = channels
    .command('pause')
    .argument('<channel>', 'its name or id')
    .description('queue everything for a channel and send nothing until it is resumed')
    .option('--for <duration>', 'how long, such as 2h (default: until it is resumed)', durationMs)
    .option('--until <time>', 'its end', momentMs);
  talks<PauseFlags, [string]>(pause, pauseChannel);
  const resume = channels
    .command('resume')
    .argument('<channel>', 'its name or id')
    .description('end the pause of a channel now');
  talks<object, [string]>(resume, async (session, _flags, channel) => {
    const id = await channelIdOf(session.client, channel);
    if (!id.ok) return id;
    const resumed = await session.client.call('channels.resume', { id: id.value });
    return answer(session, resumed, ({ name }) => `resumed ${name}`);
  });
  const test = channels
    .command('test')
    .argument('<channel>', 'its name or id')
    .description('send a test notification through the real queue, and say what became of it')
    .option(
      '--wait <seconds>',
      'how long to wait for its first attempt',
      wholeNumber(1, 600),
      WAIT_SECONDS,
    )
    .option('--no-wait', 'only queue it');
  talks<TestFlags, [string]>(test, testChannel);
}

/** The worst that is to be said of a channel, in a word. */
function conditionOf({ enabled, paused, attention, health, throttle }: Channel): string {
  if (attention !== null) return 'needs attention';
  if (!enabled) return 'disabled';
  if (paused) return 'paused';
  if (health.state !== 'closed') return health.state;
  if (throttle !== null && throttle.refusals > 0) return 'rate limited';
  if (health.failures > 0 || health.rejections > 0) return 'failing';
  return health.workedAt === null ? 'unused' : 'up';
}

function troubleOf({ attention, health, throttle }: Channel): string {
  if (attention !== null) {
    const step = nextStep(messagesFor('en'), attention.reason, attention.class);
    return localProse([attention.message, step].filter(Boolean).join(' '));
  }
  if (throttle !== null && throttle.refusals > 0) {
    return `rate limited by the receiver until ${localTime(throttle.until)}`;
  }
  return localProse(health.lastFailure ?? '');
}

const channelTable = (channels: readonly Channel[], look: Look): string =>
  table(
    [
      { heading: 'ID', value: ({ id }) => id },
      { heading: 'KIND', value: ({ kind }) => kind },
      { heading: 'STATE', value: conditionOf },
      { heading: 'NAME', value: ({ name }) => name },
      { heading: 'TARGET', value: ({ target }) => target },
      {
        heading: 'TROUBLE',
        value: troubleOf,
      },
    ],
    channels,
    look,
  );

async function pauseChannel(
  session: Session,
  flags: PauseFlags,
  channel: string,
): Promise<CommandResult> {
  const { until } = flags;
  if (flags.for !== undefined && until !== undefined) {
    return misuse('A pause has one end: either --for DURATION or --until TIME.');
  }
  const id = await channelIdOf(session.client, channel);
  if (!id.ok) return id;
  const input = { id: id.value, durationMs: flags.for, until };
  const paused = await session.client.call('channels.pause', input);
  return answer(session, paused, ({ name, paused: pause }) =>
    pause?.until ? `paused ${name} until ${localTime(pause.until)}` : `paused ${name}`,
  );
}

type Sent = Output<'notifications.get'>;

async function testChannel(
  session: Session,
  { wait }: TestFlags,
  channel: string,
): Promise<CommandResult> {
  const { client } = session;
  const id = await channelIdOf(client, channel);
  if (!id.ok) return id;
  const test = await client.call('channels.test', { id: id.value });
  if (!test.ok) return test;
  if (typeof wait === 'boolean') {
    return answer(session, test, ({ notificationId }) => `queued ${notificationId}`);
  }
  const seen = await firstAttempt(session, test.value.notificationId, wait * 1_000);
  if (!seen.ok) return seen;
  const { status, lastError, reason, lastErrorClass } = seen.value;
  print(session, seen.value, (sent) => `${sent.status} ${sent.id}`);
  if (status === 'sent') return DONE;
  if (lastError !== null) {
    const step = nextStep(messagesFor('en'), reason, lastErrorClass) ?? '';
    return fail('internal', `The test did not arrive: ${lastError} ${step}`.trimEnd());
  }
  return fail('internal', `The test has not left yet: it is ${status} after ${wait} seconds.`);
}

/** The notification as soon as an attempt has ended, or as it is when the wait is over. */
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
