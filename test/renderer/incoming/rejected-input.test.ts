import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RejectedInput } from '../../../main/contract/rejected-input.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { setLanguage } from '../../../renderer/messages/text.svelte.ts';
import { REJECTED_SHOWN } from '../../../renderer/incoming/rejected-list.ts';
import { legacy } from '../../support/failures.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { NOW_MS, uuid } from '../support/samples.ts';

const rejected = (part: Partial<RejectedInput> = {}): RejectedInput => ({
  id: uuid(800),
  at: NOW_MS,
  adapter: 'proxmox',
  address: 'POST /ingest/proxmox',
  actor: 'token:pve',
  reason: 'title: <i>is required</i>',
  reasons: [legacy('title: <i>is required</i>')],
  bodyBytes: 17,
  complete: true,
  replayedAt: null,
  ...part,
});

const detail = (body: string, part: Partial<RejectedInput> = {}) =>
  ok({ ...rejected(part), contentType: 'application/json', query: {}, headers: {}, body });

let client: FakeClient;
/** Scripts the rejected input that the host has kept. */
const keep = (...items: RejectedInput[]): void => {
  client.script({ 'rejected.list': () => ok({ items, nextCursor: null, total: items.length }) });
};
afterEach(() => setLanguage('system'));
beforeEach(() => {
  client = new FakeClient({ 'rejected.get': () => detail('{"a":1}') });
});

const rows = async (): Promise<HTMLElement[]> =>
  within(await screen.findByRole('list', { name: 'Rejected input' })).getAllByRole('listitem');
const click = async (name: string): Promise<void> => {
  await fireEvent.click(await screen.findByRole('button', { name }));
};

async function show(): Promise<HTMLElement> {
  openWindow(client, '#/settings');
  await click('Show');
  return screen.findByRole('dialog', { name: 'Rejected input' });
}

