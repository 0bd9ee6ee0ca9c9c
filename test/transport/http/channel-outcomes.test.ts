import { expect, test } from 'vitest';
import type { Channel } from '../../../main/contract/channel.ts';
import type { Status } from '../../../main/contract/system.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { HttpReceiver, status, type Respond } from '../../support/http-receiver.ts';
import { AppLab } from '../app-lab.ts';

const HOUR_MS = 3_600_000;

async function add(lab: AppLab, name: string, url: string): Promise<void> {
  const channel = { kind: 'webhook', name, config: { url } };
  expect((await lab.http('POST', '/api/v1/channels', channel)).status).toBe(201);
}

/** Events of different conditions in one request, and then until the receiver has answered. */
async function raise(lab: AppLab, receiver: HttpReceiver, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, n) => ({
    host: 'nas',
    kind: 'backup_failed',
    dedupKey: String(n),
    status: 'firing',
    severity: 'critical',
  }));
  expect((await lab.http('POST', '/api/v1/events', events)).status).toBe(200);
  await receiver.count(count);
}

async function receiving(respond: Respond): Promise<HttpReceiver> {
  const receiver = await HttpReceiver.start();
  receiver.respond = respond;
  return receiver;
}

const statusOf = async (lab: AppLab): Promise<Status> =>
  (await lab.http('GET', '/api/v1/status')).json as Status;
const channelOf = async (lab: AppLab): Promise<Channel | undefined> =>
  ((await lab.http('GET', '/api/v1/channels')).json as { items: Channel[] }).items[0];
const metricsOf = async (lab: AppLab): Promise<string> =>
  (await lab.http('GET', '/api/v1/metrics/prometheus')).text;

test('a channel that its receiver limits says so, and until when, in status and metrics', async () => {
  const clock = new FakeClock();
  await using receiver = await receiving(status(429, { 'retry-after': '3600' }));
  await using lab = await AppLab.start(clock);
  await add(lab, 'Phone "relay"', receiver.url);
  const until = clock.now() + HOUR_MS;
  await raise(lab, receiver, 3);
  await expect.poll(async () => (await channelOf(lab))?.throttle?.until).toBe(until);
  expect(await statusOf(lab)).toMatchObject({ channelsRateLimited: 1, rateLimitedUntil: until });
  const metrics = await metricsOf(lab);
  expect(metrics).toContain('belfry_channels_rate_limited 1\n');
  expect(metrics).toContain(
    `belfry_channel_rate_limited_until_seconds{channel="Phone \\"relay\\""} ${until / 1_000}\n`,
  );
  expect(metrics).toContain('belfry_alerts_rate_limited_total 3\n');
});

test('a channel that refuses every message permanently counts as one that needs attention', async () => {
  await using receiver = await receiving(status(404));
  await using lab = await AppLab.start(new FakeClock());
  await add(lab, 'moved', receiver.url);
  expect((await channelOf(lab))?.health).toMatchObject({ rejections: 0, workedAt: null });
  await raise(lab, receiver, 7);
  await expect.poll(async () => (await channelOf(lab))?.health.rejections).toBe(7);
  expect(await channelOf(lab)).toMatchObject({
    attention: { class: 'not_found', holds: false },
    health: { state: 'closed', workedAt: null },
  });
  expect(await statusOf(lab)).toMatchObject({
    channelsNeedingAttention: 1,
    notifications: { dead: 7 },
  });
  expect(await metricsOf(lab)).toContain('belfry_channels_needing_attention 1\n');
});
