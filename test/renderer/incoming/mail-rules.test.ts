import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import {
  mailPreviewInput,
  mailRuleFields,
  mailRuleUpdate,
  type MailPreview,
  type OwnMailRule,
} from '../../../main/contract/mail-rule.ts';
import { fail, ok, type Result } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { NOW_MS, uuid } from '../support/samples.ts';

const rule = (part: Partial<OwnMailRule> = {}): OwnMailRule => ({
  id: uuid(800),
  name: 'Backups',
  from: '',
  subject: '^Backup of (?<host>\\S+)',
  text: '',
  resolvedWhen: '',
  host: '{host}',
  kind: 'backup_failed',
  dedupKey: '',
  severity: null,
  createdAt: NOW_MS,
  updatedAt: NOW_MS,
  ...part,
});

const ALERT: MailPreview = {
  event: {
    host: 'nas',
    kind: 'backup_failed',
    dedupKey: '',
    status: 'firing',
    severity: 'critical',
    message: '<b>Disk full</b>',
    labels: {},
    url: null,
  },
  message: null,
};
const NO_MATCH: MailPreview = { event: null, message: null };
const MAIL = { from: 'root@nas.lan', subject: 'Backup of nas failed', text: 'Disk full' };

/** A client of a Belfry to which no mail has come yet. */
const clientOf = (script: ConstructorParameters<typeof FakeClient>[0] = {}): FakeClient =>
  new FakeClient({ 'mailRules.received': () => ok({ items: [] }), ...script });

const field = (label: string): HTMLInputElement => screen.getByLabelText(label);
const type = (label: string, value: string): Promise<boolean> =>
  fireEvent.input(field(label), { target: { value } });
const click = async (name: string): Promise<void> => {
  await fireEvent.click(await screen.findByRole('button', { name }));
};
const dialog = (): HTMLElement => screen.getByRole('dialog');
const preview = (): HTMLElement => within(dialog()).getByRole('status');
const escape = (): Promise<boolean> =>
  fireEvent(dialog(), new Event('cancel', { cancelable: true }));

async function added(client: FakeClient): Promise<void> {
  openWindow(client, '#/settings');
  await click('Add mail rule');
  await screen.findByLabelText('Subject pattern');
}

describe('mail rules', () => {
  it('are listed with their patterns and what a mail becomes', async () => {
    const message = rule({ id: uuid(801), name: 'Printers', from: '@hp\\.lan$', kind: '' });
    const items = [rule(), message];
    openWindow(clientOf({ 'mailRules.list': () => ok({ items }) }), '#/settings');
    const list = await screen.findByRole('list', { name: 'Mail rules' });
    const [first, second] = within(list).getAllByRole('listitem');
    expect(first?.textContent).toContain('Becomes the alert backup_failed');
    expect(second?.textContent).toContain('@hp\\.lan$ · ^Backup of');
    expect(second?.textContent).toContain('Becomes a message');
  });

  it('are added with what was typed, and without the mail that they were tried on', async () => {
    const client = clientOf({
      'mailRules.create': () => ok(rule()),
      'mailRules.preview': () => ok(ALERT),
    });
    await added(client);
    await type('Name', 'Backups');
    await type('Subject line', MAIL.subject);
    await type('Subject pattern', ' ^Backup of (?<host>\\S+) ');
    await type('Kind', 'backup_failed');
    await fireEvent.change(field('Severity'), { target: { value: 'critical' } });
    await click('Save');
    await screen.findByText('Backups saved.');
    const [sent] = client.inputsOf('mailRules.create');
    expect(sent).not.toHaveProperty('mail');
    expect(mailRuleFields.parse(sent)).toMatchObject({
      name: 'Backups',
      subject: '^Backup of (?<host>\\S+)',
      kind: 'backup_failed',
      severity: 'critical',
    });
  });

  it('are changed', async () => {
    const client = clientOf({
      'mailRules.list': () => ok({ items: [rule()] }),
      'mailRules.update': () => ok(rule()),
    });
    openWindow(client, '#/settings');
    await screen.findByRole('list', { name: 'Mail rules' });
    await click('Edit');
    await type('Key', '{host}');
    await click('Save');
    await screen.findByText('Backups saved.');
    const [sent] = client.inputsOf('mailRules.update');
    expect(mailRuleUpdate.parse(sent)).toMatchObject({ id: uuid(800), dedupKey: '{host}' });
  });

  it('say beside the field what is wrong with it, and lead there', async () => {
    const problem = 'line 2: missing )';
    const client = clientOf({
      'mailRules.create': () =>
        fail('invalid_input', 'The rule is wrong.', [{ field: 'text', problem }]),
    });
    await added(client);
    await type('Name', 'Backups');
    await type('Text pattern', '(');
    await click('Save');
    await within(dialog()).findByText(problem);
    const wrong = field('Text pattern');
    expect(wrong.getAttribute('aria-invalid')).toBe('true');
    const described = wrong.getAttribute('aria-describedby') ?? '';
    const texts = described.split(' ').map((id) => document.getElementById(id)?.textContent);
    expect(texts).toContain(problem);
    await waitFor(() => expect(document.activeElement).toBe(wrong));
    expect(field('Subject pattern').getAttribute('aria-invalid')).not.toBe('true');
    expect(within(dialog()).queryByText('The rule is wrong.')).toBeNull();
  });

  it('say above the form what no field shows', async () => {
    const client = clientOf({ 'mailRules.create': () => fail('unavailable', 'Too busy.') });
    await added(client);
    await type('Name', 'Backups');
    await type('Subject pattern', 'x');
    await click('Save');
    expect((await within(dialog()).findByRole('alert')).textContent).toBe('Too busy.');
    expect(field('Subject pattern').value).toBe('x');
  });
});

