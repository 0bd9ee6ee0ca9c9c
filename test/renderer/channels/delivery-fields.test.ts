import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { channelInput, channelPatch, type Channel } from '../../../main/contract/channel.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { pick } from '../support/row-menu.ts';
import { channel, uuid } from '../support/samples.ts';

const mail = channel({ id: uuid(202), name: 'Mail', enabled: false });
const limit = { count: 30, perMs: 60_000 };
const field = (label: string): HTMLInputElement => screen.getByLabelText(label);
const click = (label: string): Promise<boolean> => fireEvent.click(field(label));
const change = (label: string, value: string): Promise<boolean> =>
  fireEvent.change(field(label), { target: { value } });
const type = (label: string, value: string): Promise<boolean> =>
  fireEvent.input(field(label), { target: { value } });
const LIMIT = 'Limit the sending rate';
const REQUEUE = 'Resend automatically after an outage';
const SILENT = 'Skip “resolved” if the alert was never delivered';

async function edit(part: Partial<Channel> = {}): Promise<FakeClient> {
  const client = new FakeClient({
    'channels.list': () => ok({ items: [channel(part), mail] }),
    'channels.update': () => ok(channel(part)),
  });
  openWindow(client, '#/channels');
  await pick('Edit');
  return client;
}

async function saved(client: FakeClient): Promise<unknown> {
  await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await screen.findByText('Phone relay saved.');
  const [patch] = client.inputsOf('channels.update');
  expect(channelPatch.safeParse(patch).success).toBe(true);
  return patch;
}

describe('how a channel delivers', () => {
  it('is sent along when something of it was changed', async () => {
    const client = await edit();
    await click(LIMIT);
    await type('Maximum messages', '5');
    await change('Time window, unit', 'hours');
    await change('Fallback channel', uuid(202));
    await click(REQUEUE);
    await click(SILENT);
    expect(await saved(client)).toEqual({
      id: uuid(201),
      name: 'Phone relay',
      rateLimit: { count: 5, perMs: 3_600_000 },
      fallbackChannelId: uuid(202),
      autoRequeue: false,
      resolveOnlyIfDelivered: true,
    });
  });

  it('shows what it is, and is taken back', async () => {
    const client = await edit({
      rateLimit: limit,
      fallbackChannelId: uuid(202),
      autoRequeue: false,
      resolveOnlyIfDelivered: true,
    });
    expect(field('Maximum messages').value).toBe('30');
    expect(field('Fallback channel').value).toBe(uuid(202));
    await click(LIMIT);
    await change('Fallback channel', '');
    await click(REQUEUE);
    await click(SILENT);
    expect(await saved(client)).toEqual({
      id: uuid(201),
      name: 'Phone relay',
      rateLimit: null,
      fallbackChannelId: null,
      autoRequeue: true,
      resolveOnlyIfDelivered: false,
    });
  });

  it('stays when nothing of it was touched', async () => {
    const client = await edit({ rateLimit: limit, fallbackChannelId: uuid(202) });
    expect(await saved(client)).toEqual({ id: uuid(201), name: 'Phone relay' });
  });

  it('never offers a channel to itself', async () => {
    await edit();
    const options = [...screen.getByLabelText('Fallback channel').querySelectorAll('option')];
    expect(options.map(({ textContent }) => textContent)).toEqual(['None', 'Mail (disabled)']);
  });

  it('says beside the field why a circle is refused', async () => {
    const client = await edit();
    const details = [{ field: 'fallbackChannelId', problem: 'would lead back to this channel' }];
    client.script({ 'channels.update': () => fail('invalid_input', 'no', details) });
    await change('Fallback channel', uuid(202));
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('would lead back to this channel');
    await waitFor(() => expect(document.activeElement).toBe(field('Fallback channel')));
  });

  it('is part of a new channel', async () => {
    const client = new FakeClient({ 'channels.create': () => ok(channel({ name: 'Chat' })) });
    openWindow(client, '#/channels');
    await fireEvent.click(await screen.findByRole('button', { name: 'Add channel' }));
    await type('Name', 'Chat');
    await type('URL', 'https://chat.lan/hook');
    await click(LIMIT);
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('Chat saved.');
    const [input] = client.inputsOf('channels.create');
    expect(channelInput.parse(input)).toMatchObject({ rateLimit: limit, autoRequeue: true });
  });
});
