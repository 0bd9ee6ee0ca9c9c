import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { fail, ok } from '../../../main/contract/result.ts';
import type { Status } from '../../../main/contract/system.ts';
import { DEFAULT_SETTINGS } from '../../../main/contract/settings.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { NOW_MS, status } from '../support/samples.ts';

const fine: Status['outboundHeartbeat'] = {
  enabled: true,
  lastAcceptedAt: NOW_MS - 60_000,
  failingSince: null,
  problem: null,
  reason: null,
  withheldSince: null,
  withheld: [],
};
const UNAVAILABLE = {
  code: 'failure.unavailable',
  params: { service: 'receiver', status: 'HTTP 503' },
} as const;
const settings = (target: string | null, everyMinutes = 5) => ({
  ...DEFAULT_SETTINGS,
  outboundHeartbeat: { target, everyMinutes },
});

let client: FakeClient;
beforeEach(() => {
  client = new FakeClient({ 'settings.get': () => ok(settings(null)) });
});

const card = () => screen.findByRole('region', { name: 'Outbound heartbeat' });
const open = async (outboundHeartbeat: Status['outboundHeartbeat']) => {
  client.script({ 'system.status': () => ok(status({ outboundHeartbeat })) });
  openWindow(client, '#/settings/general');
  return within(await card());
};

describe('the outbound heartbeat', () => {
  it('is set by its whole address, which is not shown again', async () => {
    const origin = 'https://hc-ping.com/…';
    client.script({ 'settings.update': () => ok(settings(origin, 2)) });
    const shown = await open({ ...fine, enabled: false });
    await shown.findByText('Off.');
    const url = 'https://hc-ping.com/3f0c2c5a';
    await fireEvent.input(shown.getByLabelText('Heartbeat URL'), { target: { value: url } });
    const minutes = shown.getByLabelText('Interval');
    await fireEvent.input(minutes, { target: { value: '2' } });
    await fireEvent.click(shown.getByRole('button', { name: 'Save heartbeat' }));
    await shown.findByText(`Stored and not shown, points to ${origin}; leave empty to keep it.`);
    expect(client.inputsOf('settings.update')).toEqual([
      { outboundHeartbeat: { everyMinutes: 2, url } },
    ]);
    expect(shown.getByLabelText<HTMLInputElement>('Heartbeat URL').value).toBe('');
  });

  it('says what is wrong with an address beside its field', async () => {
    client.script({
      'settings.update': () =>
        fail('invalid_input', 'no', [
          { field: 'outboundHeartbeat.url', problem: 'is a metadata address' },
        ]),
    });
    const shown = await open({ ...fine, enabled: false });
    const url = shown.getByLabelText('Heartbeat URL');
    await fireEvent.input(url, { target: { value: 'http://169.254.169.254/' } });
    await fireEvent.click(shown.getByRole('button', { name: 'Save heartbeat' }));
    await shown.findByText(/is a metadata address/);
  });

  it('is tested at a click, and switched off', async () => {
    client.script({
      'settings.get': () => ok(settings('https://kuma.lan/…')),
      'settings.update': () => ok(settings(null)),
      'outboundHeartbeat.test': () => ok({ ...fine, reason: UNAVAILABLE }),
    });
    const shown = await open(fine);
    await shown.findByText(/^Accepted/);
    await fireEvent.click(await shown.findByRole('button', { name: 'Test now' }));
    await shown.findByText('The receiver could not accept the notification (HTTP 503).');
    client.script({ 'outboundHeartbeat.test': () => ok(fine) });
    await fireEvent.click(shown.getByRole('button', { name: 'Test now' }));
    await shown.findByText('The receiver accepted the heartbeat.');
    await fireEvent.click(shown.getByRole('button', { name: 'Turn off' }));
    await waitFor(() => expect(shown.queryByRole('button', { name: 'Test now' })).toBeNull());
    expect(client.inputsOf('settings.update')).toEqual([{ outboundHeartbeat: { url: null } }]);
  });

  it.each<[string, Partial<Status['outboundHeartbeat']>, RegExp]>([
    [
      'withheld',
      {
        withheldSince: NOW_MS - 120_000,
        withheld: [
          {
            code: 'channel_down',
            channelId: null,
            reason: { code: 'withheld.channel_down', params: { channel: 'Phone' } },
            text: 'Der Kanal „Phone“ ist ausgefallen.',
          },
        ],
      },
      /^Withheld since .*: The channel “Phone” is down\.$/,
    ],
    [
      'failing',
      { failingSince: NOW_MS - 120_000, reason: UNAVAILABLE },
      /^Failing since .*: The receiver could not accept the notification \(HTTP 503\)/,
    ],
    ['not sent yet', { lastAcceptedAt: null }, /^Not sent yet\.$/],
  ])('says that it is %s, why and since when', async (_name, part, words) => {
    client.script({ 'settings.get': () => ok(settings('https://kuma.lan/…')) });
    const shown = await open({ ...fine, ...part });
    await waitFor(() =>
      expect(shown.getByRole('status').textContent.replace(/\s+/g, ' ').trim()).toMatch(words),
    );
  });
});
