import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures/belfry.ts';
import { pick } from './fixtures/row-menu.ts';

test('templates are written beside a preview of a real alert', async ({ belfry, receiver }) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  await belfry.fire('disk_full', { message: 'No <b>space</b> left', labels: { disk: 'sda' } });
  await expect.poll(() => receiver.received.length).toBe(1);
  await belfry.open('Channels');
  const row = page.getByRole('listitem').filter({ has: page.getByText('hook', { exact: true }) });
  await pick(row, 'Edit');
  const dialog = page.getByRole('dialog', { name: 'Edit hook' });
  await dialog.getByText('Templates: title and body of messages').click();
  const preview = dialog.getByRole('region', { name: 'Preview' });
  await expect(preview).toContainText('disk_full on nas');
  await expect(preview).toContainText('No <b>space</b> left');

  await dialog.getByLabel('Title template').fill('{{ alert.kind }} of {{ alert.labels.disk }}');
  await expect(preview).toContainText('disk_full of sda');
  await dialog.getByLabel('Body template').fill('line\n{{ alert.hots }}');
  await expect(preview).toContainText('Body template: line 2: there is no variable alert.hots');
  await expect(preview).toContainText('The standard text would be sent:');
  await dialog.getByText('Variables and filters').click();
  await expect(dialog.getByRole('row').filter({ hasText: 'alert.message' })).toContainText(
    'No <b>space</b> left',
  );
  const axe = new AxeBuilder({ page }).include('dialog');
  expect((await axe.analyze()).violations).toEqual([]);

  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog.getByLabel('Body template')).toHaveAttribute('aria-invalid', 'true');
});

test('templates make the messages of a channel, until the standard text is chosen', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  const id = await belfry.addWebhook('hook', receiver.url);
  const templates = { default: { title: '{{ alert.kind }} of {{ alert.labels.disk }}' } };
  await belfry.api('channels.update', { id, templates });
  await belfry.fire('disk_full', { labels: { disk: 'sda' } });
  await expect.poll(() => receiver.received.at(-1)?.text).toContain('disk_full of sda');
  await belfry.open('Channels');
  const row = page.getByRole('listitem').filter({ has: page.getByText('hook', { exact: true }) });
  await pick(row, 'Edit');
  const dialog = page.getByRole('dialog', { name: 'Edit hook' });
  await dialog.getByText('Templates: title and body of messages').click();
  const preview = dialog.getByRole('region', { name: 'Preview' });
  await dialog.getByLabel('Event').selectOption('resolved');
  await dialog.getByLabel('Title template').fill('Over: {{ alert.host }}');
  await expect(preview).toContainText('Over: nas');
  await dialog.getByLabel('Alert', { exact: true }).selectOption({ index: 1 });
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toHaveCount(0);

  await belfry.fire('disk_full', { status: 'resolved' });
  await expect.poll(() => receiver.received.at(-1)?.text).toContain('Over: nas\n');
  await belfry.fire('fan_broken');
  await expect.poll(() => receiver.received.at(-1)?.text).toBe('fan_broken of');

  await pick(row, 'Edit');
  await dialog.getByText('Templates: title and body of messages').click();
  await dialog.getByLabel('Event').selectOption('resolved');
  await dialog.getByRole('button', { name: 'Use the standard text' }).click();
  await expect(preview).toContainText('fan_broken of');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  expect(await belfry.api('channels.get', { id })).toMatchObject({ templates });
});

test('a template that fails is said with the channel and the attempt', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  const id = await belfry.addWebhook('hook', receiver.url);
  const templates = { default: { title: '{{ alert.labels.team }}' } };
  await belfry.api('channels.update', { id, templates });
  await belfry.fire('disk_full');
  await expect.poll(() => receiver.received.at(-1)?.text).toContain('disk_full on nas');
  await belfry.open('Channels');
  const row = page.getByRole('listitem').filter({ has: page.getByText('hook', { exact: true }) });
  await expect(row).toContainText(
    'The template for the title failed (Firing), so the standard text was used. Reason: the title would be empty.',
  );
  await belfry.open('Deliveries');
  await page.getByRole('row').filter({ hasText: 'hook' }).getByRole('link').click();
  await expect(page.getByRole('complementary')).toContainText(
    'The standard text was used, because the template for the title failed: the title would be empty.',
  );
});
