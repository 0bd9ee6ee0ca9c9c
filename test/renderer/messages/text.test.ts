import { render, screen } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, expect, it } from 'vitest';
import { setLanguage } from '../../../renderer/messages/text.svelte.ts';
import Sample from './Sample.svelte';

afterEach(() => setLanguage('system'));

it('follows the window’s language', () => {
  render(Sample);
  expect(screen.getByText('2 alerts, 1,234.5')).toBeTruthy();
  setLanguage('de');
  flushSync();
  expect(screen.getByText('2 Alarme, 1.234,5')).toBeTruthy();
});
