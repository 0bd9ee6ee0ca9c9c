import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { z } from 'zod';
import { selfSignedCertificate } from '../support/self-signed-certificate.ts';
import { ServerProcess } from '../support/server-process.ts';
import { TlsProxy } from '../support/tls-proxy.ts';
import { expect, test as base, type Belfry } from './fixtures/belfry.ts';

const TOKEN = 'end-to-end-remote-token';

/** A headless Belfry elsewhere, which can be killed and started again where it was. */
class Elsewhere {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'belfry-e2e-'));
  #server: ServerProcess | null = null;
  #port = '0';

  async start(): Promise<void> {
    const setup = { dataDir: this.#dataDir, adminToken: TOKEN, port: this.#port };
    this.#server = await ServerProcess.start(setup);
    this.#port = new URL(this.#server.url).port;
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  async kill(): Promise<void> {
    await this.#server?.kill();
  }

  async fire(kind: string, more: Record<string, unknown> = {}): Promise<string> {
    const event = { host: 'nas', kind, status: 'firing', severity: 'warning', ...more };
    const answer = await this.#server?.call('POST', '/api/v1/events', event);
    const { results } = z
      .object({ results: z.array(z.object({ alertId: z.string() })) })
      .parse(answer?.body);
    return results[0]?.alertId ?? '';
  }

  async stateOf(id: string): Promise<string> {
    const answer = await this.#server?.call('GET', `/api/v1/alerts/${id}`);
    return z.object({ state: z.string() }).parse(answer?.body).state;
  }

  async remove(): Promise<void> {
    await this.#server?.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

const test = base.extend<{ nas: Elsewhere; pi: Elsewhere }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern to see what a fixture needs
  nas: async ({}, use) => {
    const core = new Elsewhere();
    await core.start();
    await use(core);
    await core.remove();
  },
  // eslint-disable-next-line no-empty-pattern -- as above
  pi: async ({}, use) => {
    const core = new Elsewhere();
    await core.start();
    await use(core);
    await core.remove();
  },
});

async function addCore(belfry: Belfry, name: string, url: string): Promise<void> {
  const { page } = belfry;
  await belfry.openSettings('Cores');
  await page.getByRole('button', { name: 'Add core' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add core' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('URL').fill(url);
  await dialog.getByLabel('Token').fill(TOKEN);
  await dialog.getByRole('button', { name: 'Test and save' }).click();
  await expect(dialog).toBeHidden();
}

async function switchTo(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^Core: / }).click();
  await page.getByRole('list', { name: 'Cores' }).getByRole('button', { name }).click();
  await expect(page.getByRole('button', { name: `Core: ${name}` })).toBeVisible();
}

const findings = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => ({
    id,
    targets: nodes.map(({ target }) => target.join(' ')),
  }));

/** Three programs and a browser share the machine. */
test.describe.configure({ timeout: 180_000 });

