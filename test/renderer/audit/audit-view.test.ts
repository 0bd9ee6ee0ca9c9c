import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../main/contract/system.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { actionText, subjectHref } from '../../../renderer/audit/audit-labels.ts';
import { FakeClient } from '../support/fake-client.ts';
import { saying } from '../../support/sentences.ts';
import { openWindow } from '../support/open-window.ts';
import { NOW_MS, uuid } from '../support/samples.ts';

const entry = (part: Partial<AuditEntry> = {}): AuditEntry => ({
  id: 1,
  at: NOW_MS - 3_600_000,
  actor: 'window',
  action: 'notification.requeue',
  subject: uuid(101),
  detail: '',
  reason: { code: 'audit.named', params: { name: 'Phone relay' } },
  ...part,
});
const row = async (name: RegExp): Promise<string> =>
  ((await screen.findByRole('row', { name })).textContent ?? '').replace(/\s+/g, ' ').trim();

describe('actionText', () => {
  it.each([
    ['channel.update', 'Channel: changed'],
    ['notifications.auto_requeue', 'Notifications: requeued automatically'],
    ['bulk.undo_discard', 'Bulk job: discard undone'],
    ['pause', 'Pause'],
    ['', ''],
    ['robot.dance', 'robot: dance'],
  ])('%s: %s', (action, words) => {
    expect(actionText(action)).toBe(words);
  });
});

describe('subjectHref', () => {
  it.each<[Partial<AuditEntry>, string | null]>([
    [{}, `#/deliveries/${uuid(101)}`],
    [{ action: 'channel.update' }, `#/channels/${uuid(101)}`],
    [{ action: 'channel.delete' }, null],
    [{ action: 'settings.update', subject: 'settings' }, null],
    [{ action: 'alert.resolve', subject: 'javascript:alert(1)' }, null],
  ])('of %j: %s', (part, href) => {
    expect(subjectHref(entry(part))).toBe(href);
  });
});

describe('the audit log', () => {
  it('says who did what to which, and when', async () => {
    const hostile = entry({
      id: 2,
      actor: '<b>x</b>',
      action: 'token.create',
      reason: saying('<i>y</i>'),
    });
    const client = new FakeClient({
      'audit.list': () => ok({ items: [hostile, entry()], nextCursor: null }),
    });
    openWindow(client, '#/audit');
    expect(await row(/Notification: requeued/)).toContain('1 hour agowindow');
    expect(await row(/Notification: requeued/)).toContain(`Phone relay by window ${uuid(101)}`);
    expect(await row(/Token: created/)).toContain('<i>y</i>');
    expect(client.inputsOf('audit.list')).toEqual([{ limit: 100 }]);
    expect(screen.getByRole('link', { name: 'Open' }).getAttribute('href')).toBe(
      `#/deliveries/${uuid(101)}`,
    );
    expect(screen.queryByRole('button', { name: 'Load more' })).toBeNull();
  });

  it('loads more', async () => {
    const client = new FakeClient({
      'audit.list': ({ cursor }) =>
        cursor === 'older'
          ? ok({ items: [entry({ id: 1, action: 'session.start' })], nextCursor: null })
          : ok({ items: [entry({ id: 2 })], nextCursor: 'older' }),
    });
    openWindow(client, '#/audit');
    await fireEvent.click(await screen.findByRole('button', { name: 'Load more' }));
    await row(/Session: started/);
    await row(/Notification: requeued/);
    expect(screen.queryByRole('button', { name: 'Load more' })).toBeNull();
  });

  it('is narrowed to one subject by a link, and widened again', async () => {
    const client = new FakeClient({
      'audit.list': ({ subject }) =>
        ok({
          items: subject === undefined ? [entry({ subject: 'a b&c' })] : [entry({ subject })],
          nextCursor: null,
        }),
    });
    openWindow(client, '#/audit');
    const link = await screen.findByRole('link', { name: 'History' });
    location.hash = link.getAttribute('href') ?? '';
    const back = await screen.findByRole('link', { name: 'Show all' });
    await waitFor(() =>
      expect(client.inputsOf('audit.list')).toEqual([
        { limit: 100 },
        { limit: 100, subject: 'a b&c' },
      ]),
    );
    await waitFor(() => expect(screen.queryByRole('link', { name: 'History' })).toBeNull());
    location.hash = back.getAttribute('href') ?? '';
    await screen.findByRole('link', { name: 'History' });
    expect(client.inputsOf('audit.list')).toHaveLength(3);
  });

  it('says that nothing is on record, and why it could not be loaded', async () => {
    const client = new FakeClient({ 'audit.list': () => ok({ items: [], nextCursor: null }) });
    openWindow(client, '#/audit');
    await screen.findByText('No entries');
    client.script({ 'audit.list': () => fail('unavailable', 'The disk is full.') });
    await fireEvent.click(screen.getByRole('button', { name: 'Refresh' }));
    await screen.findByText('The disk is full.');
    client.script({ 'audit.list': () => ok({ items: [], nextCursor: null }) });
    location.hash = '#/audit?subject=one';
    await screen.findByText('No entries for this alone');
    screen.getByText('An action on many at once has one entry for all of them, in the whole log.');
  });
});
