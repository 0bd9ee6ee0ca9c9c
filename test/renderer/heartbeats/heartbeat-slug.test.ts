import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Heartbeat } from '../../../main/contract/heartbeat.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { heartbeat } from '../support/routing-samples.ts';

const host = (...items: Heartbeat[]): FakeClient =>
  new FakeClient({ 'heartbeats.list': () => ok({ items }) });
const click = async (name: string): Promise<boolean> =>
  fireEvent.click(await screen.findByRole('button', { name }));
const type = (label: string, value: string): Promise<boolean> =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });

describe('the slug of a heartbeat', () => {
  it('is taken, and the dialog says beside it that another has it', async () => {
    const client = host();
    client.script({
      'heartbeats.create': () =>
        fail('name_taken', 'no', [
          { field: 'slug', problem: 'the heartbeat "x" already uses "nas".' },
        ]),
    });
    openWindow(client, '#/heartbeats');
    await click('Add heartbeat');
    await type('Name', 'Photos');
    await type('Slug', 'nas');
    await click('Save');
    await screen.findByText('the heartbeat "x" already uses "nas".');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Slug')));
    expect(client.inputsOf('heartbeats.create')).toMatchObject([{ name: 'Photos', slug: 'nas' }]);
  });

  it('changes only when another is typed', async () => {
    const edited = heartbeat();
    const client = host(edited);
    client.script({ 'heartbeats.update': () => ok(edited) });
    openWindow(client, '#/heartbeats');
    for (const slug of ['', 'photos']) {
      await click('Edit');
      expect(screen.getByLabelText('Slug')).toHaveProperty('value', edited.slug);
      await type('Slug', slug);
      await click('Save');
      await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    }
    const [kept, changed] = client.inputsOf('heartbeats.update');
    expect(kept).not.toHaveProperty('slug');
    expect(changed).toHaveProperty('slug', 'photos');
  });
});