describe('the preview of a mail rule', () => {
  it('asks nothing before there is a mail and a pattern', async () => {
    const client = clientOf({ 'mailRules.preview': () => ok(NO_MATCH) });
    await added(client);
    await screen.findByText('No mail has arrived yet. Enter one to try the rule.');
    await type('Subject pattern', 'x');
    await type('Name', 'Backups');
    expect(client.inputsOf('mailRules.preview')).toEqual([]);
    expect(preview().textContent.trim()).toBe('');
    await type('Body', 'y');
    await within(preview()).findByText('The rule does not match this mail.');
  });

  it('is of a mail that arrived, which can be chosen', async () => {
    const client = clientOf({
      'mailRules.received': () => ok({ items: [{ ...MAIL, at: NOW_MS }] }),
      'mailRules.preview': () => ok(ALERT),
    });
    await added(client);
    const chosen = await screen.findByLabelText<HTMLSelectElement>('Mails received');
    const option = within(chosen).getByRole<HTMLOptionElement>('option', { name: /^Backup of/ });
    await fireEvent.change(chosen, { target: { value: option.value } });
    const filled = ['From', 'Subject line', 'Body'].map((label) => field(label).value);
    expect(filled).toEqual([MAIL.from, MAIL.subject, MAIL.text]);
    await type('Subject pattern', '^Backup');
    await within(preview()).findByText('backup_failed');
    expect(preview().textContent).toContain('<b>Disk full</b>');
    const asked = client.inputsOf('mailRules.preview').at(-1);
    expect(mailPreviewInput.parse(asked)).toMatchObject({
      rule: { name: 'preview', subject: '^Backup' },
      mail: MAIL,
    });
    // Only tried: there is nothing to discard.
    await type('Subject pattern', '');
    await escape();
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('shows a message, and why there is none', async () => {
    const message = { host: 'nas', title: 'Paper jam', text: '', severity: 'warning' as const };
    let answer: Result<MailPreview> = ok({ event: null, message });
    const client = clientOf({ 'mailRules.preview': () => answer });
    await added(client);
    await type('Body', 'Paper jam');
    await type('Text pattern', 'jam');
    await within(preview()).findByText('Message from nas: “Paper jam”');
    answer = fail('invalid_input', 'Text pattern: missing )');
    await type('Text pattern', '(');
    await within(preview()).findByText('Text pattern: missing )');
    expect(preview().textContent).not.toContain('Paper jam');
    answer = ok(NO_MATCH);
    await type('Text pattern', 'x');
    await within(preview()).findByText('The rule does not match this mail.');
    expect(preview().textContent).not.toContain('missing )');
  });

  it('is that of the newest question, whichever answer comes first', async () => {
    const waiting: ((answer: Result<MailPreview>) => void)[] = [];
    const client = clientOf({
      'mailRules.preview': () => new Promise((resolve) => void waiting.push(resolve)),
    });
    await added(client);
    await type('Body', 'y');
    await type('Text pattern', 'a');
    await type('Text pattern', 'ab');
    await waitFor(() => expect(waiting).toHaveLength(2));
    waiting[1]?.(ok(ALERT));
    await within(preview()).findByText('backup_failed');
    waiting[0]?.(ok(NO_MATCH));
    await Promise.resolve();
    expect(preview().textContent).toContain('backup_failed');
    expect(preview().textContent).not.toContain('does not match');
  });
});

it('a mail rule that was typed is not lost by Escape', async () => {
  await added(clientOf());
  expect(document.activeElement).toBe(field('Name'));
  await type('Subject pattern', 'x');
  await escape();
  const question = await screen.findByRole('dialog', { name: 'Discard your changes?' });
  await fireEvent.click(within(question).getByRole('button', { name: 'Keep editing' }));
  expect(field('Subject pattern').value).toBe('x');
});
