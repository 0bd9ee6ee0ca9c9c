import { render, screen } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, expect, it } from 'vitest';
import { alertMessage, setLanguage } from '../../../renderer/messages/text.svelte.ts';
import { alert } from '../support/samples.ts';
import Sample from './Sample.svelte';

afterEach(() => setLanguage('system'));

it('follows the window’s language', () => {
  render(Sample);
  expect(screen.getByText('2 alerts, 1,234.5')).toBeTruthy();
  setLanguage('de');
  flushSync();
  expect(screen.getByText('2 Alarme, 1.234,5')).toBeTruthy();
});

it('says what an alert of Belfry itself says in that language, and a sender’s words as they came', () => {
  setLanguage('de');
  const own = alert({
    message: 'Ping received again',
    messageReason: { code: 'heartbeat.recovered', params: {} },
  });
  expect(alertMessage(own)).toBe('Wieder ein Ping empfangen');
  expect(alertMessage(alert({ message: 'disk \u202efull' }))).toBe('disk \u202efull');
});
