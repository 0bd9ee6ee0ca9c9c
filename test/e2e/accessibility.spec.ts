import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Belfry } from './fixtures/belfry.ts';

const VIEWS = [
  'Alerts',
  'Dead letters',
  'Deliveries',
  'Heartbeats',
  'Routing',
  'Muting',
  'Channels',
  'Settings',
] as const;

async function findings(belfry: Belfry): Promise<string[]> {
  // The other mode opens a page of its own, which Electron does not have.
  const { violations } = await new AxeBuilder({ page: belfry.page }).setLegacyMode().analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in any view, ${colorScheme}`, async ({ belfry, receiver }) => {
    await belfry.page.emulateMedia({ colorScheme });
    await belfry.addWebhook('hook', receiver.url);
    await receiver.down();
    await belfry.fire('backup_failed', { severity: 'critical', message: 'disk full' });
    await belfry.fire('agent_offline', { host: 'pi', severity: 'info' });
    await belfry.api('tokens.create', { name: 'prometheus', scope: 'ingest' });
    await belfry.api('routes.create', { name: 'none', matchers: ['host="elsewhere"'] });
    await belfry.api('routes.create', { name: 'rest' });
    const endsAt = Date.now() + 3_600_000;
    await belfry.api('silences.create', { matchers: ['host="elsewhere"'], endsAt });
    const schedule = { type: 'period', periodMs: 86_400_000 } as const;
    await belfry.api('heartbeats.create', { name: 'backup', schedule, graceMs: 3_600_000 });
    await expect(belfry.nav('Dead letters')).toHaveAccessibleName('Dead letters, 2 dead');
    for (const view of VIEWS) {
      await belfry.open(view);
      expect(await findings(belfry), view).toEqual([]);
    }
    for (const view of ['Alerts', 'Dead letters'] as const) {
      await belfry.open(view);
      await belfry.page.getByRole('link', { name: /backup_failed/ }).click();
      await expect(belfry.page).toHaveURL(/[0-9a-f-]{36}$/);
      expect(await findings(belfry), `${view} with its pane`).toEqual([]);
    }
  });
}
