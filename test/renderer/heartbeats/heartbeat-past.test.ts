import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { HeartbeatHistory } from '../../../main/contract/heartbeat.ts';
import { ok } from '../../../main/contract/result.ts';
import {
  agedReason,
  barText,
  dayBars,
  pastText,
  shareText,
} from '../../../renderer/heartbeats/heartbeat-past.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { heartbeat, heartbeatDetail, heartbeatEvent } from '../support/routing-samples.ts';
import { NOW_MS, uuid } from '../support/samples.ts';

const DAY_MS = 86_400_000;
const SINCE = Date.parse('2026-01-01T00:00:00Z');

const past = (part: Partial<HeartbeatHistory> = {}): HeartbeatHistory => ({
  id: uuid(801),
  reason: null,
  uptime90d: 0.99996,
  uptime24h: 1,
  downtime: [null, 0, 0.25],
  failures: [0, 0, 2],
  ...part,
});

describe('the past of a heartbeat', () => {
  it('is never better in words than it was', () => {
    expect(shareText(0.99996)).toBe('99.99%');
    expect(shareText(1)).toBe('100%');
  });

  it('is a sentence, and one of each day', () => {
    const bars = dayBars(past(), SINCE);
    expect(bars.map(barText)).toEqual([
      'Jan 1, 2026: nothing expected',
      'Jan 2, 2026: 100% up',
      'Jan 3, 2026: 75% up, 2 failures',
    ]);
    expect(pastText(bars, past())).toBe(
      'Last 90 days: 99.99% up, failures on 1 day, the last on Jan 3, 2026',
    );
    expect(pastText([], past({ uptime90d: 1 }))).toBe('Last 90 days: 100% up, no failures');
    expect(pastText([], past({ uptime90d: null }))).toBe('Last 90 days: no history yet');
  });

  it('says how long it has been silent by now', () => {
    const aged = agedReason(
      { code: 'heartbeat.overdue', params: { periodMs: 1, silentMs: 1_000 } },
      500,
    );
    expect(aged.params).toEqual({ periodMs: 1, silentMs: 1_500 });
  });
});

describe('a row of a heartbeat that is down', () => {
  it('says since when and why, and draws its past, all in one call', async () => {
    const down = heartbeat({ state: 'down', stateSince: NOW_MS - 3_600_000 });
    const reason = {
      code: 'heartbeat.reported',
      params: {
        ...{ isFailure: true, hasStatus: true, exitStatus: 2 },
        ...{ hasLine: true, line: 'disk <b>full</b>' },
      },
    } as const;
    const client = new FakeClient({
      'heartbeats.list': () => ok({ items: [down, heartbeat({ id: uuid(2), name: 'b' })] }),
      'heartbeats.history': () => ok({ at: NOW_MS, since: SINCE, items: [past({ reason })] }),
    });
    openWindow(client, '#/heartbeats');
    const list = await screen.findByRole('list', { name: 'Heartbeats' });
    const [row] = within(list).getAllByRole('listitem');
    await waitFor(() =>
      expect(row?.textContent.replaceAll(/\s+/g, ' ')).toContain(
        'Went down 1 hour ago. Reported failure: exit status 2: disk <b>full</b>',
      ),
    );
    expect(row?.textContent).toContain('99.99% up in 90 days');
    within(list).getByRole('img', { name: /^Last 90 days: 99.99% up, failures on 1 day/ });
    expect(client.inputsOf('heartbeats.history')).toHaveLength(1);
  });
});

describe('the details of a heartbeat', () => {
  it('have tables behind the pictures of days and durations', async () => {
    const day = { at: SINCE, upMs: DAY_MS * 0.75, downMs: DAY_MS * 0.25 };
    const detail = heartbeatDetail({
      days: [
        { at: SINCE - DAY_MS, upMs: 0, downMs: 0, succeeded: 0, warned: 0, failed: 0, late: 0 },
        { ...day, succeeded: 3, warned: 1, failed: 2, late: 0 },
      ],
      timeline: [
        heartbeatEvent({ id: 3, durationMs: 4_000 }),
        heartbeatEvent({ id: 2, type: 'failed', durationMs: 1_000 }),
        heartbeatEvent({ id: 1, durationMs: 2_000 }),
      ],
    });
    const client = new FakeClient({
      'heartbeats.list': () => ok({ items: [heartbeat()] }),
      'heartbeats.get': () => ok(detail),
    });
    openWindow(client, `#/heartbeats/${uuid(801)}`);
    const days = await screen.findByRole('table', { name: 'Uptime and failures by day' });
    const cells = (table: HTMLElement) =>
      within(table)
        .getAllByRole('row')
        .slice(1)
        .map((row) => [...row.children].slice(1).map(({ textContent }) => textContent));
    expect(cells(days)).toEqual([['75%', '3', '1', '2', '0']]);
    const runs = screen.getByRole('table', { name: 'Last pings and their durations' });
    expect(cells(runs)).toEqual([
      ['Succeeded', '2 sec'],
      ['Failed', '1 sec'],
      ['Succeeded', '4 sec'],
    ]);
    screen.getByText('Longest 4 sec');
    screen.getByText('Median 2 sec');
  });
});
