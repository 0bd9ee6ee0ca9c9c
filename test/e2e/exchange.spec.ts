import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './fixtures/belfry.ts';

test('a configuration leaves as a file, and comes back as a diff that is confirmed', async ({
  belfry,
}) => {
  const { page } = belfry;
  await belfry.addWebhook('pager', 'http://127.0.0.1:9/hook/s3cret');
  await belfry.api('routes.create', { name: 'all', matchers: ['severity="critical"'] });
  await belfry.openSettings('Export and import');
  const section = page.getByRole('region', { name: 'Export and import' });
  await section.getByRole('button', { name: 'Export…' }).click();
  const exporting = page.getByRole('dialog');
  await exporting.getByRole('checkbox').check();
  await exporting.getByLabel('Passphrase', { exact: true }).fill('correct horse battery');
  await exporting.getByLabel('Repeat passphrase').fill('correct horse battery');
  const downloading = page.waitForEvent('download');
  await exporting.getByRole('button', { name: 'Export' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('belfry.yaml');
  const yaml = readFileSync(await download.path(), 'utf8');
  expect(yaml).toContain('name: pager');
  expect(yaml).not.toContain('s3cret');

  const importFile = (text: string) =>
    section
      .getByLabel('Choose file…')
      .setInputFiles({ name: 'lab.yaml', mimeType: 'text/yaml', buffer: Buffer.from(text) });
  await importFile(yaml.replace('holdForMs: 0', 'holdForMs: soon'));
  await expect(section.getByRole('alert')).toContainText('routes.0.holdForMs must be a number');
  await expect(section.getByRole('alert')).toContainText(/Line \d+/);

  await importFile(
    yaml.replace('holdForMs: 0', 'holdForMs: 60000').replace('name: pager', 'name: spare'),
  );
  await section.getByLabel('Passphrase of the file').fill('correct horse battery');
  await section.getByRole('button', { name: 'Decrypt secrets' }).click();
  await expect(section.getByRole('status')).toContainText('1 created, 1 changed');
  await section.getByLabel('Remove entries that are not in the file').check();
  await expect(section.getByRole('status')).toContainText('1 created, 1 changed, 1 removed');
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations).toEqual([]);
  await section.getByRole('button', { name: 'Import…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
  await expect(page.getByText(/^Imported: 1 created, 1 changed, 1 removed/)).toBeVisible();

  const { items } = await belfry.api('channels.list', {});
  // The desktop has its own channel from the first start on.
  const webhooks = items.filter(({ kind }) => kind === 'webhook');
  expect(webhooks.map(({ name, target }) => `${name} ${target}`)).toEqual([
    'spare http://127.0.0.1:9/…',
  ]);
  const [route] = (await belfry.api('routes.list', {})).items;
  expect(route).toMatchObject({ name: 'all', holdForMs: 60_000 });
});
