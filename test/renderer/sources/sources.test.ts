import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { defined } from '../../../main/base/assert.ts';
import { ok } from '../../../main/contract/result.ts';
import { SENDER_IDS, senderOf } from '../../../main/contract/senders/senders.ts';
import type { Token } from '../../../main/contract/system.ts';
import { SENDER_ICONS } from '../../../renderer/sources/sender-icons.ts';
import { hueOf, initialsOf } from '../../../renderer/sources/source-marks.ts';
import { newestTokenOf, tokenFor } from '../../../renderer/sources/source-tokens.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { alert, alertChange, NOW_MS, token, uuid, status } from '../support/samples.ts';

const page = (...items: ReturnType<typeof alert>[]) =>
  ok({ items, nextCursor: null, total: items.length, totalIsAtLeast: false });

describe('the token of a sender', () => {
  it('has a name and a source that no other has', () => {
    const others = [
      token({ name: 'Uptime Kuma', source: null }),
      token({ name: 'kuma', source: 'uptime-kuma' }),
    ];
    expect(tokenFor('uptime_kuma', [])).toEqual({
      name: 'Uptime Kuma',
      scope: 'ingest',
      source: 'uptime-kuma',
    });
    expect(tokenFor('uptime_kuma', others)).toMatchObject({
      name: 'Uptime Kuma 2',
      source: 'uptime-kuma-2',
    });
  });

  it('is the newest of those with its source', () => {
    const [older, newer, other] = [
      token({ id: uuid(1), source: 'nut', createdAt: 1 }),
      token({ id: uuid(2), source: 'nut-2', createdAt: 2 }),
      token({ id: uuid(3), source: 'nutty', createdAt: 3 }),
    ];
    expect(newestTokenOf('nut', [older, newer, other])).toBe(newer);
    expect(newestTokenOf('zed', [older])).toBeUndefined();
  });
});

it('every sender has its mark', () => {
  for (const { name } of SENDER_IDS.map(senderOf)) {
    expect(initialsOf(name), name).toMatch(/^[\p{L}\p{N}]{1,2}$/u);
    expect(hueOf(name)).toBeLessThan(360);
  }
  expect(initialsOf('Uptime Kuma')).toBe('UK');
  expect(initialsOf('smartd')).toBe('sm');
});

it('no drawn mark has a licence that asks for more than its text', () => {
  const icons = Object.values(SENDER_ICONS);
  expect(icons.length).toBeGreaterThan(15);
  expect(icons.filter(({ license }) => license !== undefined)).toEqual([]);
});

