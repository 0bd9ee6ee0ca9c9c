import { fireEvent, screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../../main/contract/result.ts';
import { inhibitionInput, maintenanceInput } from '../../../main/contract/suppression.ts';
import { scheduleText } from '../../../renderer/muting/schedule-text.ts';
import { messages } from '../../../renderer/messages/text.svelte.ts';
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
        maintenanceWindow({ id: uuid(2), name: 'Later', announceTo: [uuid(9), uuid(10)] }),
        maintenanceWindow({ id: uuid(3), name: 'Past', nextStartsAt: null }),
        maintenanceWindow({ id: uuid(4), name: 'Off', enabled: false }),
      ),
      'Maintenance',
    );
    const heads = (await screen.findAllByRole('listitem'))
      .map((row) => row.querySelector('.head')?.textContent.replaceAll(/\s+/g, ' ').trim())
      .filter((head) => head !== undefined);
    expect(heads[0]).toMatch(/^Now Active until /);
    expect(heads[1]).toMatch(/^Later Next: /);
    expect(heads.slice(2)).toEqual(['Past Past', 'Off Disabled']);
    expect(screen.getAllByText('Covers all alerts')).toHaveLength(4);
  });

  it('are added for every week, by default by the clock of the browser', async () => {
    const client = list();
    client.script({ 'maintenance.create': () => ok(maintenanceWindow()) });
    await openPart(client, 'Maintenance');
    await click('Add maintenance window');
    await type('Name', 'Sunday updates');
    await choose('Schedule', 'weekly');
    await fireEvent.click(screen.getByLabelText('Saturday'));
    await type('From', '22:00');
    await type('To', '02:00');
    expect(screen.getByText('On the next day.')).toBeTruthy();
    await click('Save');
    await screen.findByText('Sunday updates saved.');
    const [sent] = client.inputsOf('maintenance.create');
    expect(maintenanceInput.parse(sent)).toEqual({
      name: 'Sunday updates',
      enabled: true,
      matchers: [],
      announceTo: [],
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
    await click('Add maintenance window');
    await type('Name', 'Cables');
    const start = NOW_MS - (NOW_MS % 60_000) + HOUR_MS;
    await type('Start', toLocalInput(start));
    await type('End', toLocalInput(start));
    await click('Save');
    await screen.findByText('Must be after the start.');
    await type('End', toLocalInput(start + HOUR_MS));
    await click('Save');
    await screen.findByText('Sunday updates saved.');
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
    await click('Add maintenance window');
    await type('Name', 'Backups');
    await choose('Schedule', 'cron');
    await type('Cron expression', 'often');
    await type('Duration', '2');
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
    await screen.findByText('Sunday updates disabled.');
    const { id, name, matchers, schedule, announceTo, comment } = maintenanceWindow();
    expect(client.inputsOf('maintenance.update')).toEqual([
      { id, name, matchers, schedule, announceTo, comment, enabled: false },
    ]);
    await click('Delete');
    const dialog = screen.getByRole('dialog', { name: 'Delete Sunday updates?' });
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Delete' }));
    await screen.findByText('No maintenance windows');
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
    await screen.findByText('Sunday updates saved.');
    const { id, name, enabled, matchers, schedule, announceTo, comment } = edited;
    expect(client.inputsOf('maintenance.update')).toEqual([
      { id, name, enabled, matchers, schedule, announceTo, comment },
    ]);
  });

  it.each([
    [
      { type: 'once', startsAt: NOW_MS, endsAt: new Date(NOW_MS + HOUR_MS).toISOString() },
      `Once, from ${messages().moment(NOW_MS, NOW_MS)} to ${messages().moment(NOW_MS + HOUR_MS, NOW_MS)}`,
    ],
    [
      { type: 'weekly', days: [6, 7], from: '08:00', to: '10:00', timeZone: 'UTC' },
      'Sat–Sun 08:00–10:00 (UTC)',
    ],
    [
      { type: 'weekly', days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '06:00', timeZone: 'UTC' },
      'Every day 22:00–06:00 the next day (UTC)',
    ],
    [
      { type: 'cron', expression: '0 3 * * *', durationMs: 5_400_000, timeZone: 'UTC' },
      'Cron 0 3 * * *, for 1 hr 30 min (UTC)',
    ],
  ] as const)('say their schedule in words: %j', (schedule, words) => {
    const days = 'days' in schedule ? { days: [...schedule.days] } : {};
    const given = { ...schedule, ...days } as Parameters<typeof scheduleText>[0];
    expect(scheduleText(given, NOW_MS)).toBe(words);
  });
});

describe('inhibitions', () => {
  const list = (...items: ReturnType<typeof inhibition>[]) =>
    new FakeClient({ 'inhibitions.list': () => ok({ items }) });

  it('say what they do, and whether they do it now', async () => {
    await openPart(list(inhibition({ activeSources: 1 })), 'Inhibitions');
    await screen.findByText(
      'While alerts of kind agent_offline are firing, warning alerts with the same host are muted.',
    );
    expect(screen.getByText('Active: 1 cause firing')).toBeTruthy();
  });

  it('are added, and explained while they are typed', async () => {
    const client = list();
    client.script({ 'inhibitions.create': () => ok(inhibition()) });
    await openPart(client, 'Inhibitions');
    await click('Add inhibition');
    await type('Name', 'Host down');
    await click('Save');
    expect(await screen.findAllByText('Enter at least one matcher.')).toHaveLength(2);
    await type('Cause, matcher 1', 'kind="agent_offline"');
    await type('Muted alerts, matcher 1', 'severity!="critical"');
    await type('Equal labels', 'host, rack');
    await screen.findByText(
      'While alerts of kind agent_offline are firing, non-critical alerts with the same host and rack are muted.',
    );
    await click('Save');
    await screen.findByText('Host down saved.');
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
    await screen.findByText('Host down enabled.');
    const { id, name, sourceMatchers, targetMatchers, equal } = inhibition();
    expect(client.inputsOf('inhibitions.update')).toEqual([
      { id, name, enabled: true, sourceMatchers, targetMatchers, equal },
    ]);
  });
});