test('the window is that of any core, and shows nothing of one as the other’s', async ({
  belfry,
  nas,
  pi,
}) => {
  const { page } = belfry;
  await belfry.fire('here');
  await nas.fire('on_the_nas');
  await addCore(belfry, 'NAS', nas.url);
  await addCore(belfry, 'Pi', pi.url);
  expect(await findings(page)).toEqual([]);
  await expect(page.getByRole('listitem').filter({ hasText: 'NAS' }).first()).toContainText(
    'Connected',
  );

  await belfry.open('Alerts');
  await expect(page.getByRole('link', { name: /here/ })).toBeVisible();
  await page.getByRole('button', { name: /^Core: This computer/ }).click();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await switchTo(page, 'NAS');
  await expect(page.getByRole('link', { name: /on_the_nas/ })).toBeVisible();
  await expect(page.getByRole('link', { name: /here/ })).toHaveCount(0);
  const id = await nas.fire('second');
  await page.getByRole('link', { name: /second/ }).click();
  const pane = page.getByRole('complementary');
  await pane.getByRole('button', { name: 'Acknowledge', exact: true }).click();
  await expect.poll(() => nas.stateOf(id)).toBe('acknowledged');

  await switchTo(page, 'Pi');
  await expect(page.getByRole('link', { name: /on_the_nas|second|here/ })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Core: Pi, No open alerts' })).toBeVisible();
});

test('a core that is killed is said to be gone, and is live again once it is back', async ({
  belfry,
  nas,
}) => {
  const { page } = belfry;
  await addCore(belfry, 'NAS', nas.url);
  await switchTo(page, 'NAS');
  await belfry.open('Alerts');
  await nas.kill();
  await expect(page.getByText('No connection to NAS.')).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await nas.start();
  await nas.fire('after_the_kill');
  await expect(page.getByRole('link', { name: /after_the_kill/ })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('No connection to NAS.')).toBeHidden();
});

test('the local core is switched off and on again from the window', async ({ belfry, nas }) => {
  const { page } = belfry;
  await addCore(belfry, 'NAS', nas.url);
  const local = page.getByRole('listitem').filter({ hasText: 'This computer' });
  await local.getByRole('button', { name: 'Switch off' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
  await expect(page.getByRole('button', { name: 'Core: NAS' })).toBeVisible();
  await expect(local).toContainText('Off');
  await local.getByRole('button', { name: 'Switch on' }).click();
  await expect(local).toContainText('Connected');
});

test('a core is still connected after the key was rotated and the earlier ones dropped', async ({
  belfry,
  nas,
}) => {
  const { page } = belfry;
  await addCore(belfry, 'NAS', nas.url);
  await belfry.openSettings('Backups');
  await page.getByRole('button', { name: 'Rotate key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Drop earlier keys').check();
  await dialog.getByRole('button', { name: 'Rotate key' }).click();
  await expect(page.getByText(/No earlier keys are kept/)).toBeVisible();
  await belfry.restart();
  await belfry.openSettings('Cores');
  const row = belfry.page.getByRole('listitem').filter({ hasText: 'NAS' }).first();
  await expect(row).toContainText('Connected');
});

function sessionOf(belfry: Belfry) {
  const { session } = belfry.desktop;
  if (!session) throw new Error('This spec needs the session bus of the stand-in');
  return session;
}

test('two cores and a desktop: alerts in tray and notifications, one core killed and back, nothing twice', async ({
  belfry,
  nas,
  pi,
}) => {
  await nas.fire('from_before');
  await addCore(belfry, 'NAS', nas.url);
  await addCore(belfry, 'Pi', pi.url);
  const tray = () => belfry.desktop.standIn?.ask('tray');
  const labels = async (): Promise<readonly string[]> => (await tray())?.labels ?? [];
  await expect.poll(labels).toContain('N · NAS: 1 open alert (warning)');
  await expect.poll(labels).toContain('P · Pi: No open alerts');
  const titles = () =>
    sessionOf(belfry).notifications.notified.map(({ title }) => title.replace(/ on nas$/, ''));

  const first = await nas.fire('first', { severity: 'critical' });
  await pi.fire('second');
  await expect.poll(titles).toEqual(['NAS: Critical: first', 'Pi: Warning: second']);
  await expect.poll(async () => (await tray())?.image).toBe('critical.png');

  await nas.kill();
  await expect.poll(labels).toContain('N · NAS: No connection');
  await pi.fire('third');
  await expect.poll(titles).toHaveLength(3);
  await nas.start();
  await nas.fire('fourth');
  await expect.poll(titles, { timeout: 60_000 }).toHaveLength(4);
  await expect.poll(labels).toContain('N · NAS: 3 open alerts (critical)');

  sessionOf(belfry).notifications.invoke(1, 'default');
  await expect(belfry.page).toHaveURL(new RegExp(`#/alerts/${first}$`));
  await expect(belfry.page.getByRole('button', { name: 'Core: NAS' })).toBeVisible();
  sessionOf(belfry).notifications.invoke(1, 'acknowledge');
  await expect.poll(() => nas.stateOf(first)).toBe('acknowledged');
  await expect.poll(() => sessionOf(belfry).notifications.closed).toContain(1);
  expect(titles()).toEqual([
    'NAS: Critical: first',
    'Pi: Warning: second',
    'Pi: Warning: third',
    'NAS: Warning: fourth',
  ]);

  // The desktop is away meanwhile.
  await belfry.restart();
  await expect.poll(labels).toContain('P · Pi: 2 open alerts (warning)');
  await pi.fire('fifth');
  await expect.poll(titles).toEqual(['Pi: Warning: fifth']);
});

test('a certificate that nobody vouches for is asked about, and trusted by its fingerprint', async ({
  belfry,
  nas,
}) => {
  const { page } = belfry;
  const pair = selfSignedCertificate();
  await using proxy = await TlsProxy.start(nas.url, pair);
  await belfry.openSettings('Cores');
  await page.getByRole('button', { name: 'Add core' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add core' });
  await dialog.getByLabel('Name').fill('NAS');
  await dialog.getByLabel('URL').fill(proxy.url);
  await dialog.getByLabel('Token').fill(TOKEN);
  await dialog.getByRole('button', { name: 'Test and save' }).click();
  await expect(dialog.getByText('Do you trust this certificate?')).toBeVisible();
  await expect(dialog).toContainText(new X509Certificate(pair.cert).fingerprint256);
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Trust and save' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('listitem').filter({ hasText: 'NAS' })).toContainText('Connected');
});