describe('the sources', () => {
  it('are tiles by group, of which a search leaves some', async () => {
    const { clock } = openWindow(new FakeClient(), '#/sources');
    await screen.findByRole('heading', { name: 'Monitoring' });
    const main = within(screen.getByRole('main'));
    expect(main.getAllByRole('listitem')).toHaveLength(SENDER_IDS.length);
    const tile = main.getByRole('link', { name: 'Prometheus' });
    expect(tile.querySelector('[aria-hidden] svg path')?.getAttribute('d')).toMatch(/^M/);
    const initials = main.getByRole('link', { name: 'smartd' });
    expect(initials.querySelector('[aria-hidden]')?.textContent.trim()).toBe('sm');
    const search = screen.getByRole('searchbox', { name: 'Search sources' });
    await fireEvent.input(search, { target: { value: 'kuma' } });
    clock.advance(200);
    await waitFor(() => expect(main.getAllByRole('listitem')).toHaveLength(1));
    await fireEvent.input(search, { target: { value: 'no such thing' } });
    clock.advance(200);
    await screen.findByText('Nothing matches no such thing.');
  });

  it.each([
    ['http://127.0.0.1:8377', /^Other machines cannot reach 127\.0\.0\.1\. .*--host 0\.0\.0\.0/],
    ['http://belfry.lan:8377', /^On another machine, replace belfry\.lan with/],
  ])('say what other machines need where Belfry is at %s', async (url, words) => {
    const client = new FakeClient({ 'system.status': () => ok(status({ host: 'desktop', url })) });
    openWindow(client, '#/sources/prometheus');
    await screen.findByText(
      (_, element) => element?.tagName === 'P' && words.test(element.textContent.trim()),
    );
  });

  it('make a token, fill it in, and show what arrives by it alone', async () => {
    const tokens: Token[] = [];
    let arrived: ReturnType<typeof alert>[] = [];
    const client = new FakeClient({
      'tokens.list': () => ok({ items: [...tokens] }),
      'tokens.create': () => {
        tokens.push(token({ source: 'uptime-kuma', createdAt: NOW_MS, lastUsedAt: null }));
        return ok({ id: uuid(301), token: 'bf_s3cret' });
      },
      'alerts.list': () => page(...arrived),
    });
    const { clock } = openWindow(client, '#/sources/uptime_kuma');
    await screen.findByText('{ "Authorization": "Bearer bf_your-token" }');
    await fireEvent.click(screen.getByRole('button', { name: 'Make a token' }));
    await screen.findByText('{ "Authorization": "Bearer bf_s3cret" }');
    await screen.findByText('Waiting for the first message…');
    expect(client.inputsOf('tokens.create')).toEqual([
      { name: 'Uptime Kuma', scope: 'ingest', source: 'uptime-kuma' },
    ]);
    arrived = [alert({ source: 'uptime-kuma', kind: 'monitor_down', lastSeenAt: NOW_MS + 1 })];
    for (const each of arrived) client.push(alertChange(each));
    clock.advance(1_000);
    const link = await screen.findByRole('link', { name: /^Received: / });
    expect(link.getAttribute('href')).toBe(`#/alerts/${arrived[0]?.id ?? ''}`);
  });

  it('ask before they leave a token that was neither copied nor used', async () => {
    const client = new FakeClient({
      'tokens.list': () =>
        ok({
          items: [token({ id: uuid(301), source: 'curl', createdAt: NOW_MS, lastUsedAt: null })],
        }),
      'tokens.create': () => ok({ id: uuid(301), token: 'bf_s3cret' }),
      'alerts.list': () => page(),
    });
    const { services } = openWindow(client, '#/sources/curl');
    const leave = async (): Promise<HTMLElement> => {
      await fireEvent.click(screen.getByRole('link', { name: 'All sources' }));
      return screen.findByRole('dialog', { name: 'Leave without the token?' });
    };
    await fireEvent.click(await screen.findByRole('button', { name: 'Make another token' }));
    const lines = await screen.findByText(/bf_s3cret/);
    const question = await leave();
    await fireEvent.click(within(question).getByRole('button', { name: 'Stay' }));
    expect(location.hash).toBe('#/sources/curl');
    expect(services.unsaved.wouldLose(null)).toBe('token');

    // Copied from a selection, first without the token.
    const [before, after] = (lines.textContent ?? '').split('bf_s3cret');
    const select = (from: number, to: number): void => {
      const range = document.createRange();
      const [node] = lines.childNodes;
      range.setStart(defined(node, 'the text'), from);
      range.setEnd(defined(node, 'the text'), to);
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range);
    };
    select(0, before?.length ?? 0);
    await fireEvent.copy(lines);
    expect(services.unsaved.wouldLose(null)).toBe('token');
    select(0, (lines.textContent ?? '').length - (after?.length ?? 0));
    await fireEvent.copy(lines);
    expect(services.unsaved.wouldLose(null)).toBeNull();
  });

  it.each([
    ['was used', NOW_MS, false],
    ['brought an alert, though its use is not stored yet', null, true],
  ])('let a token go without a question once it %s', async (_how, usedAt, hasArrived) => {
    let lastUsedAt: number | null = null;
    let arrived: ReturnType<typeof alert>[] = [];
    const client = new FakeClient({
      'tokens.list': () =>
        ok({ items: [token({ id: uuid(301), source: 'curl', createdAt: NOW_MS, lastUsedAt })] }),
      'tokens.create': () => ok({ id: uuid(301), token: 'bf_s3cret' }),
      'alerts.list': () => page(...arrived),
    });
    const { clock, services } = openWindow(client, '#/sources/curl');
    await fireEvent.click(await screen.findByRole('button', { name: 'Make another token' }));
    await waitFor(() => expect(services.unsaved.wouldLose(null)).toBe('token'));
    lastUsedAt = usedAt;
    if (hasArrived) arrived = [alert({ source: 'curl', lastSeenAt: NOW_MS + 1 })];
    client.push({ entity: 'tokens' });
    clock.advance(1_000);
    await waitFor(() => expect(services.unsaved.wouldLose(null)).toBeNull());
  });

  it('say that there is a token already, and offer another', async () => {
    const known = token({ name: 'Prometheus', source: 'prometheus', createdAt: NOW_MS - 60_000 });
    const client = new FakeClient({
      'tokens.list': () => ok({ items: [known] }),
      'alerts.list': () => page(),
    });
    openWindow(client, '#/sources/prometheus');
    await screen.findByText(/^“Prometheus” was made .*put your copy of it into the lines below/);
    screen.getByRole('button', { name: 'Make another token' });
    expect(screen.queryByRole('button', { name: 'Make a token' })).toBeNull();
  });

  it('do not take an older alert of the source for what arrived', async () => {
    const client = new FakeClient({
      'tokens.list': () =>
        ok({ items: [token({ source: 'zed', createdAt: NOW_MS, lastUsedAt: null })] }),
      'alerts.list': () => page(alert({ source: 'zed', lastSeenAt: NOW_MS - 1 })),
    });
    openWindow(client, '#/sources/zed');
    await screen.findByText('Waiting for the first message…');
    await screen.findByRole('link', { name: 'Mail settings' });
  });

  it.each([
    ['touches an older open alert', { lastSeenAt: NOW_MS + 1 }, null],
    [
      'resolves an older alert',
      { state: 'resolved', lastSeenAt: NOW_MS - 60_000, closedAt: NOW_MS + 1 },
      NOW_MS + 1,
    ],
  ] as const)('take a first report that only %s for what arrived', async (_what, part, usedAt) => {
    // An earlier token had this source as well; its newest alert is not the one that is reported.
    const newest = alert({ id: uuid(9), source: 'zed', lastSeenAt: NOW_MS - 1 });
    const before = alert({ id: uuid(7), source: 'zed', lastSeenAt: NOW_MS - 60_000 });
    const other = alert({ id: uuid(6), source: 'zed', lastSeenAt: NOW_MS - 70_000 });
    let older = before;
    let lastUsedAt: number | null = null;
    const client = new FakeClient({
      'tokens.list': () => ok({ items: [token({ source: 'zed', createdAt: NOW_MS, lastUsedAt })] }),
      'alerts.list': (input) =>
        page(...[newest, older, other].slice(0, (input as { limit: number }).limit)),
    });
    const { clock } = openWindow(client, '#/sources/zed');
    await screen.findByText('Waiting for the first message…');
    older = { ...before, ...part };
    lastUsedAt = usedAt;
    client.push(alertChange(older));
    clock.advance(1_000);
    const link = await screen.findByRole('link', { name: /^Received: / });
    expect(link.getAttribute('href')).toBe(`#/alerts/${older.id}`);
    expect(screen.queryByText('Waiting for the first message…')).toBeNull();
  });

  it('do not take an alert that a person resolved for what arrived', async () => {
    const resolved = alert({
      source: 'zed',
      state: 'resolved',
      lastSeenAt: NOW_MS - 1,
      closedAt: NOW_MS + 1,
    });
    const client = new FakeClient({
      'tokens.list': () =>
        ok({ items: [token({ source: 'zed', createdAt: NOW_MS, lastUsedAt: null })] }),
      'alerts.list': () => page(resolved),
    });
    openWindow(client, '#/sources/zed');
    await screen.findByText('Waiting for the first message…');
  });

  it('say that a token was used without an alert', async () => {
    let lastUsedAt: number | null = null;
    const client = new FakeClient({
      'tokens.list': () => ok({ items: [token({ source: 'curl', createdAt: 1, lastUsedAt })] }),
      'alerts.list': () => page(),
    });
    const { clock } = openWindow(client, '#/sources/curl');
    await screen.findByText('Waiting for the first message…');
    lastUsedAt = NOW_MS;
    client.push({ entity: 'tokens' });
    clock.advance(1_000);
    await screen.findByText(/no alert came of it/);
    await screen.findByRole('link', { name: 'Show rejected input' });
  });

  it('take a ping for what arrived from a sender that pings', async () => {
    const used = token({ source: 'restic', createdAt: 1, lastUsedAt: NOW_MS });
    const client = new FakeClient({
      'tokens.list': () => ok({ items: [used] }),
      'alerts.list': () => page(),
    });
    openWindow(client, '#/sources/restic');
    await screen.findByRole('link', { name: 'The first ping has arrived.' });
  });

  it('show all of them for a sender that there is not', async () => {
    openWindow(new FakeClient(), '#/sources/nothing');
    await screen.findByRole('heading', { name: 'Sources' });
  });
});
