import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readableText, type Delivery } from '../../main/channels/channel-adapter.ts';
import { CHANNEL_KINDS, type ChannelKind } from '../../main/contract/channel-kind.ts';
import { fieldsOf } from '../../main/contract/field.ts';
import { boundedText } from '../../main/domain/bounded-text.ts';
import { failureOf, type Outcome } from '../../main/domain/outcome.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { nextStep, renderReason } from '../../main/messages/reasons.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { appriseCase } from './cases/apprise.ts';
import { desktopCase } from './cases/desktop.ts';
import { gotifyCase } from './cases/gotify.ts';
import { ntfyCase } from './cases/ntfy.ts';
import { pushoverCase } from './cases/pushover.ts';
import { discordCase } from './cases/discord.ts';
import { teamsCase } from './cases/teams.ts';
import { mattermostCase } from './cases/mattermost.ts';
import { slackCase } from './cases/slack.ts';
import { telegramCase } from './cases/telegram.ts';
import { matrixCase } from './cases/matrix.ts';
import { mqttCase } from './cases/mqtt.ts';
import { smtpCase } from './cases/smtp.ts';
import { webhookCase } from './cases/webhook.ts';
import type { ChannelCase, FakeService } from './channel-case.ts';
import { ACTION_TOKENS, NOW, SAMPLES } from './sample-deliveries.ts';
import { NO_PICTURE } from './send-sample.ts';

/** Exhaustive, so that a kind without a case does not compile. */
const CASES: { readonly [K in ChannelKind]: ChannelCase } = {
  webhook: webhookCase,
  ntfy: ntfyCase,
  gotify: gotifyCase,
  pushover: pushoverCase,
  discord: discordCase,
  telegram: telegramCase,
  teams: teamsCase,
  mattermost: mattermostCase,
  slack: slackCase,
  smtp: smtpCase,
  matrix: matrixCase,
  mqtt: mqttCase,
  apprise: appriseCase,
  desktop: desktopCase,
};

const ENGLISH = messagesFor('en');

const sample = (name: string): Delivery => {
  const found = SAMPLES[name];
  if (!found) throw new Error(`There is no sample ${name}`);
  return found;
};

const sendTo = (
  { adapter, config }: FakeService,
  delivery: Delivery,
  signal = new AbortController().signal,
): Promise<Outcome> =>
  adapter.send(config, delivery, {
    channelId: 'channel',
    picture: NO_PICTURE,
    clock: new FakeClock(NOW),
    signal,
  });

/** Sends every sample in order, each with the thread that the last one about its alert began. */
async function sendAll(service: FakeService, seen: (name: string, outcome: Outcome) => void) {
  const threads = new Map<string, string>();
  for (const [name, delivery] of Object.entries(SAMPLES)) {
    const { id } = delivery.alert;
    const alone = delivery.bundle === null && delivery.event !== 'test';
    const thread = alone ? (threads.get(id) ?? null) : null;
    const outcome = await sendTo(service, { ...delivery, thread });
    if (alone && outcome.kind === 'sent' && outcome.thread !== undefined) {
      threads.set(id, outcome.thread);
    }
    seen(name, outcome);
  }
}

/** The longest message printed whole in a golden file; a longer one stands there by its digest. */
const PRINTED_CHARS_MAX = 8_192;

const printed = (message: string): string =>
  message.length <= PRINTED_CHARS_MAX
    ? message
    : `sha256 ${createHash('sha256').update(message).digest('hex')}`;

/** Returns the secrets in an outcome: the channel's, and links with which anybody can act. */
const leaked = ({ secrets }: FakeService, value: unknown): string[] => {
  const text = JSON.stringify(value);
  return [...secrets, ...ACTION_TOKENS].filter((secret) => text.includes(secret));
};

