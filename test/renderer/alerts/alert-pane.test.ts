import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../main/contract/alert.ts';
import type { AlertPicture } from '../../../main/contract/alert-picture.ts';
import type { ExplanationReason } from '../../../main/contract/reasons/explanation-reasons.ts';
import { alertEventType, type Explanation } from '../../../main/contract/timeline.ts';
import { messagesFor } from '../../../main/messages/messages.ts';
import { parseMatcher } from '../../../main/contract/matcher.ts';
import { ok } from '../../../main/contract/result.ts';
import { text } from '../../../renderer/messages/text.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { saying } from '../../support/sentences.ts';
import { openWindow } from '../support/open-window.ts';
import {
  NOW_MS,
  alert,
  alertDetail,
  flappingEvidence,
  notification,
  uuid,
} from '../support/samples.ts';

const HOUR_MS = 3_600_000;
const ROUTE = `#/alerts/${uuid(1)}`;

let client: FakeClient;
let shown: ReturnType<typeof alertDetail>;
const show = (part: Parameters<typeof alertDetail>[0]): void => {
  shown = alertDetail(part);
};
const pane = () => screen.findByRole('complementary', { name: 'backup_failed on nas' });
const button = async (name: string): Promise<HTMLElement> =>
  within(await pane()).findByRole('button', { name });

const explanation = (
  id: number,
  channelName: string,
  verdict: Explanation['verdict'],
  reason: ExplanationReason,
): Explanation => ({
  ...{ channelId: uuid(id), channelName, verdict },
  ...{ reason, later: null, sentence: '' },
});

beforeEach(() => {
  shown = alertDetail();
  client = new FakeClient({ 'alerts.get': () => ok(shown) });
});

