import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { createTransport } from 'nodemailer';
import { freePort } from '../peers/program.ts';
import { expect, test } from './fixtures/belfry.ts';

test('a body that cannot be read is kept, its mapping fixed, and then it is replayed', async ({
  belfry,
}) => {
  const { page } = belfry;
  const { token } = await belfry.api('tokens.create', { name: 'nas', scope: 'ingest' });
  const send = (body: string) =>
    fetch(`${belfry.url}/ingest/mapped/disk-health?token=${token}`, { method: 'POST', body });

  await belfry.open('Settings');
  await page.getByRole('button', { name: 'Add mapped webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Disk health');
  await dialog.getByLabel('Slug').fill('disk-health');
  await expect(dialog.getByRole('region', { name: 'Send a body' })).toContainText(
    `${belfry.url}/ingest/mapped/disk-health`,
  );
  await dialog.getByLabel('Host').fill('device.(');
  await dialog.getByLabel('Kind').fill('"smart"');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('Host')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Host').fill('device.host');
  await dialog.getByLabel('Message').fill('text');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Disk health saved.')).toBeVisible();

  expect((await send('{"device":{"name":"nas"},"text":"<b>3 bad sectors</b>"}')).status).toBe(400);
  const kept = page.getByRole('list', { name: 'Rejected input' }).getByRole('listitem');
  await expect(kept).toContainText('POST /ingest/mapped/disk-health');
  await expect(kept).toContainText('host: no value found in this body');
  await kept.getByRole('button', { name: 'Show' }).click();
  await expect(dialog.getByRole('region', { name: 'Body' })).toContainText('"name": "nas"');
  await dialog.getByRole('button', { name: 'Replay' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('host: no value found in this body');
  await dialog.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: 'Edit' }).click();
  await expect(dialog.getByLabel('Sample body')).toHaveValue(/3 bad sectors/);
  await dialog.getByLabel('Host').fill('device.name');
  await expect(dialog.getByRole('status')).toContainText('smart on nas: firing, “<b>3 bad sectors');
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);

  await kept.getByRole('button', { name: 'Show' }).click();
  await dialog.getByRole('button', { name: 'Replay' }).click();
  await expect(page.getByText('1 event accepted.')).toBeVisible();
  await expect(kept).toContainText('Replayed');
  await belfry.open('Alerts');
  await expect(page.getByRole('listitem').filter({ hasText: 'smart' })).toContainText('on nas');

  await belfry.open('Settings');
  await page.getByRole('button', { name: 'Delete all' }).click();
  await dialog.getByRole('button', { name: 'Delete all' }).click();
  await expect(page.getByText('No rejected input.')).toBeVisible();
});

test('a rule for mails is written beside a mail that arrived, and reads the next', async ({
  belfry,
}) => {
  const { page } = belfry;
  const port = await freePort();
  await belfry.api('settings.update', { mail: { enabled: true, port, networks: ['127.0.0.1'] } });
  await expect
    .poll(async () => (await belfry.api('system.status', {})).mail.address)
    .toBe(`smtp://127.0.0.1:${port}`);
  const transport = createTransport({
    port,
    host: '127.0.0.1',
    tls: { rejectUnauthorized: false },
  });
  const send = (subject: string) =>
    transport.sendMail({
      ...{ from: 'backup@cellar.lan', to: 'alerts@belfry', subject },
      text: 'Volume: <b>photos</b>',
    });
  await send('Backup of nas failed');

  await belfry.open('Settings');
  await page.getByRole('button', { name: 'Add mail rule' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Backups');
  await dialog
    .getByLabel('Mails received')
    .selectOption({ label: 'Backup of nas failed, backup@cellar.lan' });
  await expect(dialog.getByLabel('Body')).toHaveValue('Volume: <b>photos</b>');
  await dialog.getByLabel('Subject pattern').fill('^Restore of');
  const preview = dialog.getByRole('status');
  await expect(preview).toContainText('The rule does not match this mail.');
  await dialog.getByLabel('Subject pattern').fill('^Backup of (?<host>\\S+) (?:failed|succeeded)$');
  await expect(preview).toContainText('Message from backup@cellar.lan: “Backup of nas failed”');
  await dialog.getByLabel('Kind').fill('backup_failed');
  await dialog.getByLabel('Host').fill('{hosts}');
  await expect(preview).toContainText('there is no group "hosts"');
  await dialog.getByLabel('Host').fill('{host}');
  await dialog.getByLabel('Resolved when').fill('succeeded$');
  await expect(preview).toContainText('backup_failed on nas: firing');
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Backups saved.')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Mail rules' })).toContainText('backup_failed');

  await send('Backup of nas failed');
  await belfry.open('Alerts');
  const alert = page.getByRole('listitem').filter({ hasText: 'backup_failed' });
  await expect(alert).toContainText('nas');
  await send('Backup of nas succeeded');
  await expect(alert).toHaveCount(0);
});

test('a preset reads what Zabbix sends, and its alert resolves', async ({ belfry }) => {
  const { page } = belfry;
  const { token } = await belfry.api('tokens.create', { name: 'zabbix', scope: 'ingest' });
  await belfry.open('Settings');
  await page.getByRole('button', { name: 'Add mapped webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Preset').selectOption('Zabbix');
  await expect(dialog.getByLabel('Slug')).toHaveValue('zabbix');
  await expect(dialog.getByLabel('Resolved values')).toHaveValue('0');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Zabbix saved.')).toBeVisible();

  for (const [name, state] of [
    ['zabbix-problem', 'open'],
    ['zabbix-recovery', 'resolved'],
  ] as const) {
    const url = `${belfry.url}/ingest/mapped/zabbix?token=${token}`;
    const body = readFileSync(`test/ingest/fixtures/presets/${name}.json`);
    expect((await fetch(url, { method: 'POST', body })).status).toBe(200);
    const { items } = await belfry.api('alerts.list', {});
    expect(items).toMatchObject([{ host: 'nas', dedupKey: '48213', state, severity: 'critical' }]);
  }
});
