import { screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { status } from '../support/samples.ts';

it('a newer version is said in a banner, and about it are its notes as text and its page', async () => {
  const url = 'https://example.test/releases/tag/v2.0.0';
  const update = { version: '2.0.0', url, notes: 'One <b>bold</b> step' };
  openWindow(
    new FakeClient({ 'system.status': () => ok({ ...status(), update }) }),
    '#/settings/about',
  );
  expect((await screen.findByRole('link', { name: 'What is new' })).getAttribute('href')).toBe(
    '#/settings/about',
  );
  expect((await screen.findByRole('region', { name: 'Release notes' })).textContent).toBe(
    'One <b>bold</b> step',
  );
  const link = screen.getByRole('link', { name: /releases\/tag/ });
  expect(link.getAttribute('href')).toBe(url);
});