describe.each(Object.entries(CASES) as [ChannelKind, ChannelCase][])('%s', (kind, channelCase) => {
  let service: FakeService;
  beforeAll(async () => {
    service = await channelCase.start();
  });
  afterAll(async () => {
    await service.adapter.close?.();
    await service[Symbol.asyncDispose]();
  });

  test('has a case that covers what it is about', () => {
    const { config: schema } = CHANNEL_KINDS[kind];
    expect(service.adapter.kind).toBe(kind);
    expect(schema.parse(service.config)).toEqual(service.config);
    for (const { name, secret } of fieldsOf(schema)) {
      if (secret !== true) continue;
      const value = JSON.stringify(service.config[name] ?? '');
      expect(
        service.secrets.some((word) => value.includes(word)),
        name,
      ).toBe(true);
    }
    expect(Object.keys(channelCase.failures).length).toBeGreaterThan(0);
  });

  test('says where it leads without any secret', () => {
    const target = service.adapter.target(service.config, ENGLISH);
    expect(target).not.toBe('');
    expect(leaked(service, target)).toEqual([]);
  });

  test('sends each message exactly as it did before', async () => {
    service.play(null);
    const golden: string[] = [];
    let before = service.received().length;
    await sendAll(service, (name, outcome) => {
      expect(outcome, name).toMatchObject({ kind: 'sent' });
      expect(leaked(service, outcome), name).toEqual([]);
      expect(outcome.request, name).toMatch(/^[^\p{Cc}]+$/u);
      const received = service.received();
      golden.push(`=== ${name}`, ...received.slice(before).map(printed));
      before = received.length;
    });
    await expect(`${golden.join('\n')}\n`).toMatchFileSnapshot(`golden/${kind}.txt`);
  });

  test.each(Object.entries(channelCase.failures))('a service that %s', async (script, expected) => {
    service.play(script);
    const outcome = await sendTo(service, sample('raised'));
    expect(outcome).toMatchObject(expected);
    expect(leaked(service, outcome)).toEqual([]);
    if (outcome.kind === 'sent') return;
    expect(renderReason(ENGLISH, outcome.reason)).toMatch(/^[A-Z].*\.$|^n(?:tfy|otify)\S* .*\.$/s);
    const { class: failureClass } = failureOf(outcome);
    const step = nextStep(ENGLISH, outcome.reason, failureClass);
    // A field that is none would stand there by its name.
    expect(step).toMatch(/^(?!.*“\w+\.\w+”)[A-Z].*\.$/s);
  });

  test('tells the connection test the same', async () => {
    for (const [script, expected] of Object.entries(channelCase.failures)) {
      service.play(script);
      expect(await sendTo(service, sample('test')), script).toMatchObject(expected);
    }
  });

  test('keeps no secret, whatever the service quotes', async () => {
    service.play('echo');
    for (const name of ['raised', 'resolved', 'test', 'group', 'hostile']) {
      const outcome = await sendTo(service, sample(name));
      expect(outcome.kind, name).not.toBe('sent');
      expect(leaked(service, outcome), name).toEqual([]);
    }
  });

  test('cuts what is too long within the limit of the service, with a mark', async () => {
    service.play(null);
    await sendTo(service, sample('long'));
    const received = service.received().at(-1) ?? '';
    expect(received.isWellFormed()).toBe(true);
    if (!channelCase.limit) return;
    const { max, unit } = channelCase.limit;
    const text = channelCase.limit.textOf(received);
    expect(boundedText(text, max, unit)).toBe(text);
    expect(boundedText(text, Math.floor(max * 0.75), unit)).not.toBe(text);
    expect(text).toContain('… (cut)');
    expect(text).not.toContain('\uFFFD');
  });

  test('shows its text as it sends it', async () => {
    const shown = (name: string) => service.adapter.shown?.(sample(name));
    const long = shown('long');
    if (!long) {
      expect(channelCase.limit).toBeNull();
      return;
    }
    for (const name of ['raised', 'escalated', 'reminder', 'resolved', 'test']) {
      expect(shown(name), name).toMatchObject(readableText(sample(name)));
    }
    const { title, body } = long;
    expect(readableText(sample('long')).title.startsWith(title.slice(0, 100))).toBe(true);
    if (!channelCase.limit) return;
    expect(body).toMatch(/… \(cut\)$/);
    service.play(null);
    await sendTo(service, sample('long'));
    const text = channelCase.limit.textOf(service.received().at(-1) ?? '');
    for (const line of body.split('\n').filter((each) => each !== '')) {
      const isThere = text.includes(line) || text.includes(JSON.stringify(line).slice(1, -1));
      expect(isThere, line.slice(-40)).toBe(true);
    }
  });

  test('detaches when asked', async () => {
    service.play('silence');
    const before = service.received().length;
    const controller = new AbortController();
    const sending = sendTo(service, sample('raised'), controller.signal);
    await until(() => service.received().length > before, 'the message arrives');
    controller.abort();
    expect((await sending).kind).not.toBe('sent');
  });

  test('does not begin once it is asked to detach', async () => {
    service.play('silence');
    expect((await sendTo(service, sample('raised'), AbortSignal.abort())).kind).not.toBe('sent');
  });
});

test.each(Object.entries(CASES))('%s says so when its service is away', async (_, channelCase) => {
  const service = await channelCase.start();
  await service[Symbol.asyncDispose]();
  const outcome = await sendTo(service, sample('raised'));
  await service.adapter.close?.();
  expect(outcome).toMatchObject({ kind: 'transient' });
  expect(leaked(service, outcome)).toEqual([]);
});
