import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import {
  mappedWebhookInput,
  mappedWebhookUpdate,
  previewInput,
  type MappedWebhook,
  type Preview,
} from '../../../main/contract/mapped-webhook.ts';
import { MAPPING_PRESETS } from '../../../main/contract/mapping-presets.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { NOW_MS, uuid } from '../support/samples.ts';

const webhook = (part: Partial<MappedWebhook> = {}): MappedWebhook => ({
  id: uuid(700),
  name: 'Disk health',
  slug: 'disk-health',
  mapping: {
    each: '',
    host: 'device.name',
    kind: '"smart"',
    dedupKey: '',
    status: 'state',
    resolvedWhen: ['ok'],
    severity: 'level',
    severities: { panic: 'critical' },
    message: 'text',
    labels: '',
    url: '',
  },
  lastReceivedAt: null,
  createdAt: NOW_MS,
  updatedAt: NOW_MS,
  ...part,
});

const BODY = '{"device":{"name":"nas"},"state":"failed"}';
const seen: Preview = {
  events: [
    {
      host: 'nas',
      kind: 'smart',
      dedupKey: 's1',
      status: 'firing',
      severity: 'critical',
      message: '<b>3 bad sectors</b>',
      labels: {},
      url: null,
    },
  ],
  problems: ['item 1: host: no value found in this body'],
  reasons: [
    {
      code: 'error.item',
      params: {
        item: 'item',
        index: 1,
        because: {
          code: 'error.field',
          params: {
            field: 'host',
            because: { code: 'issue.finds_nothing', params: {} },
            more: 0,
          },
        },
      },
    },
  ],
};

const withOne = (part: Partial<MappedWebhook> = {}): FakeClient =>
  new FakeClient({
    'mappedWebhooks.list': () => ok({ items: [webhook(part)] }),
    'mappedWebhooks.sample': () => ok({ at: NOW_MS, body: BODY }),
    'mappedWebhooks.preview': () => ok(seen),
  });

const type = (label: string, value: string): Promise<boolean> =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
const click = async (name: string): Promise<void> => {
  await fireEvent.click(await screen.findByRole('button', { name }));
};

