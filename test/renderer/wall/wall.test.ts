import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { fail, ok, type Result } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { alert, overview, status } from '../support/samples.ts';

const critical = status({ alerts: { open: 1, acknowledged: 0, critical: 1, worst: 'critical' } });

describe('the wall', () => {
  it('shows the overview, dark and large, without anything to click', async () => {
    const items = [alert({ kind: 'backup_failed', severity: 'critical' })];
    const alerts = { open: { critical: 1, warning: 0, info: 0 }, acknowledged: 0, items };
    const client = new FakeClient({
      'system.status': () => ok(critical),
      'overview.get': () => ok(overview({ alerts })),
    });
    openWindow(client, '#/wall');
    await screen.findByText('backup_failed');
    await screen.findByText('1 critical alert needs you.');
    for (const role of ['link', 'button', 'navigation'])
      expect(screen.queryAllByRole(role)).toEqual([]);
    expect(document.documentElement.dataset['wall']).toBe('on');
    location.hash = '#/overview';
    await screen.findByRole('navigation', { name: 'Views' });
    expect(document.documentElement.dataset['wall']).toBeUndefined();
  });

  it('asks for a token once, and says why one is refused', async () => {
    let signedIn = false;
    const given: string[] = [];
    const client = new FakeClient(
      {
        'system.status': () => (signedIn ? ok(status()) : fail('unauthenticated', 'Sign in.')),
      },
      {
        redeem: () => Promise.resolve(ok(undefined)),
        display: (token): Promise<Result<void>> => {
          given.push(token);
          signedIn = token === 'bf_read';
          return Promise.resolve(signedIn ? ok(undefined) : fail('forbidden', 'Only to read.'));
        },
        end: () => Promise.resolve(ok(undefined)),
        loginCommand: () => Promise.resolve(ok('belfry login')),
        onUnauthenticated: () => undefined,
      },
    );
    openWindow(client, '#/wall');
    const show = async (token: string) => {
      await fireEvent.input(await screen.findByLabelText('Token'), { target: { value: token } });
      await fireEvent.click(screen.getByRole('button', { name: 'Show' }));
    };
    await show('bf_admin');
    await screen.findByText('Could not sign in: Only to read.');
    await show(' bf_read ');
    await screen.findByText('No alert waits for you.');
    expect(given).toEqual(['bf_admin', 'bf_read']);
    expect(location.hash).toBe('#/wall');
    expect(Object.values(localStorage).join()).not.toContain('bf_read');
  });
});
