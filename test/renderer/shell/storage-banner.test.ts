import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { ok } from '../../../main/contract/result.ts';
import type { Status } from '../../../main/contract/system.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { NOW_MS, status } from '../support/samples.ts';

const lost: Status['recovery'] = {
  at: NOW_MS,
  cause: 'damaged',
  backup: 'belfry-20260101T000000Z.db',
  missingFrom: NOW_MS - 60_000,
  missingTo: NOW_MS,
  commits: 12,
  alerts: 3,
  owed: 1,
  aside: '/var/lib/belfry/damaged-20260101T000100Z',
  text: 'For logs.',
};

describe('the banners of the storage', () => {
  it('say that nothing can be stored and what to do, until it can', async () => {
    const reason = { code: 'storage.full', params: { path: '/data/belfry.db' } } as const;
    const storage = { writable: false, since: NOW_MS - 60_000, problem: 'For scripts.', reason };
    const client = new FakeClient({ 'system.status': () => ok(status({ storage })) });
    openWindow(client, '#/alerts');
    await screen.findByText('Nothing can be stored.');
    screen.getByText(/Free some space/);
    client.push({ entity: 'status', value: status() });
    await waitFor(() => expect(screen.queryByText('Nothing can be stored.')).toBeNull());
  });

  it('say what was lost until somebody takes note of it', async () => {
    let recovery: Status['recovery'] = lost;
    const client = new FakeClient({
      'system.status': () => ok(status({ recovery })),
      'recovery.dismiss': () => {
        recovery = null;
        return ok({ status: 'dismissed' });
      },
    });
    openWindow(client, '#/alerts');
    await screen.findByText(/That is 12 writes, 3 new alerts,? and 1 undelivered notification/);
    await fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    await waitFor(() =>
      expect(
        screen.queryByText(/That is 12 writes, 3 new alerts,? and 1 undelivered notification/),
      ).toBeNull(),
    );
  });

  it('say that the last backup failed', async () => {
    const params = { path: '/data', neededBytes: 5, freeBytes: 4 };
    const reason = { code: 'backup.no_room', params } as const;
    const backup = { lastAt: null, problem: 'For scripts.', reason };
    const client = new FakeClient({ 'system.status': () => ok(status({ backup })) });
    openWindow(client, '#/alerts');
    await screen.findByText(/and 4 bytes are free/);
  });
});
