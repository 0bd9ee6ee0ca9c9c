import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MuteCalendar, MuteLane } from '../../../main/contract/mute-calendar.ts';
import { ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { maintenanceWindow } from '../support/routing-samples.ts';
import { NOW_MS, uuid } from '../support/samples.ts';
import { weekAt } from '../../../renderer/muting/week.ts';

const HOUR_MS = 3_600_000;
beforeEach(() => void vi.stubEnv('TZ', 'Europe/Berlin'));
afterEach(() => vi.unstubAllEnvs());

const lane = (part: Partial<MuteLane>): MuteLane => ({
  ...{ kind: 'maintenance', ruleId: uuid(301), name: 'Cables', matchers: [], timeZone: null },
  ...{ days: [], spans: [], isPartial: false },
  ...part,
});

const windows = () => ok({ items: [maintenanceWindow({ id: uuid(301), name: 'Cables' })] });

function host(calendar: MuteCalendar): FakeClient {
  return new FakeClient({
    'muting.calendar': () => ok(calendar),
    'maintenance.list': windows,
    'silences.list': () => ok({ items: [] }),
  });
}

async function open(client: FakeClient): Promise<void> {
  openWindow(client, '#/muting');
  await fireEvent.click(await screen.findByRole('tab', { name: 'Calendar' }));
}

describe('the calendar of mutes', () => {
  it('asks for this week and goes to others', async () => {
    const client = host({ lanes: [], isPartial: false });
    await open(client);
    await screen.findByText('Nothing mutes this week');
    const week = (offset: number) => {
      const { from, to } = weekAt(NOW_MS, offset);
      return { from, to };
    };
    const last = () => client.inputsOf('muting.calendar').at(-1);
    expect(last()).toEqual(week(0));
    const thisWeek = screen.getByRole('button', { name: 'This week' });
    expect(thisWeek).toHaveProperty('disabled', true);
    await fireEvent.click(screen.getByRole('button', { name: 'Next week' }));
    await waitFor(() => expect(last()).toEqual(week(1)));
    await fireEvent.click(thisWeek);
    await fireEvent.click(screen.getByRole('button', { name: 'Previous week' }));
    await waitFor(() => expect(last()).toEqual(week(-1)));
  });

  it('shows each rule with its zone where that is another, and a table for readers', async () => {
    const { from } = weekAt(NOW_MS, 0);
    const span = { startsAt: from + 2 * HOUR_MS, endsAt: from + 4 * HOUR_MS };
    const client = host({
      lanes: [
        lane({ kind: 'quiet_hours', ruleId: null, timeZone: 'Europe/Berlin', spans: [span] }),
        lane({ timeZone: 'America/New_York', days: [from + 6 * HOUR_MS], spans: [span] }),
      ],
      isPartial: true,
    });
    await open(client);
    const own = await screen.findByRole('toolbar', { name: 'Quiet hours' });
    const other = screen.getByRole('toolbar', { name: 'Cables, times in America/New_York' });
    expect(own.querySelectorAll('.day.foreign')).toHaveLength(0);
    expect(other.querySelectorAll('.day.foreign')).toHaveLength(1);
    const entry = within(other).getByRole('button');
    expect(entry.getAttribute('aria-label')).toMatch(
      /^Cables: .*, 8:00\s–\s10:00\sPM \(America\/New_York\); here .*, 2:00\s–\s4:00\sAM$/,
    );
    const table = screen.getByRole('table', { name: /^What mutes/ });
    const cells = within(table)
      .getAllByRole('row')
      .map((row) => row.textContent);
    expect(cells).toHaveLength(3);
    expect(cells[1]).toContain('Europe/Berlin');
    expect(cells[2]).toContain('America/New_York');
    expect(screen.getByRole('note').textContent).toContain('Not every entry is shown');
  });

  it('has one tab stop a lane, and an entry opens its rule', async () => {
    const { from } = weekAt(NOW_MS, 0);
    const spans = [1, 2, 3].map((day) => ({
      startsAt: from + day * 24 * HOUR_MS,
      endsAt: from + day * 24 * HOUR_MS + HOUR_MS,
    }));
    const client = host({ lanes: [lane({ spans })], isPartial: false });
    await open(client);
    const entries = within(await screen.findByRole('toolbar')).getAllByRole('button');
    const stops = () => entries.map((entry) => entry.tabIndex);
    expect(stops()).toEqual([0, -1, -1]);
    entries[0]?.focus();
    await fireEvent.keyDown(entries[0] as HTMLElement, { key: 'ArrowRight' });
    expect(document.activeElement).toBe(entries[1]);
    await fireEvent.keyDown(entries[1] as HTMLElement, { key: 'End' });
    expect(document.activeElement).toBe(entries[2]);
    expect(stops()).toEqual([-1, -1, 0]);
    await fireEvent.click(entries[2] as HTMLElement);
    await screen.findByRole('dialog', { name: 'Edit Cables' });
  });

  it('opens a rule that the list does not have yet', async () => {
    const { from } = weekAt(NOW_MS, 0);
    const client = host({
      lanes: [lane({ spans: [{ startsAt: from, endsAt: from + HOUR_MS }] })],
      isPartial: false,
    });
    client.script({ 'maintenance.list': () => ok({ items: [] }) });
    await open(client);
    const entry = within(await screen.findByRole('toolbar')).getByRole('button');
    client.script({ 'maintenance.list': windows });
    await fireEvent.click(entry);
    await screen.findByRole('dialog', { name: 'Edit Cables' });
  });

  it('is fetched again when a rule changes', async () => {
    const client = host({ lanes: [], isPartial: false });
    await open(client);
    await screen.findByText('Nothing mutes this week');
    client.script({
      'muting.calendar': () => ok({ lanes: [lane({ spans: [] })], isPartial: false }),
    });
    client.push({ entity: 'suppression' });
    await screen.findByRole('toolbar', { name: 'Cables' });
  });
});
