import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Status } from '../../../main/contract/system.ts';
import { ok } from '../../../main/contract/result.ts';
import { mutingWords } from '../../../renderer/shell/muting-labels.ts';
import { spokenTime } from '../../../renderer/time/time-text.ts';
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
const line = async (begin: RegExp): Promise<string> =>
  ((await screen.findByText(begin)).textContent ?? '').replace(/\s+/g, ' ').trim();

describe('mutingWords', () => {
  it.each([
    [0, 0, null],
    [1, 0, '1 silence is active'],
    [2, 0, '2 silences are active'],
    [0, 1, '1 maintenance window is active'],
    [2, 1, '2 silences and 1 maintenance window are active'],
  ])('%i silences and %i windows: %s', (silences, maintenanceWindows, words) => {
    expect(mutingWords({ silences, maintenanceWindows })).toBe(words);
  });
});

describe('the banners of what is muted', () => {
  it('say how much is muted and when the first of it ends', async () => {
    openWindow(muted({ silences: 2, nextEndAt: NOW_MS + 20 * MINUTE_MS }), '#/alerts');
    expect(await line(/silences are active/)).toBe(
      '2 silences are active; the first ends in 20 min.',
    );
    const links = screen.getAllByRole('link', { name: /^Muting/ });
    expect(links.at(-1)?.getAttribute('href')).toBe('#/muting');
  });

  it('say until when quiet hours last, once', async () => {
    const quietUntil = NOW_MS + 90 * MINUTE_MS;
    openWindow(muted({ silences: 1, quietUntil, nextEndAt: quietUntil }), '#/alerts');
    expect(await line(/^Quiet hours/)).toBe(
      `Quiet hours until ${spokenTime(quietUntil, NOW_MS)}. 1 silence is active.`,
    );
  });

  it('are not there when nothing is muted', async () => {
    const client = muted({ silences: 1 });
    openWindow(client, '#/alerts');
    await screen.findByText(/1 silence is active/);
    client.push({ entity: 'status', value: status() });
    await waitFor(() => expect(screen.queryByText(/is active/)).toBeNull());
  });

  it('lead to what flaps', async () => {
    openWindow(muted({}, { flapping: 3 }), '#/channels');
    expect(await line(/conditions flap/)).toMatch(/^3 conditions flap: /);
    const link = screen.getByRole('link', { name: 'Show what flaps' });
    await fireEvent.click(link);
    location.hash = link.getAttribute('href') ?? '';
    await screen.findByRole('tab', { name: 'Flapping 3', selected: true });
    expect(screen.queryByText(/conditions flap/)).toBeNull();
  });
});

describe('the banner of channels', () => {
  it.each<[Partial<Status>, string]>([
    [
      { channelsNeedingAttention: 1 },
      '1 channel needs attention. Its notifications fail or wait until you fix it.',
    ],
    [
      { channelsNeedingAttention: 2, channelsDown: 1 },
      '2 channels need attention. Their notifications fail or wait until you fix them. 1 channel is down. It is tried again by itself.',
    ],
    [
      { channelsRateLimited: 1, rateLimitedUntil: NOW_MS + 90 * MINUTE_MS },
      `1 channel is rate limited by the receiver until ${spokenTime(NOW_MS + 90 * MINUTE_MS, NOW_MS)}.`,
    ],
    [{ channelsDown: 3 }, '3 channels are down. They are tried again by themselves.'],
  ])('says what does not work: %j', async (part, words) => {
    openWindow(new FakeClient({ 'system.status': () => ok(status(part)) }), '#/alerts');
    const link = await screen.findByRole('link', { name: 'Show channels' });
    expect(link.getAttribute('href')).toBe('#/channels');
    const said = link.parentElement?.querySelector('p')?.textContent ?? '';
    expect(said.replace(/\s+/g, ' ').trim()).toBe(words);
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
