import { HttpReceiver, status } from '../support/http-receiver.ts';
import { expect, QUICK, test, VIEWS, type Belfry } from './fixtures/belfry.ts';
import { hostileFindings } from './fixtures/hostile-findings.ts';

/** Texts of senders, receivers and other people, in every view of the window. */
const HOSTILE = [
  '<img src="http://evil.example/i.png" onerror="window.pwned=1"><script>window.pwned=1</script>',
  '"><svg onload="window.pwned=1"></svg><iframe src="javascript:parent.pwned=1"></iframe>',
  "{@html '<b>x</b>'} {{constructor.constructor('window.pwned=1')()}} ${window.pwned=1}",
  '[click](javascript:window.pwned=1) <a href="javascript:window.pwned=1">x</a>',
  '<style>body{display:none}</style><base href="http://evil.example/"><meta http-equiv="refresh" content="0;url=http://evil.example/">',
  `long ${'W'.repeat(3_000)}`,
  'turned \u202egnp.exe \u2066isolated zero\u200bwidth NUL\u0000 escape\u001b[31m',
].join('\n');
const NAME = '<img src="http://evil.example/n.png" onerror="pwned=1"> \u202eeman';
const WORD = `w${'W'.repeat(490)}`;

async function plant(belfry: Belfry, receiver: HttpReceiver): Promise<void> {
  receiver.respond = status(400, { 'content-type': 'text/html' }, HOSTILE.replaceAll('\0', ''));
  await belfry.api('channels.create', {
    ...{ kind: 'webhook', name: NAME, config: { url: receiver.url }, retry: QUICK },
  });
  const labels = { [HOSTILE.slice(0, 200)]: HOSTILE.slice(0, 4_000), alertname: WORD };
  for (const host of [HOSTILE.slice(0, 500), WORD, `turned \u202e${NAME}`]) {
    await belfry.api('events.ingest', {
      ...{ host, kind: HOSTILE.slice(0, 500), dedupKey: HOSTILE.slice(0, 500), status: 'firing' },
      ...{ message: HOSTILE, severity: 'critical', labels, annotations: labels },
    });
  }
  // A link of Prometheus that runs a script is no link.
  const alerts = [{ labels: { alertname: 'Linked' }, generatorURL: 'javascript:window.pwned=1' }];
  const { token } = await belfry.api('tokens.create', { name: NAME, scope: 'ingest' });
  for (const [path, body] of [
    ['/api/v2/alerts', alerts],
    ['/ingest/uptime-kuma', { msg: [HOSTILE], [NAME]: HOSTILE }],
  ] as const) {
    await fetch(`${belfry.url}${path}?token=${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  }
  const schedule = { type: 'period', periodMs: 60_000 } as const;
  await belfry.api('heartbeats.create', { name: NAME, host: WORD, schedule, graceMs: 60_000 });
  await belfry.api('silences.create', {
    ...{ matchers: ['host="nowhere"'], comment: HOSTILE.slice(0, 900), endsAt: Date.now() + 1e8 },
  });
  await belfry.api('routes.create', {
    name: NAME,
    matchers: [`host="${NAME.replaceAll('"', '')}"`],
  });
  await expect(belfry.nav('Dead letters')).toHaveAccessibleName(/undelivered$/);
}

test('hostile text runs nothing, leads nowhere and turns nothing around, in any view', async ({
  belfry,
}) => {
  test.slow();
  await using receiver = await HttpReceiver.start();
  const { page } = belfry;
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(belfry.url)) foreign.push(request.url());
  });
  page.on('dialog', (dialog) => {
    foreign.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await plant(belfry, receiver);
  const expectHarmless = async (where: string): Promise<void> => {
    expect(await page.evaluate(hostileFindings), where).toEqual([]);
  };

  for (const view of VIEWS) {
    await belfry.open(view);
    await expectHarmless(view);
  }
  for (const part of ['General', 'Backups', 'Export and import', 'About'] as const) {
    await belfry.openSettings(part);
    await expectHarmless(part);
  }
  await belfry.nav('Audit log').click();
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  await expectHarmless('the audit log');

  await belfry.open('Alerts');
  for (let row = 0; row < 3; row += 1) {
    await page.getByRole('listitem').locator('a.row-link').nth(row).click();
    await expect(page).toHaveURL(/[0-9a-f-]{36}$/);
    await expectHarmless(`alert ${row}`);
  }
  await belfry.open('Dead letters');
  await page.getByRole('button', { name: /evil/ }).first().click();
  await expectHarmless('a group of dead letters');
  await page.getByRole('listitem').locator('a.row-link').first().click();
  await expect(page).toHaveURL(/[0-9a-f-]{36}$/);
  await expectHarmless('a dead letter');
  await belfry.open('Channels');
  await page.getByRole('listitem').getByRole('button', { name: 'Edit' }).first().click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectHarmless('the dialog of a channel');
  await page.keyboard.press('Escape');
  await belfry.open('Settings');
  await page.getByRole('button', { name: 'Show' }).first().click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectHarmless('rejected input');
  expect(foreign).toEqual([]);
});
