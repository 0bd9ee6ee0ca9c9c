import { describe, expect, test } from 'vitest';
import {
  templatePreview,
  templatePreviewInput,
  type TemplatePreviewInput,
} from '../../main/contract/channel-template.ts';
import { notificationEvent } from '../../main/contract/notification.ts';
import type { z } from 'zod';
import { TemplatePreviews } from '../../main/queue/template-previews.ts';
import { CoreFixture, firing } from '../support/core-fixture.ts';

const SNOOZE = `https://belfry.lan/act/${'s'.repeat(100)}`;

const previewsOf = ({ core, clock }: CoreFixture): TemplatePreviews =>
  new TemplatePreviews({
    ...core,
    clock,
    links: {
      windowLink: (id) => `https://belfry.lan/#/alerts/${id}`,
      of: ({ event }) => ({
        window: 'https://belfry.lan/#/alerts/1',
        actions: event === 'raised' ? [{ name: 'snooze', url: SNOOZE }] : [],
      }),
    },
  });

async function previewed(
  fixture: CoreFixture,
  input: Partial<z.input<typeof templatePreviewInput>> = {},
) {
  const asked: TemplatePreviewInput = templatePreviewInput.parse(input);
  const made = await previewsOf(fixture).preview(asked);
  if (!made.ok) throw new Error(made.error.code);
  return templatePreview.parse(made.value);
}

describe('a preview of templates', () => {
  const template = { title: '{{ alert.host }}!', body: 'for {{ channel.name }}' };

  test('has the sample while there is no alert', async () => {
    await using fixture = await CoreFixture.start();
    const made = await previewed(fixture, { template, name: 'Phone' });
    expect(made).toMatchObject({
      title: 'nas.lan!',
      body: 'for Phone',
      problems: [],
      alertId: null,
    });
    expect(made.values).toMatchObject({
      'alert.host': 'nas.lan',
      'alert.labels': 'job=node, disk=sda',
    });
  });

  test('has the newest alert, or the one that is asked for', async () => {
    await using fixture = await CoreFixture.start();
    await fixture.core.alerts.ingest([firing({ host: 'old' })]);
    const old = fixture.newest().alert.id;
    await fixture.pass(1_000);
    await fixture.core.alerts.ingest([firing({ host: 'new', dedupKey: 'b' })]);
    expect(await previewed(fixture, { template })).toMatchObject({ title: 'new!' });
    const asked = await previewed(fixture, { template, alertId: old });
    expect(asked).toMatchObject({ title: 'old!', alertId: old });
    expect(asked.values['link']).toBe(`https://belfry.lan/#/alerts/${old}`);
    const gone = templatePreviewInput.parse({ alertId: '01890000-0000-7000-8000-00000000dead' });
    expect(await previewsOf(fixture).preview(gone)).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
  });

  test('says what is wrong with each part, and shows the standard text', async () => {
    await using fixture = await CoreFixture.start();
    const wrong = { title: '{{ x }}', body: '\n{{ title | nope }}' };
    const standard = await previewed(fixture);
    const made = await previewed(fixture, { template: wrong });
    expect(made).toMatchObject({ title: standard.title, body: standard.body });
    expect(made.problems).toMatchObject([
      { part: 'title', reason: { code: 'template.variable', params: { line: 1 } } },
      { part: 'body', reason: { code: 'template.filter', params: { line: 2 } } },
    ]);
  });

  test.each(notificationEvent.options)(
    'is of the moment of %s, in the language of the channel',
    async (event) => {
      await using fixture = await CoreFixture.start();
      await fixture.core.alerts.ingest([firing()]);
      const body = '{{ event }} {{ alert.state }} {{ stateText }}';
      const made = await previewed(fixture, { event, language: 'de', template: { body } });
      const words: Record<string, string> = {
        resolved: 'resolved Behoben',
        acknowledged: 'acknowledged Bestätigt',
      };
      expect(made.body).toBe(`${event} ${words[event] ?? 'open Offen'}`);
      expect(made.values['alert.closedAt'] === '').toBe(event !== 'resolved');
    },
  );

  test.each([
    ['discord', 4_096],
    ['telegram', 4_096],
    ['pushover', 1_024],
    ['ntfy', 4_096],
    ['mqtt', 8_192],
    ['desktop', 1_000],
  ] as const)('is cut as %s cuts it, and says so', async (kind, bodyMax) => {
    await using fixture = await CoreFixture.start();
    await fixture.core.alerts.ingest([firing({ message: 'x'.repeat(9_000) })]);
    const template = { title: 'short', body: '{{ alert.message }}' };
    const whole = await previewed(fixture, { template });
    expect(whole).toMatchObject({ body: 'x'.repeat(9_000), cut: [] });
    const made = await previewed(fixture, { kind, template });
    expect(made).toMatchObject({ title: 'short', cut: ['body'] });
    expect(made.body).toMatch(/^x+…( \(cut\))?$/);
    expect(made.body.length).toBeLessThanOrEqual(bodyMax);
    expect(made.body.length).toBeGreaterThan(bodyMax * 0.9);
    const short = { title: 'short', body: 'a\n*b*' };
    const fits = await previewed(fixture, { kind, template: short });
    expect(fits).toMatchObject({ ...short, cut: [] });
  });

  test('leaves room for the links of the message, which it does not show', async () => {
    await using fixture = await CoreFixture.start();
    await fixture.core.alerts.ingest([firing({ message: 'x'.repeat(9_000), url: null })]);
    const template = { title: 't'.repeat(200), body: '{{ alert.message }}' };
    const asks = await previewed(fixture, { kind: 'discord', event: 'raised', template });
    const tells = await previewed(fixture, { kind: 'discord', event: 'resolved', template });
    expect(tells.body.length - asks.body.length).toBeGreaterThan(SNOOZE.length);
    expect(JSON.stringify(asks)).not.toContain(SNOOZE);
  });

  test('says which part of it is cut', async () => {
    await using fixture = await CoreFixture.start();
    const template = { title: 't'.repeat(400) };
    const made = await previewed(fixture, { kind: 'pushover', template });
    expect(made.cut).toEqual(['title']);
    expect(made.title).toHaveLength(250);
    const webhook = await previewed(fixture, { kind: 'webhook', template });
    expect(webhook).toMatchObject({ ...template, cut: [] });
  });

  test('cuts long values, and shows no control characters', async () => {
    await using fixture = await CoreFixture.start();
    const message = `\u202e${'x'.repeat(5_000)}`;
    await fixture.core.alerts.ingest([firing({ message })]);
    const made = await previewed(fixture, { template: { title: '{{ alert.message }}' } });
    expect(made.title).not.toContain('\u202e');
    expect(made.values['alert.message']).toHaveLength(200);
  });
});
