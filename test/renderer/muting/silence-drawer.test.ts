import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Alert } from '../../../main/contract/alert.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { searchTerms } from '../../../main/contract/search.ts';
import { compileMatchers } from '../../../main/domain/matching.ts';
import { formatMatcher } from '../../../main/contract/matcher.ts';
import { untilMondayMs } from '../../../renderer/time/calendar-ends.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { silence } from '../support/routing-samples.ts';
import { alert, alertChange, uuid } from '../support/samples.ts';

/** Answers searches of matchers as the host does. */
function host(all: Alert[]): FakeClient {
  return new FakeClient({
    'alerts.list': ({ q = '' }) => {
      const compiled = compileMatchers(searchTerms(q)?.matchers.map(formatMatcher) ?? []);
      const items = compiled.ok ? all.filter(compiled.matches) : [];
      return ok({ items, nextCursor: null, total: items.length });
    },
    'silences.list': () => ok({ items: [] }),
    'silences.create': () => ok(silence()),
  });
}

const three = ['a', 'b', 'c'].map((name, index) => alert({ id: uuid(9 - index), host: name }));
const dialog = (): Promise<HTMLElement> => screen.findByRole('dialog', { name: 'New silence' });
const matcher = (number: number): HTMLInputElement =>
  screen.getByLabelText(`Matching alerts, matcher ${number}`);

async function silenceSelected(...hosts: string[]): Promise<HTMLElement> {
  for (const name of hosts) {
    await fireEvent.click(await screen.findByRole('checkbox', { name: new RegExp(`on ${name}$`) }));
  }
  const bar = screen.getByRole('group', { name: 'Selected alerts' });
  await fireEvent.click(within(bar).getByRole('button', { name: 'Silence…' }));
  return dialog();
}

afterEach(() => vi.unstubAllEnvs());

describe('a silence of selected alerts', () => {
  it('lists live what it covers, and says how that differs from the selection', async () => {
    const all = [...three];
    const client = host(all);
    const { clock } = openWindow(client, '#/alerts');
    const sheet = await silenceSelected('a', 'b');
    expect(matcher(2).value).toBe('host=~"a|b"');
    await within(sheet).findByText('Covers 2 alerts now.');
    expect(sheet.textContent).not.toContain('selected');

    await fireEvent.input(matcher(2), { target: { value: 'host=~"a|c"' } });
    clock.advance(250);
    await within(sheet).findByText('1 of them was not selected.', { exact: false });
    expect(sheet.textContent).toContain('1 selected alert is not covered.');
    expect(within(sheet).getAllByText('Not selected')).toHaveLength(1);

    all.push(alert({ id: uuid(20), host: 'c', kind: 'backup_failed', dedupKey: 'two' }));
    client.push(alertChange(alert({ id: uuid(20), host: 'c' })));
    clock.advance(250);
    await within(sheet).findByText('Covers 3 alerts now.');
  });

  it('asks nothing of matchers that cannot be read, and says why there is no list', async () => {
    const client = host(three);
    const { clock } = openWindow(client, '#/alerts');
    const sheet = await silenceSelected('a');
    await within(sheet).findByText('Covers 1 alert now.');
    const asked = client.inputsOf('alerts.list').length;
    await fireEvent.input(matcher(1), { target: { value: 'kind' } });
    await within(sheet).findByText('Enter matchers to see the alerts they cover.');
    await fireEvent.input(matcher(1), { target: { value: `kind=~"${'x|'.repeat(500)}"` } });
    await within(sheet).findByText(/too long for a preview/);
    clock.advance(1_000);
    expect(client.inputsOf('alerts.list')).toHaveLength(asked);
    client.script({ 'alerts.list': () => fail('invalid_input', 'x( is no expression') });
    await fireEvent.input(matcher(1), { target: { value: 'kind=~"x("' } });
    clock.advance(250);
    await within(sheet).findByText('x( is no expression');
  });

  it('is narrowed by what the alerts share besides, and clears the selection once saved', async () => {
    const client = host(three);
    openWindow(client, '#/alerts');
    const sheet = await silenceSelected('a', 'b');
    within(sheet).getByRole('group', { name: /^Also shared\./ });
    await fireEvent.click(within(sheet).getByRole('button', { name: 'severity="critical"' }));
    expect(matcher(3).value).toBe('severity="critical"');
    await fireEvent.click(within(sheet).getByRole('button', { name: 'Silence' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(client.inputsOf('silences.create')).toMatchObject([
      { matchers: ['kind="backup_failed"', 'host=~"a|b"', 'severity="critical"'] },
    ]);
    expect(screen.queryByRole('group', { name: 'Selected alerts' })).toBeNull();
  });

  it('of one alert says what else that alert has', async () => {
    openWindow(host(three), '#/alerts');
    const sheet = await silenceSelected('a');
    within(sheet).getByRole('group', { name: /^The alert also has these\./ });
  });

  it('lasts until Monday morning', async () => {
    const client = host(three);
    const { clock } = openWindow(client, '#/alerts');
    const sheet = await silenceSelected('a');
    await fireEvent.click(within(sheet).getByLabelText(/^Until Monday, 8:00/));
    await within(sheet).findByText(/^Ends: /);
    await fireEvent.click(within(sheet).getByRole('button', { name: 'Silence' }));
    await waitFor(() => expect(client.inputsOf('silences.create')).toHaveLength(1));
    const now = clock.now();
    expect(client.inputsOf('silences.create')).toMatchObject([
      { endsAt: now + untilMondayMs(now) },
    ]);
  });
});

describe('untilMondayMs', () => {
  it.each([
    ['on a Friday', [2026, 10, 27, 20, 0], 60],
    ['on a Sunday', [2026, 10, 29, 20, 0], 12],
    ['on a Monday, a week on', [2026, 10, 30, 7, 0], 169],
    ['over the night in which clocks change', [2026, 2, 28, 8, 0], 47],
  ] as const)('counts the hours %s', (_when, [year, month, day, hour, minute], hours) => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    const now = new Date(year, month, day, hour, minute);
    expect(untilMondayMs(now.getTime()) / 3_600_000).toBe(hours);
  });
});