describe('rejected input', () => {
  it('says when there is none, and follows what comes', async () => {
    openWindow(client, '#/settings');
    await screen.findByText('No rejected input.');
    expect(screen.queryByRole('button', { name: 'Delete all' })).toBeNull();
    keep(rejected());
    client.push({ entity: 'rejected' });
    const [row] = await rows();
    for (const text of ['POST /ingest/proxmox', 'title: <i>is required</i>']) {
      expect(row?.textContent).toContain(text);
    }
  });

  it.each([
    ['token:pve', 'pve'],
    ['admin token', 'admin token'],
    ['token:', 'unknown sender'],
    ['', 'unknown sender'],
  ])('names the sender of %j as people know it', async (actor, name) => {
    keep(rejected({ actor }));
    openWindow(client, '#/settings');
    const [row] = await rows();
    expect(row?.textContent).toMatch(new RegExp(` · ${name}\\s`));
  });

  it('says why in the language of the window', async () => {
    const because = { code: 'issue.not_json', params: { error: 'Unexpected end' } } as const;
    const reason = { code: 'error.field', params: { field: 'body', because, more: 0 } } as const;
    const params = { item: 'event', index: 1, because: reason } as const;
    keep(rejected({ reasons: [{ code: 'error.item', params }] }));
    openWindow(client, '#/settings');
    await rows();
    setLanguage('de');
    flushSync();
    await screen.findByText('Ereignis 1: body: ist kein JSON: Unexpected end');
  });

  it('says that only the newest are shown', async () => {
    keep(...Array.from({ length: REJECTED_SHOWN }, (_, n) => rejected({ id: uuid(900 + n) })));
    openWindow(client, '#/settings');
    await screen.findByText(/Only the newest 100 are shown/);
  });

  it('shows its body, laid out where it is JSON', async () => {
    keep(rejected());
    const dialog = await show();
    const body = await within(dialog).findByRole('region', { name: 'Body' });
    expect(body.textContent).toBe('{\n  "a": 1\n}');
    expect(dialog.textContent).toContain('title: <i>is required</i>');
  });

  it('shows what is no JSON as it came, and nothing as empty', async () => {
    keep(rejected());
    client.script({ 'rejected.get': () => detail('<script>{"a') });
    const dialog = await show();
    await within(dialog).findByText('<script>{"a');
  });

  it('is replayed, and says what is still wrong', async () => {
    keep(rejected());
    client.script({
      'rejected.replay': () =>
        ok({
          accepted: 0,
          problems: ['title: is required'],
          reasons: [legacy('title: is required')],
        }),
    });
    const dialog = await show();
    await click('Replay');
    expect((await within(dialog).findByRole('alert')).textContent).toBe('title: is required');
    client.script({ 'rejected.replay': () => ok({ accepted: 2, problems: [], reasons: [] }) });
    await click('Replay');
    await screen.findByText('2 events accepted.');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(client.inputsOf('rejected.replay')).toEqual([{ id: uuid(800) }, { id: uuid(800) }]);
  });

  it.each([
    [rejected({ complete: false }), 'Replay'],
    [rejected({ replayedAt: NOW_MS }), 'Replayed'],
  ])('cannot be replayed when it was cut or taken', async (item, name) => {
    keep(item);
    const dialog = await show();
    expect(within(dialog).getByRole('button', { name }).matches(':disabled')).toBe(true);
    expect(within(dialog).queryAllByText(/Only its beginning was kept/)).toHaveLength(
      item.complete ? 0 : 1,
    );
  });

  it('closes no dialog but its own when it was left while it was being replayed', async () => {
    keep(rejected(), rejected({ id: uuid(801), reasons: [legacy('another')] }));
    const answers: (() => void)[] = [];
    client.script({
      'rejected.replay': () =>
        new Promise((resolve) => {
          answers.push(() => resolve(ok({ accepted: 1, problems: [], reasons: [] })));
        }),
    });
    openWindow(client, '#/settings');
    await rows();
    const [first, second] = screen.getAllByRole('button', { name: 'Show' });
    if (!first || !second) throw new Error('There are two rows.');
    await fireEvent.click(first);
    await click('Replay');
    await click('Close');
    await fireEvent.click(second);
    answers[0]?.();
    await screen.findByText('1 event accepted.');
    expect(screen.getByRole('dialog').textContent).toContain('another');
  });

  it('asks again once all is forgotten, since more may have come meanwhile', async () => {
    keep(rejected());
    client.script({ 'rejected.clear': () => ok({ status: 'deleted', deleted: 1 }) });
    openWindow(client, '#/settings');
    await rows();
    await click('Delete all');
    keep(rejected({ id: uuid(801), reasons: [legacy('came meanwhile')] }));
    await fireEvent.click(
      within(screen.getByRole('dialog')).getByText('Delete all', { selector: 'button' }),
    );
    await screen.findByText('came meanwhile');
  });

  it('says why its body could not be loaded, and tries again', async () => {
    keep(rejected());
    client.script({ 'rejected.get': () => fail('not_found', 'It is gone.') });
    const dialog = await show();
    await within(dialog).findByText('Could not be loaded');
    client.script({ 'rejected.get': () => detail('here') });
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Try again' }));
    await within(dialog).findByText('here');
  });

  it('is forgotten one by one, or all after a confirmation', async () => {
    keep(rejected(), rejected({ id: uuid(801), address: 'POST /nas' }));
    client.script({
      'rejected.delete': () => ok({ status: 'deleted' }),
      'rejected.clear': () => ok({ deleted: 1 }),
    });
    openWindow(client, '#/settings');
    const [first] = await screen.findAllByRole('button', { name: 'Show' });
    if (!first) throw new Error('There is no row');
    await fireEvent.click(first);
    await click('Delete');
    await waitFor(async () => expect(await rows()).toHaveLength(1));
    expect(client.inputsOf('rejected.delete')).toEqual([{ id: uuid(800) }]);
    await click('Delete all');
    expect(client.inputsOf('rejected.clear')).toEqual([]);
    const dialog = screen.getByRole('dialog', { name: 'Delete all rejected input?' });
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Delete all' }));
    await screen.findByText('No rejected input.');
    await screen.findByText('Rejected input deleted.');
  });
});
