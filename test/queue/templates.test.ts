import { describe, expect, test } from 'vitest';
import type { ChannelTemplates } from '../../main/contract/channel-template.ts';
import { notificationEvent } from '../../main/contract/notification.ts';
import { NO_LINKS, type Delivery } from '../../main/channels/channel-adapter.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { testSnapshot } from '../../main/queue/delivery.ts';
import { SmtpFake } from '../channels/smtp-fake.ts';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';

const TEMPLATES: ChannelTemplates = {
  default: { title: '{{ severityText }} @ {{ alert.host }}' },
  raised: { body: '{{ alert.kind }}: {{ alert.message }}\nfor {{ channel.name }}' },
  resolved: { title: 'Over: {{ alert.kind }}' },
};

const bodyOf = (receiver: HttpReceiver, index: number): Record<string, unknown> =>
  JSON.parse(receiver.received[index]?.body ?? '{}') as Record<string, unknown>;

describe('templates of a channel', () => {
  test('make the text of each event that has one, of the default or of its own', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url, EXACT, { name: 'hook', templates: TEMPLATES });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('sent');
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.statusesBecome('sent', 'sent');
    const { host, kind, message } = firing();
    const [raised, over] = receiver.webhooks().map(({ data }) => data.text);
    expect(raised).toBe(`Warning @ ${host}\n${kind}: ${message}\nfor hook`);
    expect(over).toMatch(new RegExp(`^Over: ${kind}\n${message}\nStarted .*, lasted `));
    expect(fixture.detail(0).attempts).toMatchObject([{ outcome: 'sent', templateProblem: null }]);
  });

  test('reach ntfy, Slack and mail as their own titles and bodies', async () => {
    await using ntfy = await HttpReceiver.start();
    ntfy.respond = status(200, { 'content-type': 'application/json' }, '{"id":"x"}');
    await using slack = await HttpReceiver.start();
    slack.respond = status(200, {}, 'ok');
    await using mail = await SmtpFake.start();
    await using fixture = await CoreFixture.start();
    const templates = {
      default: { title: 'T <b>{{ alert.host }}', body: 'B *{{ alert.message }}*' },
    };
    const over = (kind: string, config: object) =>
      ({ kind, config, name: kind, templates }) as never;
    const message = '<!channel> & <b>';
    await fixture.addChannel('', EXACT, over('ntfy', { server: ntfy.url, topic: 'lab' }));
    await fixture.addChannel('', EXACT, over('slack', { url: `${slack.url}/services/x` }));
    const { port } = mail;
    const smtp = {
      host: '127.0.0.1',
      port,
      security: 'none',
      from: 'belfry@example.org',
      to: 'you@example.org',
    };
    await fixture.addChannel('', EXACT, over('smtp', smtp));
    await fixture.core.alerts.ingest([firing({ message })]);
    await fixture.statusesBecome('sent', 'sent', 'sent');
    const { host } = firing();
    expect(bodyOf(ntfy, 0)).toMatchObject({ title: `T <b>${host}`, message: `B *${message}*` });
    expect(bodyOf(slack, 0)).toMatchObject({
      text: `T &lt;b&gt;${host}`,
      blocks: [{ type: 'header', text: { type: 'plain_text', text: `T <b>${host}` } }],
      attachments: [{ blocks: [{ text: { type: 'plain_text', text: `B *${message}*` } }] }],
    });
    const [received = ''] = mail.received;
    expect(received).toContain(`Subject: T <b>${host}`);
    expect(received).toContain(`B *${message}*`);
    expect(received).toContain(`<strong>T &lt;b&gt;${host}</strong>`);
    expect(received).toContain('B *&lt;!channel&gt; &amp; &lt;b&gt;*');
  });

  test('leave groups alone', async () => {
    await using fixture = await CoreFixture.start();
    const templates = { default: { title: 'mine', body: 'mine' } };
    const { templates: service } = fixture.core.channels;
    const alert = testSnapshot('01890000-0000-7000-8000-000000000009', 0);
    const members = [1, 2].map(() => ({ event: 'raised' as const, alert, overtakenBy: null }));
    const delivery: Delivery = {
      ...{ notificationId: alert.id, event: 'raised', attempt: 1, alert, overtakenBy: null },
      ...{ createdAt: 0, thread: null, links: NO_LINKS, messages: messagesFor('en') },
      ...{ knownAs: alert.id, templated: null, loudness: 0, wasLouder: false },
      bundle: { kind: 'group', members, knownAs: [alert.id] },
    };
    expect(await service.text({ name: 'x', templates }, delivery)).toEqual({
      text: null,
      problem: null,
    });
    for (const event of notificationEvent.options) {
      const alone = await service.text(
        { name: 'x', templates },
        { ...delivery, event, bundle: null },
      );
      expect(alone.text, event).toEqual({ title: 'mine', body: 'mine' });
    }
  });

  test('keep the line that says that a notification is late', async () => {
    await using receiver = await HttpReceiver.start();
    receiver.respond = status(400);
    await using fixture = await CoreFixture.start();
    const templates = { default: { body: 'mine' } };
    await fixture.addChannel(receiver.url, EXACT, { templates });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('dead');
    receiver.respond = status(204);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.statusesBecome('dead', 'sent');
    await fixture.core.notifications.requeue(fixture.ids()[0] ?? '', 'ann');
    await receiver.count(3);
    expect(receiver.webhooks()[2]?.data.text).toMatch(
      /\nmine\nThis notification is late\. The alert has since been resolved\.$/,
    );
  });
});

