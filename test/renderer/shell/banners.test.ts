import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Status } from '../../../main/contract/system.ts';
import { ok } from '../../../main/contract/result.ts';
import { messages } from '../../../renderer/messages/text.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { NOW_MS, status } from '../support/samples.ts';

const MINUTE_MS = 60_000;
const quiet: Status['muting'] = status().muting;
const muted = (part: Partial<Status['muting']>, more: Partial<Status> = {}): FakeClient =>
  new FakeClient({
    'system.status': () => ok(status({ ...more, muting: { ...quiet, ...part } })),
    'conditions.flapping': () => ok({ items: [] }),
  });
const moment = (atMs: number): string => messages().moment(atMs, NOW_MS).replace(/\s+/g, ' ');
const line = async (begin: RegExp): Promise<string> =>
  ((await screen.findByText(begin)).textContent ?? '').replace(/\s+/g, ' ').trim();

describe('the banners of what is muted', () => {
  it.each([
    [1, 0, 'Active: 1 silence. Ends in 20 minutes.'],
    [2, 0, 'Active: 2 silences. The first ends in 20 minutes.'],
    [0, 1, 'Active: 1 maintenance window. Ends in 20 minutes.'],
    [2, 1, 'Active: 2 silences and 1 maintenance window. The first ends in 20 minutes.'],
  ])('name %i silences and %i windows: %s', async (silences, maintenanceWindows, words) => {
    const nextEndAt = NOW_MS + 20 * MINUTE_MS;
    openWindow(muted({ silences, maintenanceWindows, nextEndAt }), '#/alerts');
    expect(await line(/^Active: /)).toBe(words);
  });

  it('lead to what is muted', async () => {
    openWindow(muted({ silences: 2 }), '#/alerts');
    expect(await line(/^Active: /)).toBe('Active: 2 silences.');
    const links = screen.getAllByRole('link', { name: /^Muting/ });
    expect(links.at(-1)?.getAttribute('href')).toBe('#/muting');
  });

  it('say until when quiet hours last, once', async () => {
    const quietUntil = NOW_MS + 90 * MINUTE_MS;
    openWindow(muted({ silences: 1, quietUntil, nextEndAt: quietUntil }), '#/alerts');
    expect(await line(/^Quiet hours/)).toBe(
      `Quiet hours until ${moment(quietUntil)}. Active: 1 silence.`,
    );
  });

  it('are not there when nothing is muted', async () => {
    const client = muted({ silences: 1 });
    openWindow(client, '#/alerts');
    await screen.findByText(/^Active: 1 silence/);
    client.push({ entity: 'status', value: status() });
    await waitFor(() => expect(screen.queryByText(/^Active:/)).toBeNull());
  });

  it('lead to what flaps', async () => {
    openWindow(muted({}, { flapping: 3 }), '#/channels');
    expect(await line(/alerts are flapping/)).toMatch(/^3 alerts are flapping; /);
    const link = screen.getByRole('link', { name: 'Show flapping' });
    await fireEvent.click(link);
    location.hash = link.getAttribute('href') ?? '';
    await screen.findByRole('tab', { name: 'Flapping 3', selected: true });
    expect(screen.queryByText(/are flapping/)).toBeNull();
  });
});

describe('the banner of channels', () => {
  it.each<[Partial<Status>, string]>([
    [
      { channelsNeedingAttention: 1 },
      '1 channel needs attention. Its notifications fail or stay queued until you fix it.',
    ],
    [
      { channelsNeedingAttention: 2, channelsDown: 1 },
      '2 channels need attention. Their notifications fail or stay queued until you fix them.',
    ],
    [
      { channelsRateLimited: 1, rateLimitedUntil: NOW_MS + 90 * MINUTE_MS },
      `1 channel is rate limited by the receiver. Sending resumes at ${moment(NOW_MS + 90 * MINUTE_MS)}.`,
    ],
    [{ channelsDown: 3 }, '3 channels are down. Retrying automatically.'],
  ])('says what does not work: %j', async (part, words) => {
    openWindow(new FakeClient({ 'system.status': () => ok(status(part)) }), '#/alerts');
    const link = await screen.findByRole('link', { name: 'Show channels' });
    expect(link.getAttribute('href')).toBe('#/channels');
    const said = link.parentElement?.querySelector('p')?.textContent ?? '';
    expect(said.replace(/\s+/g, ' ').trim()).toBe(words);
  });

  it('says the rest apart, in the line that unfolds', async () => {
    const both = status({ channelsNeedingAttention: 2, channelsDown: 1 });
    openWindow(new FakeClient({ 'system.status': () => ok(both) }), '#/alerts');
    await fireEvent.click(await screen.findByRole('button', { name: '1 more' }));
    expect(await screen.findAllByRole('link', { name: 'Show channels' })).toHaveLength(2);
    screen.getByText('1 channel is down.');
  });

  it('need not lead to where one is', async () => {
    const client = new FakeClient({ 'system.status': () => ok(status({ channelsDown: 1 })) });
    openWindow(client, '#/channels');
    await screen.findByText('1 channel is down.');
    expect(screen.queryByRole('link', { name: 'Show channels' })).toBeNull();
    client.push({ entity: 'status', value: status() });
    await waitFor(() => expect(screen.queryByText('1 channel is down.')).toBeNull());
  });
});

describe('the banner of a host that ends', () => {
  it('says how many deliveries it finishes', async () => {
    const client = muted({});
    openWindow(client, '#/alerts');
    await screen.findByRole('heading', { level: 1 });
    client.send({ type: 'stopping', sending: 2 });
    await screen.findByText('Finishing 2 deliveries…');
  });
});
