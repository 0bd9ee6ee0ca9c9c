import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { channelPatch, type Channel } from '../../../main/contract/channel.ts';
import {
  templatePreviewInput,
  type TemplatePreview,
} from '../../../main/contract/channel-template.ts';
import { fail, ok, type Result } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { pick } from '../support/row-menu.ts';
import { alert, channel, uuid } from '../support/samples.ts';

const made = (part: Partial<TemplatePreview> = {}): TemplatePreview => ({
  title: 'disk_full on nas',
  body: '<b>No space</b>',
  cut: [],
  problems: [],
  alertId: uuid(1),
  values: { 'alert.host': 'nas' },
  ...part,
});

type Answer = Result<TemplatePreview> | Promise<Result<TemplatePreview>>;

const field = (label: string): HTMLInputElement => screen.getByLabelText(label);
const type = (label: string, value: string): Promise<boolean> =>
  fireEvent.input(field(label), { target: { value } });
const region = (): HTMLElement => screen.getByRole('region', { name: 'Preview' });
const shown = (): string => region().textContent.trim();

const fold = async (): Promise<HTMLDetailsElement> => {
  const summary = await screen.findByText('Templates: title and body of messages');
  const details = summary.closest('details');
  if (!details) throw new Error('The templates are not folded');
  return details;
};

async function open(part: Partial<Channel> = {}, script: () => Answer = () => ok(made())) {
  const client = new FakeClient({
    'channels.list': () => ok({ items: [channel(part)] }),
    'channels.update': () => ok(channel(part)),
    'channels.previewTemplate': script,
    'alerts.list': () =>
      ok({ items: [alert()], nextCursor: null, total: 1, totalIsAtLeast: false }),
  });
  const { clock } = openWindow(client, '#/channels');
  await pick('Edit');
  return { client, clock };
}

async function unfolded(part: Partial<Channel> = {}, script?: () => Answer) {
  const opened = await open(part, script);
  await fireEvent.click(await screen.findByText('Templates: title and body of messages'));
  await screen.findByRole('region', { name: 'Preview' });
  return opened;
}