describe('a template that fails', () => {
  const templates: ChannelTemplates = {
    default: { title: '{{ alert.labels.team }}', body: 'mine' },
  };
  const problem = { part: 'title', reason: { code: 'template.no_title', params: {} } } as const;

  test('leaves the standard text, which the attempt and the channel say', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const plain = await fixture.addChannel(receiver.url);
    await fixture.core.alerts.ingest([firing({ dedupKey: 'plain' })]);
    await fixture.statusesBecome('sent');
    await fixture.core.channels.collection.update({ id: plain, enabled: false }, 'test');
    const id = await fixture.addChannel(receiver.url, EXACT, { name: 'mine', templates });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('sent', 'sent');

    const [standard, failed] = receiver.webhooks().map(({ data }) => data.text);
    expect(failed).toBe(standard);
    expect(fixture.detail(1).attempts).toMatchObject([
      { outcome: 'sent', templateProblem: problem },
    ]);
    const failure = { event: 'raised', at: fixture.clock.now(), ...problem };
    expect(fixture.channel(id).templateFailure).toEqual(failure);
    await fixture.restart();
    expect(fixture.core.channels.collection.get(id)).toMatchObject({
      ok: true,
      value: { templates, templateFailure: failure },
    });

    const { channels } = fixture.core;
    await channels.update({ id, name: 'renamed', templates }, 'test');
    expect(fixture.channel(id).templateFailure).toEqual(failure);
    const better = { default: { title: '{{ alert.host }}' } };
    await channels.update({ id, templates: better }, 'test');
    expect(fixture.channel(id)).toMatchObject({ templates: better, templateFailure: null });
    await channels.update({ id, templates: {} }, 'test');
    expect(fixture.channel(id).templates).toEqual({});
  });

  test('that Belfry could save once is said, too', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await fixture.addChannel(receiver.url);
    const old: ChannelTemplates = { raised: { body: '{{ alert.gone }}' } };
    fixture.core.tables.channels.put({ ...fixture.channel(id), templates: old });
    await fixture.restart();
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('sent');
    expect(fixture.detail(0).attempts[0]?.templateProblem).toEqual({
      part: 'body',
      reason: { code: 'template.variable', params: { line: 1, name: 'alert.gone' } },
    });
    expect(receiver.webhooks()[0]?.data.text).toContain(firing().message);
  });

  test('is refused when it is saved, with each field and line', async () => {
    await using fixture = await CoreFixture.start();
    const wrong = { default: { title: '{{ x }}' }, raised: { body: 'a\n{{ title | nope }}' } };
    const { channels } = fixture.core;
    const input = {
      kind: 'desktop',
      name: 'a',
      config: {},
      enabled: true,
      templates: wrong,
    } as const;
    const refused = await channels.create(input, 'test');
    const issues = [
      {
        field: 'templates.default.title',
        problem: expect.stringContaining('line 1: there is no variable x') as string,
      },
      {
        field: 'templates.raised.body',
        problem: expect.stringContaining('line 2: there is no filter nope') as string,
      },
    ];
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', details: issues },
    });
    const id = await fixture.addDesktop();
    expect(await channels.update({ id, templates: wrong }, 'test')).toMatchObject({ ok: false });
    expect(fixture.channel(id).templates).toEqual({});
  });
});