describe('mapped webhooks', () => {
  it('are filled in by a preset, which keeps what was typed, and can be changed after it', async () => {
    const client = new FakeClient({ 'mappedWebhooks.create': () => ok(webhook()) });
    openWindow(client, '#/settings');
    await click('Add mapped webhook');
    await type('Name', 'Monitoring');
    const presets = screen.getByLabelText('Preset');
    await fireEvent.change(presets, { target: { value: 'zabbix' } });
    const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label).value;
    expect([field('Name'), field('Slug'), field('Host')]).toEqual(['Monitoring', 'zabbix', 'host']);
    expect(field('Severity mapping')).toContain('Disaster = critical');
    await type('Host', '"lab"');
    await click('Save');
    await screen.findByText('Disk health saved.');
    const { mapping } = MAPPING_PRESETS.zabbix;
    expect(client.inputsOf('mappedWebhooks.create')).toEqual([
      { name: 'Monitoring', slug: 'zabbix', mapping: { ...mapping, host: '"lab"' } },
    ]);
  });

  it('offer no preset once they are there', async () => {
    openWindow(withOne(), '#/settings');
    await click('Edit');
    await screen.findByLabelText('Slug');
    expect(screen.queryByLabelText('Preset')).toBeNull();
  });

  it('say that most senders need none, or why there is no list', async () => {
    const client = new FakeClient();
    openWindow(client, '#/settings');
    await screen.findByText(/^None yet\. Prometheus/);
    client.script({ 'mappedWebhooks.list': () => fail('unavailable', 'Too busy.') });
    client.push({ entity: 'mappings' });
    await screen.findByText('Mapped webhooks could not be loaded');
  });

  it('are added, with words for what is over and how bad it is', async () => {
    const client = new FakeClient({ 'mappedWebhooks.create': () => ok(webhook()) });
    openWindow(client, '#/settings');
    await click('Add mapped webhook');
    await type('Name', 'Disk health');
    await type('Slug', 'disk-health');
    const curl = await screen.findByRole('region', { name: 'Send a body' });
    expect(curl.textContent).toContain(`'${location.origin}/ingest/mapped/disk-health'`);
    await type('Host', 'device.name');
    await type('Kind', '"smart"');
    await type('Resolved values', 'ok, fine');
    await type('Severity mapping', 'panic = critical, notice=info');
    await click('Save');
    await screen.findByText('Disk health saved.');
    const [sent] = client.inputsOf('mappedWebhooks.create');
    expect(mappedWebhookInput.parse(sent)).toMatchObject({
      slug: 'disk-health',
      mapping: {
        host: 'device.name',
        resolvedWhen: ['ok', 'fine'],
        severities: { panic: 'critical', notice: 'info' },
        each: '',
      },
    });
    const list = screen.getByRole('list', { name: 'Mapped webhooks' });
    const row = within(list).getByRole('listitem');
    expect(row.textContent).toContain('/ingest/mapped/disk-health');
    expect(row.textContent).toContain('Nothing received yet');
  });

  it('are edited beside what they make of the last body', async () => {
    const client = withOne();
    client.script({ 'mappedWebhooks.update': () => ok(webhook()) });
    openWindow(client, '#/settings');
    await click('Edit');
    const outcome = await screen.findByText('<b>3 bad sectors</b>', { exact: false });
    expect(outcome.textContent).toMatch(/smart on nas \(s1\):\s+firing/);
    screen.getByText('item 1: host: no value found in this body');
    expect(previewInput.parse(client.inputsOf('mappedWebhooks.preview')[0])).toEqual({
      mapping: webhook().mapping,
      body: BODY,
    });
    await type('Message', 'state');
    await waitFor(() =>
      expect(client.inputsOf('mappedWebhooks.preview').at(-1)).toMatchObject({
        mapping: { message: 'state' },
      }),
    );
    await click('Save');
    await screen.findByText('Disk health saved.');
    expect(mappedWebhookUpdate.parse(client.inputsOf('mappedWebhooks.update')[0])).toMatchObject({
      id: uuid(700),
      mapping: { message: 'state', severities: { panic: 'critical' } },
    });
  });

  it('say at its field which expression does not hold', async () => {
    const refusal = 'mapping.host: expected an expression (at character 3)';
    const client = withOne();
    client.script({
      'mappedWebhooks.preview': () => fail('invalid_input', refusal),
      'mappedWebhooks.update': () =>
        fail('invalid_input', refusal, [{ field: 'mapping.host', problem: 'does not compile' }]),
    });
    openWindow(client, '#/settings');
    await click('Edit');
    expect((await screen.findByText(refusal)).closest('[role=status]')).toBeTruthy();
    await click('Save');
    await screen.findByText('does not compile');
    const host = screen.getByLabelText('Host');
    expect(host.getAttribute('aria-invalid')).toBe('true');
    await waitFor(() => expect(document.activeElement).toBe(host));
  });

  it('are deleted at once, and created again by an undo', async () => {
    const client = withOne();
    let again: object | null = null;
    client.script({
      'mappedWebhooks.delete': () => ok({ status: 'deleted' }),
      'mappedWebhooks.create': (input) => {
        again = input;
        return ok(webhook());
      },
    });
    openWindow(client, '#/settings');
    await click('Delete');
    await screen.findByText('Disk health deleted.');
    expect(client.inputsOf('mappedWebhooks.delete')).toEqual([{ id: uuid(700) }]);
    expect(screen.queryByText('/ingest/mapped/disk-health')).toBeNull();
    await click('Undo');
    await screen.findByText('/ingest/mapped/disk-health');
    const { name, slug, mapping } = webhook();
    expect(again).toEqual({ name, slug, mapping });
  });

  it('say so when an undo is refused', async () => {
    const client = withOne();
    client.script({
      'mappedWebhooks.delete': () => ok({ status: 'deleted' }),
      'mappedWebhooks.create': () => fail('invalid_input', 'This address is taken.'),
    });
    openWindow(client, '#/settings');
    await click('Delete');
    await click('Undo');
    await screen.findByText('Disk health could not be restored: This address is taken.');
  });
});