describe('the templates of a channel', () => {
  it('are sent with the others of their event, and an empty one stands for none', async () => {
    const templates = { default: { title: 'a', body: 'b' } };
    const { client } = await unfolded({ templates });
    await type('Title template', '');
    await fireEvent.change(field('Event'), { target: { value: 'resolved' } });
    expect(field('Body template').value).toBe('');
    await type('Body template', '{{ alert.host }}');
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('Phone relay saved.');
    const [sent] = client.inputsOf('channels.update');
    expect(channelPatch.parse(sent)).toMatchObject({
      templates: { default: { body: 'b' }, resolved: { body: '{{ alert.host }}' } },
    });
  });

  it('say which events have one, and leave them for the standard text', async () => {
    const { client } = await unfolded({ templates: { resolved: { title: 'over' } } });
    const events = within(field('Event'));
    expect(events.getByRole('option', { name: /has a template/ })).toMatchObject({
      value: 'resolved',
    });
    const standard = screen.getByRole<HTMLButtonElement>('button', {
      name: 'Use the standard text',
    });
    expect(standard.disabled).toBe(true);
    await fireEvent.change(field('Event'), { target: { value: 'resolved' } });
    expect(field('Title template').value).toBe('over');
    await fireEvent.click(standard);
    expect(field('Title template').value).toBe('');
    expect(events.queryByRole('option', { name: /has a template/ })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('Phone relay saved.');
    expect(client.inputsOf('channels.update')).toMatchObject([{ templates: {} }]);
  });

  it('unfold at the event and the part that was refused, with its line, and lead there', async () => {
    const problem = 'line 2: there is no variable alert.hots';
    const templates = { resolved: { title: 'over', body: 'a\n{{ alert.hots }}' } };
    const { client } = await open({ templates });
    client.script({
      'channels.update': () =>
        fail('invalid_input', 'Refused.', [{ field: 'templates.resolved.body', problem }]),
    });
    expect((await fold()).open).toBe(false);
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText(problem);
    expect((await fold()).open).toBe(true);
    expect(field('Event').value).toBe('resolved');
    const wrong = field('Body template');
    expect(wrong.value).toBe('a\n{{ alert.hots }}');
    expect(wrong.getAttribute('aria-invalid')).toBe('true');
    const described = wrong.getAttribute('aria-describedby')?.split(' ') ?? [];
    expect(described.map((id) => document.getElementById(id)?.textContent)).toContain(problem);
    expect(field('Title template').getAttribute('aria-invalid')).not.toBe('true');
    await waitFor(() => expect(document.activeElement).toBe(wrong));
  });

  it('are not lost by Escape', async () => {
    await unfolded();
    await type('Title template', 'x');
    const dialog = screen.getByRole('dialog', { name: 'Edit Phone relay' });
    await fireEvent(dialog, new Event('cancel', { cancelable: true }));
    const question = await screen.findByRole('dialog', { name: 'Discard your changes?' });
    await fireEvent.click(within(question).getByRole('button', { name: 'Keep editing' }));
    expect(field('Title template').value).toBe('x');
  });
});

describe('the preview of templates', () => {
  it('waits until the typing pauses, and asks for what the channel would send', async () => {
    const { client, clock } = await unfolded({
      kind: 'discord',
      language: 'de',
      templates: { default: { title: 'a', body: 'b' }, resolved: { title: 'c' } },
    });
    const asked = () => client.inputsOf('channels.previewTemplate');
    await type('Title template', 'ab');
    clock.advance(249);
    await type('Title template', 'abc');
    clock.advance(249);
    expect(asked()).toEqual([]);
    expect(shown()).toBe('Preview');
    clock.advance(1);
    await within(region()).findByText('disk_full on nas');
    expect(asked()).toHaveLength(1);
    expect(templatePreviewInput.parse(asked()[0])).toEqual({
      ...{ kind: 'discord', name: 'Phone relay', language: 'de', event: 'raised' },
      template: { title: 'abc', body: 'b' },
    });
    await fireEvent.change(field('Event'), { target: { value: 'resolved' } });
    await fireEvent.change(field('Alert'), { target: { value: alert().id } });
    clock.advance(250);
    await waitFor(() => expect(asked()).toHaveLength(2));
    expect(asked()[1]).toMatchObject({
      event: 'resolved',
      template: { title: 'c', body: 'b' },
      alertId: alert().id,
    });
  });

  it('keeps the last one while the next is on its way, and shows text as text', async () => {
    const waiting: ((answer: Result<TemplatePreview>) => void)[] = [];
    const { clock } = await unfolded(
      {},
      () => new Promise((resolve) => void waiting.push(resolve)),
    );
    clock.advance(250);
    await waitFor(() => expect(waiting).toHaveLength(1));
    expect(shown()).toBe('Preview');
    waiting[0]?.(ok(made()));
    await within(region()).findByText('<b>No space</b>');
    await type('Title template', 'x');
    clock.advance(250);
    await waitFor(() => expect(waiting).toHaveLength(2));
    expect(shown()).toContain('disk_full on nas');
    waiting[1]?.(ok(made({ title: 'x', body: '' })));
    await within(region()).findByText('x');
    expect(shown()).toContain('No body');
    expect(region().querySelector('b')).toBeNull();
  });

  it('says that it failed, until it works again', async () => {
    let answer: Answer = fail('unavailable', 'Too busy.');
    const { clock } = await unfolded({}, () => answer);
    clock.advance(250);
    const problem = await within(region()).findByRole('alert');
    expect(problem.textContent).toMatch(/^\s*The preview could not be loaded: Too busy\.\s*$/);
    answer = ok(made());
    await type('Title template', 'x');
    clock.advance(250);
    await within(region()).findByText('disk_full on nas');
    expect(within(region()).queryByRole('alert')).toBeNull();
  });

  it('says what is wrong with a template, and that the standard text would be sent', async () => {
    const reason = {
      code: 'template.variable',
      params: { name: 'alert.hots', line: 2 },
    } as const;
    const { clock } = await unfolded({}, () =>
      ok(made({ problems: [{ part: 'body', reason }], alertId: null })),
    );
    clock.advance(250);
    await within(region()).findByText(/^Body template: line 2: there is no variable alert\.hots/);
    expect(shown()).toContain('The standard text would be sent:');
    expect(shown()).toContain('There is no alert yet. This is a sample.');
  });

  it('says which part is cut', async () => {
    let cut: TemplatePreview['cut'] = ['body'];
    const { clock } = await unfolded({ kind: 'discord' }, () => ok(made({ cut })));
    clock.advance(250);
    await within(region()).findByText('The body is cut to what the channel takes.');
    expect(shown()).not.toContain('The title is cut');
    cut = ['title', 'body'];
    await type('Title template', 'x');
    clock.advance(250);
    await within(region()).findByText('The title is cut to what the channel takes.');
    cut = [];
    await type('Title template', 'y');
    clock.advance(250);
    await waitFor(() => expect(shown()).not.toContain('is cut'));
  });

  it('gives each variable its value', async () => {
    const { clock } = await unfolded();
    clock.advance(250);
    await within(region()).findByText('disk_full on nas');
    await fireEvent.click(screen.getByText('Variables and filters'));
    const row = screen.getByText('alert.host').closest('tr');
    expect(row?.textContent).toContain('nas');
  });
});
