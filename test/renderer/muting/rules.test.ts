import { fireEvent, screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../../main/contract/result.ts';
import { inhibitionInput, maintenanceInput } from '../../../main/contract/suppression.ts';
import { scheduleWords } from '../../../renderer/muting/muting-labels.ts';
import { absoluteTime } from '../../../renderer/time/time-text.ts';
import { browserTimeZone, toLocalInput } from '../../../renderer/ui/local-moment.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { inhibition, maintenanceWindow } from '../support/routing-samples.ts';
import { NOW_MS, uuid } from '../support/samples.ts';

const HOUR_MS = 3_600_000;

const type = (label: string, value: string): Promise<boolean> =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
const choose = (label: string, value: string): Promise<boolean> =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const click = async (name: string): Promise<void> => {
  await fireEvent.click(await screen.findByRole('button', { name }));
};

async function openPart(client: FakeClient, tab: string): Promise<void> {
  client.script({ 'silences.list': () => ok({ items: [] }) });
  openWindow(client, '#/muting');
  await fireEvent.click(await screen.findByRole('tab', { name: tab }));
}

describe('maintenance windows', () => {
  const list = (...items: ReturnType<typeof maintenanceWindow>[]) =>
    new FakeClient({ 'maintenance.list': () => ok({ items }) });

  it('say when they are on', async () => {
    await openPart(
      list(
        maintenanceWindow({ id: uuid(1), name: 'Now', activeUntil: NOW_MS + HOUR_MS }),
        maintenanceWindow({ id: uuid(2), name: 'Later' }),
        maintenanceWindow({ id: uuid(3), name: 'Past', nextStartsAt: null }),
        maintenanceWindow({ id: uuid(4), name: 'Off', enabled: false }),
      ),
      'Maintenance',
    );
    const heads = (await screen.findAllByRole('listitem'))
      .map((row) => row.querySelector('.head')?.textContent.replaceAll(/\s+/g, ' ').trim())
      .filter((head) => head !== undefined);
    expect(heads[0]).toMatch(/^Now On now until /);
    expect(heads[1]).toMatch(/^Later Next /);
    expect(heads.slice(2)).toEqual(['Past Over', 'Off Disabled']);
    expect(screen.getAllByText('Covers every alert')).toHaveLength(4);
  });

  it('are added for every week, by default by the clock of the browser', async () => {
    const client = list();
    client.script({ 'maintenance.create': () => ok(maintenanceWindow()) });
    await openPart(client, 'Maintenance');
    await click('Add window');
    await type('Name', 'Sunday updates');
    await choose('When', 'weekly');
    await fireEvent.click(screen.getByLabelText('Saturday'));
    await type('From', '22:00');
    await type('To', '02:00');
    expect(screen.getByText('On the next day.')).toBeTruthy();
    await click('Save');
    await screen.findByText('Sunday updates is saved.');
    const [sent] = client.inputsOf('maintenance.create');
    expect(maintenanceInput.parse(sent)).toEqual({
      name: 'Sunday updates',
      enabled: true,
      matchers: [],
      comment: '',
      schedule: {
        type: 'weekly',
        days: [7],
        from: '22:00',
        to: '02:00',
        timeZone: browserTimeZone(),
      },
    });
  });

  it('are added once', async () => {
    const client = list();
    client.script({ 'maintenance.create': () => ok(maintenanceWindow()) });
    await openPart(client, 'Maintenance');
    await click('Add window');
    await type('Name', 'Cables');
    const start = NOW_MS - (NOW_MS % 60_000) + HOUR_MS;
    await type('Begins', toLocalInput(start));
    await type('Ends', toLocalInput(start));
    await click('Save');
    await screen.findByText('must be after its beginning');
    await type('Ends', toLocalInput(start + HOUR_MS));
    await click('Save');
    await screen.findByText('Sunday updates is saved.');
    expect(client.inputsOf('maintenance.create')).toHaveLength(1);
    expect(client.inputsOf('maintenance.create')[0]).toMatchObject({
      schedule: { type: 'once', startsAt: start, endsAt: start + HOUR_MS },
    });
  });

  it('say beside the field what the host refuses of a cron expression', async () => {
    const details = [{ field: 'schedule.expression', problem: 'must have five or six fields' }];
    const client = list();
    client.script({ 'maintenance.create': () => fail('invalid_input', 'no', details) });
    await openPart(client, 'Maintenance');
    await click('Add window');
    await type('Name', 'Backups');
    await choose('When', 'cron');
    await type('Cron expression', 'often');
    await type('Lasts', '2');
    await click('Save');
    await screen.findByText('must have five or six fields');
    expect(client.inputsOf('maintenance.create')[0]).toMatchObject({
      schedule: { type: 'cron', expression: 'often', durationMs: 2 * HOUR_MS },
    });
  });

  it('are disabled without changing them otherwise, and deleted', async () => {
    const client = list(maintenanceWindow());
    client.script({
      'maintenance.update': () => ok(maintenanceWindow({ enabled: false })),
      'maintenance.delete': () => ok({ status: 'deleted' }),
    });
    await openPart(client, 'Maintenance');
    await click('Disable');
    await screen.findByText('Sunday updates is disabled.');
    const { id, name, matchers, schedule, comment } = maintenanceWindow();
    expect(client.inputsOf('maintenance.update')).toEqual([
      { id, name, matchers, schedule, comment, enabled: false },
    ]);
    await click('Delete');
    const dialog = screen.getByRole('dialog', { name: 'Delete Sunday updates?' });
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Delete' }));
    await screen.findByText('No maintenance window');
  });

  it('are edited with what they hold', async () => {
    const edited = maintenanceWindow({
      schedule: { type: 'cron', expression: '0 3 * * *', durationMs: 900_000, timeZone: 'UTC' },
    });
    const client = list(edited);
    client.script({ 'maintenance.update': () => ok(edited) });
    await openPart(client, 'Maintenance');
    await click('Edit');
    await click('Save');
    await screen.findByText('Sunday updates is saved.');
    const { id, name, enabled, matchers, schedule, comment } = edited;
    expect(client.inputsOf('maintenance.update')).toEqual([
      { id, name, enabled, matchers, schedule, comment },
    ]);
  });

  it.each([
    [
      { type: 'once', startsAt: NOW_MS, endsAt: new Date(NOW_MS + HOUR_MS).toISOString() },
      `Once, from ${absoluteTime(NOW_MS)} to ${absoluteTime(NOW_MS + HOUR_MS)}`,
    ],
    [
      { type: 'weekly', days: [6, 7], from: '08:00', to: '10:00', timeZone: 'UTC' },
      'Sat–Sun 08:00–10:00 (UTC)',
    ],
    [
      { type: 'weekly', days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '06:00', timeZone: 'UTC' },
      'Every day 22:00–06:00 of the next day (UTC)',
    ],
    [
      { type: 'cron', expression: '0 3 * * *', durationMs: 5_400_000, timeZone: 'UTC' },
      'At 0 3 * * * for 1 h 30 min (UTC)',
    ],
  ] as const)('say their schedule in words: %j', (schedule, words) => {
    const days = 'days' in schedule ? { days: [...schedule.days] } : {};
    expect(scheduleWords({ ...schedule, ...days } as Parameters<typeof scheduleWords>[0])).toBe(
      words,
    );
  });
});

describe('inhibitions', () => {
  const list = (...items: ReturnType<typeof inhibition>[]) =>
    new FakeClient({ 'inhibitions.list': () => ok({ items }) });

  it('say what they do, and whether they do it now', async () => {
    await openPart(list(inhibition({ activeSources: 1 })), 'Inhibitions');
    await screen.findByText(
      'While alerts of kind agent_offline fire, warning alerts are not told, if they agree in host.',
    );
    expect(screen.getByText(/Muting now: 1\s+cause fires/)).toBeTruthy();
  });

  it('are added, and explained while they are typed', async () => {
    const client = list();
    client.script({ 'inhibitions.create': () => ok(inhibition()) });
    await openPart(client, 'Inhibitions');
    await click('Add inhibition');
    await type('Name', 'Host down');
    await click('Save');
    expect(await screen.findAllByText('must hold a matcher')).toHaveLength(2);
    await type('While these fire, matcher 1', 'kind="agent_offline"');
    await type('These are not told, matcher 1', 'severity!="critical"');
    await type('If they agree in', 'host, rack');
    await screen.findByText(
      'While alerts of kind agent_offline fire, not critical alerts are not told, if they agree in host and rack.',
    );
    await click('Save');
    await screen.findByText('Host down is saved.');
    const [sent] = client.inputsOf('inhibitions.create');
    expect(inhibitionInput.parse(sent)).toEqual({
      name: 'Host down',
      enabled: true,
      sourceMatchers: ['kind="agent_offline"'],
      targetMatchers: ['severity!="critical"'],
      equal: ['host', 'rack'],
    });
  });

  it('are enabled as they are', async () => {
    const client = list(inhibition({ enabled: false }));
    client.script({ 'inhibitions.update': () => ok(inhibition()) });
    await openPart(client, 'Inhibitions');
    await click('Enable');
    await screen.findByText('Host down is enabled.');
    const { id, name, sourceMatchers, targetMatchers, equal } = inhibition();
    expect(client.inputsOf('inhibitions.update')).toEqual([
      { id, name, enabled: true, sourceMatchers, targetMatchers, equal },
    ]);
  });
});
