import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { fail, ok, type Result } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { status } from '../support/samples.ts';

/** A host that wants a sign-in, and takes one code. */
function strangeHost(hash: string, command: string | null = 'belfry login --data-dir /srv/b') {
  let signedIn = false;
  const codes: string[] = [];
  const client: FakeClient = new FakeClient(
    {
      'system.status': () =>
        signedIn ? ok(status()) : fail('unauthenticated', 'Sign in to see this.'),
    },
    {
      redeem: (code): Promise<Result<void>> => {
        codes.push(code);
        signedIn = code === 'good-1';
        return Promise.resolve(signedIn ? ok(undefined) : fail('unauthenticated', 'Too old.'));
      },
      display: () => Promise.resolve(ok(undefined)),
      end: () => Promise.resolve(ok(undefined)),
      loginCommand: () => Promise.resolve(ok(command)),
      onUnauthenticated: () => undefined,
    },
  );
  const { services } = openWindow(client, hash);
  return { client, codes, services };
}

describe('signing in', () => {
  it('opens the window with a link, and keeps the code out of the address', async () => {
    const { codes } = strangeHost('#/sign-in/good-1');
    await screen.findByRole('heading', { level: 1, name: 'Overview' });
    expect(codes).toEqual(['good-1']);
    expect(location.hash).toBe('#/overview');
  });

  it('says what a spent link wants, and takes a new one by pasting', async () => {
    const { codes } = strangeHost('#/sign-in/old-1');
    await screen.findByText('The link did not work: Too old.');
    await screen.findByText('belfry login --data-dir /srv/b');
    const field = screen.getByLabelText('Sign-in link');
    await fireEvent.input(field, { target: { value: 'http://nas:8377/#/sign-in/good-1' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByRole('heading', { level: 1, name: 'Overview' });
    expect(codes).toEqual(['old-1', 'good-1']);
  });

  it('names the desktop’s own window where no command makes a link', async () => {
    strangeHost('#/alerts', null);
    await screen.findByText(/choose Settings › Senders › New sign-in link\./);
    expect(screen.queryByText(/run this on the machine/)).toBeNull();
  });

  it('explains a paste that is no link', async () => {
    const { codes } = strangeHost('#/sign-in/old-1');
    const field = await screen.findByLabelText('Sign-in link');
    await fireEvent.input(field, { target: { value: 'hunter2' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByText(/This is not a sign-in link/);
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(codes).toEqual(['old-1']);
  });

  it('leaves nothing to be read by whoever finds the window signed out', async () => {
    const { services } = strangeHost('#/sign-in/good-1');
    await screen.findByRole('heading', { level: 1, name: 'Overview' });
    services.notices.done('Discarded: backup_failed on nas.');
    await screen.findByText('Discarded: backup_failed on nas.');
    await services.session.signOut();
    await screen.findByRole('heading', { level: 1, name: 'Sign in to Belfry' });
    expect(screen.queryByText(/backup_failed/)).toBeNull();
  });
});
