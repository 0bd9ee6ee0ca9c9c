import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppLab } from './app-lab.ts';

let lab: AppLab;
beforeEach(async () => {
  lab = await AppLab.start();
});
afterEach(() => lab[Symbol.asyncDispose]());

const DAY_MS = 86_400_000;

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly channelIds: string[];
  readonly escalation: { channelIds: string[] }[];
  readonly problem: string | null;
}

const channel = async (name: string, over: object = {}) =>
  (await lab.call<{ id: string }>('channels.create', { ...lab.channelInput(name), ...over })).id;
const route = (name: string, over: object) =>
  lab.call<Shown>('routes.create', { name, continue: true, ...over });
const routes = async () => (await lab.call<{ items: Shown[] }>('routes.list', {})).items;
const remove = (id: string, query = '') => lab.http('DELETE', `/api/v1/channels/${id}${query}`);
const silentRoutes = async () =>
  (await lab.call<{ routesWithoutChannel: number }>('system.status', {})).routesWithoutChannel;

async function gauge(): Promise<string | undefined> {
  const { text } = await lab.http('GET', '/metrics');
  return /^belfry_routes_without_channel (\d+)$/m.exec(text)?.[1];
}

describe('a channel that something leads to', () => {
  test('is not deleted: 409 names every route, by a step too, and every channel that falls back to it', async () => {
    const a = await channel('a');
    const b = await channel('b');
    await channel('c', { fallbackChannelId: a });
    await route('at once', { channelIds: [a, b] });
    await route('by a step', {
      channelIds: [b],
      escalation: [{ afterMs: DAY_MS, channelIds: [a] }],
    });
    await route('elsewhere', { channelIds: [b] });
    const { status, json } = await remove(a);
    expect(status).toBe(409);
    const { error } = json as { error: { message: string; details: { name: string }[] } };
    for (const name of ['at once', 'by a step', 'c']) expect(error.message).toContain(`“${name}”`);
    expect(error.message).not.toContain('elsewhere');
    expect(error.message).toContain('detach=true');
    expect(error.details.map(({ name }) => name)).toEqual(['at once', 'by a step', 'c']);
    expect((await lab.http('GET', `/api/v1/channels/${a}`)).status).toBe(200);
  });

  test('is taken out of all of them when it is asked for, and the silent route is said everywhere', async () => {
    const a = await channel('a');
    const b = await channel('b');
    const c = await channel('c', { fallbackChannelId: a });
    await route('only a', { channelIds: [a] });
    await route('stepped', {
      channelIds: [b],
      escalation: [{ afterMs: DAY_MS, channelIds: [a] }],
    });
    expect([await silentRoutes(), await gauge()]).toEqual([0, '0']);
    expect((await remove(a, '?detach=true')).status).toBe(200);
    expect(await routes()).toMatchObject([
      { channelIds: [], problem: expect.stringContaining('notifies no one') as string },
      { channelIds: [b], escalation: [], problem: null },
    ]);
    expect(await lab.call('channels.get', { id: c })).toMatchObject({ fallbackChannelId: null });
    expect([await silentRoutes(), await gauge()]).toEqual([1, '1']);
  });
});

test('a channel that nothing leads to is deleted without being asked to detach', async () => {
  expect((await remove(await channel('a'))).status).toBe(200);
  expect((await remove('01890000-0000-7000-8000-000000000900')).status).toBe(404);
  expect((await remove(await channel('b'), '?detach=perhaps')).status).toBe(400);
});

describe('a route', () => {
  test.each<[string, boolean, (ids: { on: string; off: string }) => object]>([
    ['without any channel', true, () => ({ channelIds: [] })],
    ['with disabled channels alone', true, ({ off }) => ({ channelIds: [off] })],
    ['with one that is enabled', false, ({ on, off }) => ({ channelIds: [off, on] })],
    [
      'with a step that is silent',
      true,
      ({ on, off }) => ({
        channelIds: [on],
        escalation: [{ afterMs: DAY_MS, channelIds: [off] }],
      }),
    ],
    [
      'that leads somewhere by a step alone',
      false,
      ({ on }) => ({ channelIds: [], escalation: [{ afterMs: DAY_MS, channelIds: [on] }] }),
    ],
    ['that is disabled itself', false, () => ({ channelIds: [], enabled: false })],
  ])('%s is a fault: %s', async (_name, isFault, over) => {
    const on = await channel('on');
    const off = await channel('off', { enabled: false });
    await route('it', over({ on, off }));
    expect((await routes())[0]?.problem !== null).toBe(isFault);
    expect(await silentRoutes()).toBe(isFault ? 1 : 0);
  });

  test('is no fault while its channel is only paused, and one as soon as it is disabled', async () => {
    const id = await channel('a');
    await route('it', { channelIds: [id] });
    await lab.http('POST', `/api/v1/channels/${id}/pause`, {});
    expect(await silentRoutes()).toBe(0);
    await lab.call('channels.update', { id, enabled: false });
    expect(await silentRoutes()).toBe(1);
  });
});

test('without routes, the gauge shows that no channel is enabled', async () => {
  expect(await gauge()).toBe('1');
  await channel('a');
  expect(await gauge()).toBe('0');
});

describe('a pause over HTTP', () => {
  test('takes an end as a duration or a moment, or none, and says it', async () => {
    const id = await channel('a');
    const pause = (body: object) => lab.http('POST', `/api/v1/channels/${id}/pause`, body);
    expect((await pause({})).json).toMatchObject({ paused: { until: null } });
    const until = '2999-01-01T00:00:00Z';
    expect((await pause({ until })).json).toMatchObject({ paused: { until: Date.parse(until) } });
    expect((await pause({ durationMs: 60_000 })).status).toBe(200);
    expect((await pause({ durationMs: 60_000, until })).status).toBe(400);
    expect((await pause({ until: 1 })).status).toBe(400);
    expect(await lab.call('system.status', {})).toMatchObject({ channelsPaused: 1 });
    expect((await lab.http('GET', '/metrics')).text).toMatch(/^belfry_channels_paused 1$/m);
    const resume = () => lab.http('POST', `/api/v1/channels/${id}/resume`, {});
    expect((await resume()).json).toMatchObject({ paused: null });
    expect((await resume()).status).toBe(409);
  });

  test('leaves with the configuration and comes back with it', async () => {
    const id = await channel('a');
    const until = '2999-01-01T00:00:00.000Z';
    await lab.call('channels.pause', { id, until });
    const { yaml } = await lab.call<{ yaml: string }>('config.export', {});
    expect(yaml).toContain(until);
    await lab.call('channels.resume', { id });
    const { hash } = await lab.call<{ hash: string }>('config.preview', { yaml });
    await lab.call('config.apply', { yaml, expect: hash });
    expect(await lab.call('channels.get', { id })).toMatchObject({
      paused: { until: Date.parse(until) },
    });
  });
});
