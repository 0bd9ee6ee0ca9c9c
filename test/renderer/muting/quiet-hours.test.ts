import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../../main/contract/result.ts';
import { settingsPatch, type QuietHours } from '../../../main/contract/settings.ts';
import { weekText } from '../../../renderer/muting/schedule-text.ts';
import { weekSpans } from '../../../renderer/muting/week-spans.ts';
import { browserTimeZone } from '../../../renderer/ui/local-moment.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { quietHours, settingsWith } from '../support/routing-samples.ts';

const click = async (name: string): Promise<void> => {
  await fireEvent.click(await screen.findByRole('button', { name }));
};

async function open(value: QuietHours): Promise<FakeClient> {
  const client = new FakeClient({
    'silences.list': () => ok({ items: [] }),
    'settings.get': () => ok(settingsWith(value)),
  });
  openWindow(client, '#/muting');
  await fireEvent.click(await screen.findByRole('tab', { name: 'Quiet hours' }));
  return client;
}

describe('quiet hours', () => {
  it('show the week as a picture, with the same in words', async () => {
    await open(quietHours());
    const picture = await screen.findByRole('img', {
      name: 'Quiet: Mon–Fri 22:00–07:00 the next day',
    });
    // Five evenings and the five mornings after them.
    expect(picture.querySelectorAll('.quiet')).toHaveLength(10);
  });

  it('are drawn while they are typed, and saved', async () => {
    const client = await open(quietHours());
    const saved = quietHours({ criticalPasses: false });
    client.script({ 'settings.update': () => ok(settingsWith(saved)) });
    await fireEvent.click(await screen.findByLabelText('Saturday'));
    await fireEvent.input(screen.getByLabelText('From'), { target: { value: '23:30' } });
    await screen.findByRole('img', { name: 'Quiet: Mon–Sat 23:30–07:00 the next day' });
    await fireEvent.click(screen.getByLabelText('Send critical alerts immediately'));
    await click('Save quiet hours');
    await screen.findByText('Quiet hours saved.');
    const [sent] = client.inputsOf('settings.update');
    expect(settingsPatch.parse(sent)).toEqual({
      quietHours: {
        enabled: true,
        criticalPasses: false,
        timeZone: 'Europe/Berlin',
        periods: [{ days: [1, 2, 3, 4, 5, 6], from: '23:30', to: '07:00' }],
      },
    });
  });

  it('are drawn as disabled, and say so, until they are enabled', async () => {
    await open(quietHours({ enabled: false }));
    const picture = await screen.findByRole('img', { name: /\(disabled\)$/ });
    const figure = picture.closest('figure');
    expect(figure?.classList.contains('off')).toBe(true);
    expect(figure?.textContent).toContain('Disabled');
    await fireEvent.click(screen.getByLabelText('Enable quiet hours'));
    expect(figure?.classList.contains('off')).toBe(false);
    expect(figure?.textContent).not.toContain('Disabled');
  });

  it('begin with every night in the time zone of the browser', async () => {
    await open(quietHours({ enabled: false, timeZone: 'UTC', periods: [] }));
    await screen.findByRole('img', { name: 'No quiet periods (disabled)' });
    await fireEvent.click(screen.getByLabelText('Enable quiet hours'));
    await screen.findByRole('img', { name: 'Quiet: every day 22:00–07:00 the next day' });
    expect(screen.getByLabelText('Time zone')).toHaveProperty('value', browserTimeZone());
  });

  it('say beside the field what is wrong', async () => {
    const client = await open(quietHours({ periods: [{ days: [1], from: '22:00', to: '07:00' }] }));
    await fireEvent.click(await screen.findByLabelText('Monday'));
    await click('Save quiet hours');
    await screen.findByText('Choose at least one day.');
    expect(client.inputsOf('settings.update')).toEqual([]);
    await fireEvent.click(screen.getByLabelText('Tuesday'));
    const details = [{ field: 'quietHours.timeZone', problem: 'must be a time zone' }];
    client.script({ 'settings.update': () => fail('invalid_input', 'no', details) });
    await click('Save quiet hours');
    await screen.findByText('must be a time zone');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Time zone')));
  });

  it('lose a period that is removed', async () => {
    await open(quietHours());
    await click('Remove period 1');
    await screen.findByRole('img', { name: 'No quiet periods' });
  });
});

describe('weekSpans', () => {
  it.each([
    [{ days: [3], from: '08:30', to: '12:00' }, [{ day: 3, fromMinute: 510, toMinute: 720 }]],
    [
      { days: [7], from: '22:00', to: '06:00' },
      [
        { day: 7, fromMinute: 1_320, toMinute: 1_440 },
        { day: 1, fromMinute: 0, toMinute: 360 },
      ],
    ],
    [{ days: [2], from: '18:00', to: '00:00' }, [{ day: 2, fromMinute: 1_080, toMinute: 1_440 }]],
    [
      { days: [2], from: '09:00', to: '09:00' },
      [
        { day: 2, fromMinute: 540, toMinute: 1_440 },
        { day: 3, fromMinute: 0, toMinute: 540 },
      ],
    ],
  ])('draws %j', (period, spans) => {
    expect(weekSpans([period])).toEqual(spans);
  });

  it('says the same in words', () => {
    expect(weekText([{ days: [6, 7], from: '08:00', to: '10:00' }], false)).toBe(
      'Quiet: Sat–Sun 08:00–10:00',
    );
  });
});