describe('the pane of an alert', () => {
  it('takes an acknowledgement back', async () => {
    show({ state: 'acknowledged', acknowledgedAt: NOW_MS });
    client.script({ 'alerts.unacknowledge': () => ok(alert()) });
    openWindow(client, ROUTE);
    await fireEvent.click(await button('Unacknowledge'));
    await screen.findByText('Unacknowledged: backup_failed on nas.');
    expect(client.inputsOf('alerts.unacknowledge')).toEqual([{ id: uuid(1) }]);
  });

  it.each<[string, number]>([
    ['1 hour', HOUR_MS],
    ['4 hours', 4 * HOUR_MS],
    ['7 days', 168 * HOUR_MS],
  ])('snoozes for %s', async (name, durationMs) => {
    client.script({ 'alerts.snooze': () => ok(alert({ snoozedUntil: NOW_MS + durationMs })) });
    openWindow(client, ROUTE);
    await fireEvent.click(await button('Snooze…'));
    const dialog = screen.getByRole('dialog', { name: 'Snooze this alert' });
    await fireEvent.click(within(dialog).getByRole('button', { name }));
    await screen.findByText('Snoozed: backup_failed on nas.');
    expect(client.inputsOf('alerts.snooze')).toEqual([{ id: uuid(1), durationMs }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('ends a snooze', async () => {
    show({ snoozedUntil: NOW_MS + HOUR_MS });
    client.script({ 'alerts.unsnooze': () => ok(alert()) });
    openWindow(client, ROUTE);
    await fireEvent.click(await button('Unsnooze'));
    await screen.findByText('Snooze ended: backup_failed on nas.');
    expect(client.inputsOf('alerts.unsnooze')).toEqual([{ id: uuid(1) }]);
  });

  it('begins a silence of alerts like it, also once it has closed', async () => {
    show({ state: 'resolved', closedAt: NOW_MS });
    openWindow(client, ROUTE);
    await fireEvent.click(await button('Silence similar alerts…'));
    await screen.findByRole('dialog', { name: 'New silence' });
    const values = screen
      .getAllByLabelText<HTMLInputElement>(/matcher \d$/)
      .map(({ value }) => parseMatcher(value)?.value);
    expect(values).toEqual(['backup_failed', 'nas']);
    expect(within(await pane()).queryByRole('button', { name: 'Snooze…' })).toBeNull();
  });

  it('says for each channel whether it was notified, and why, by the reader’s clock', async () => {
    const until = NOW_MS - (NOW_MS % 1_000) + HOUR_MS;
    const stamp = new Date(until).toISOString().replace('.000Z', 'Z');
    const event = 'raised';
    const hold = { code: 'hold.quiet_hours', params: { until } } as const;
    const spoken = messagesFor('en', 'en-US').moment(until, NOW_MS).replace(/\s+/g, ' ');
    show({
      explanation: [
        explanation(1, 'Phone', 'notified', saying(`It was sent at ${stamp}.`)),
        {
          ...explanation(2, 'Mail', 'waiting', {
            code: 'waiting.on_hold',
            params: { event, hold },
          }),
          later: { code: 'waiting.queued', params: { event: 'resolved' } },
        },
        explanation(3, 'Log', 'not_notified', { code: 'not_notified.no_route', params: {} }),
      ],
    });
    openWindow(client, ROUTE);
    const heading = await screen.findByRole('heading', { name: 'Who was notified' });
    const items = within(heading.parentElement as HTMLElement).getAllByRole('listitem');
    const words = items.map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim());
    expect(words).toEqual([
      `Notified Phone It was sent at ${spoken}.`,
      `Waiting Mail “Firing” is on hold: Quiet hours until ${spoken}. “Resolved” is queued.`,
      'Not notified Log No route matches.',
    ]);
  });

  it('says an equal reason once for all its channels', async () => {
    const noRoute = { code: 'not_notified.no_route', params: {} } as const;
    show({
      explanation: [
        explanation(1, 'Log', 'not_notified', noRoute),
        explanation(2, 'Phone', 'notified', saying('It was sent.')),
        explanation(3, 'Mail', 'not_notified', noRoute),
      ],
    });
    openWindow(client, ROUTE);
    const heading = await screen.findByRole('heading', { name: 'Who was notified' });
    const list = within(heading.parentElement as HTMLElement);
    expect(list.getAllByText('No route matches.')).toHaveLength(1);
    const group = list.getByText('2 channels').closest('details') as HTMLElement;
    const names = within(group).getAllByRole('listitem', { hidden: true });
    expect(names.map(({ textContent }) => textContent)).toEqual(['Log', 'Mail']);
  });

  it('says why a queued notification waits', async () => {
    const hold = {
      kind: 'maintenance' as const,
      detail: '',
      reason: saying('New disks.'),
      until: null,
    };
    show({ notifications: [notification({ status: 'pending', hold })] });
    openWindow(client, ROUTE);
    expect((await screen.findByTitle('New disks.')).textContent).toContain('Held by maintenance');
  });

  it('shows the evidence of flapping as a picture with words, and every change', async () => {
    show({ flapping: true, flappingEvidence: flappingEvidence() });
    openWindow(client, ROUTE);
    const picture = await screen.findByRole('img', {
      name: /^5 changes in 1 min between firing/,
    });
    expect(picture.getAttribute('aria-label')).toMatch(/now firing$/);
    expect(picture.querySelectorAll('path')).toHaveLength(2);
    const list = screen.getByText('5 changes in 1 min').parentElement as HTMLElement;
    expect(within(list).getAllByRole('listitem', { hidden: true })).toHaveLength(5);
  });

  it('has a label and an icon for every kind of entry in the timeline', async () => {
    const timeline = alertEventType.options.map((type, id) => ({
      id,
      at: NOW_MS,
      type,
      actor: 'belfry',
      detail: '',
      reason: saying(''),
    }));
    show({ timeline });
    openWindow(client, ROUTE);
    const heading = await screen.findByRole('heading', { name: 'Timeline' });
    const entries = within(heading.parentElement as HTMLElement).getAllByRole('listitem');
    expect(entries).toHaveLength(alertEventType.options.length);
    for (const [index, type] of alertEventType.options.entries()) {
      expect(entries[index]?.textContent).toContain(text(`alerts.event.${type}`));
      expect(entries[index]?.querySelector('svg path')?.getAttribute('d')).toBeTruthy();
    }
  });

  it('fetches again when what mutes or routes alerts has changed', async () => {
    const { clock } = openWindow(client, ROUTE);
    await pane();
    const muted: Partial<Alert> = {
      mutedBy: { kind: 'silence', detail: '', reason: saying('Silenced by ann.'), until: null },
    };
    show(muted);
    clock.advance(300);
    client.push({ entity: 'suppression' });
    await waitFor(async () => {
      expect(within(await pane()).getByText('Silenced by ann.')).toBeTruthy();
    });
    const asked = client.inputsOf('alerts.get').length;
    clock.advance(300);
    client.push({ entity: 'routes' });
    expect(client.inputsOf('alerts.get')).toHaveLength(asked + 1);
  });
});

describe('the picture of an alert', () => {
  const ADDRESS = 'https://grafana.lan/a.png';
  const PIXEL =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==';
  const none: AlertPicture = { address: ADDRESS, picture: null, failure: null };
  const kept: AlertPicture = {
    ...none,
    picture: { type: 'image/png', width: 1, height: 1, data: PIXEL },
  };
  const open = (answer: () => AlertPicture, annotations = { imageURL: ADDRESS }) => {
    show({ annotations });
    client.script({ 'alerts.picture': () => ok(answer()) });
    return openWindow(client, ROUTE);
  };

  it('is shown from what is kept', async () => {
    open(() => kept);
    const picture = await screen.findByRole('img', { name: 'Picture of the alert' });
    expect(picture.getAttribute('src')).toBe(`data:image/png;base64,${PIXEL}`);
    expect(client.inputsOf('alerts.picture')).toEqual([{ id: uuid(1) }]);
  });

  it('is a link while only its address is known, and comes with the notification', async () => {
    let answer = none;
    const { clock } = open(() => answer);
    const link = await within(await pane()).findByRole('link', { name: new RegExp(ADDRESS) });
    expect(link.getAttribute('href')).toBe(ADDRESS);
    answer = kept;
    const annotations = { imageURL: ADDRESS };
    show({ annotations });
    clock.advance(300);
    client.push({ entity: 'alert', id: uuid(1), value: alert() });
    await screen.findByRole('img', { name: 'Picture of the alert' });
    show({ annotations, message: 'Still failing' });
    clock.advance(300);
    client.push({ entity: 'alert', id: uuid(1), value: alert() });
    await screen.findByText('Still failing');
    expect(client.inputsOf('alerts.picture')).toHaveLength(2);
  });

  it('says why it was not fetched', async () => {
    open(() => ({ ...none, failure: 'too_large' }));
    await screen.findByText(/^Not fetched: the picture is larger than/);
    expect(screen.queryByRole('img', { name: 'Picture of the alert' })).toBeNull();
  });

  it('is not asked for without its annotation', async () => {
    show({ annotations: { runbook: ADDRESS } });
    openWindow(client, ROUTE);
    await pane();
    expect(client.inputsOf('alerts.picture')).toEqual([]);
  });
});
