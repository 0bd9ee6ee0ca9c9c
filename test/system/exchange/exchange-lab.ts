import type { ImportMode, ImportPreview } from '../../../main/contract/config-exchange.ts';
import type { Input, MethodName } from '../../../main/contract/methods.ts';
import { METHODS } from '../../../main/contract/methods.ts';
import type { Failure, Result } from '../../../main/contract/result.ts';
import { CoreFixture } from '../../support/core-fixture.ts';

export const PASSPHRASE = 'correct horse battery staple';

const SCHEDULES: readonly Input<'maintenance.create'>['schedule'][] = [
  { type: 'once', startsAt: '2026-05-01T10:00:00+02:00', endsAt: 1_777_640_400_000 },
  { type: 'weekly', days: [6, 7], from: '22:00', to: '06:30', timeZone: 'Europe/Berlin' },
  { type: 'cron', expression: '30 3 * * 6', durationMs: 3_600_000, timeZone: 'UTC' },
];

export const SIGNING_SECRET = `whsec_${Buffer.alloc(24, 5).toString('base64')}`;

/** A Belfry whose configuration leaves as a file and comes in as one. */
export class ExchangeLab implements AsyncDisposable {
  readonly fixture: CoreFixture;

  private constructor(fixture: CoreFixture) {
    this.fixture = fixture;
  }

  static async start(): Promise<ExchangeLab> {
    return new ExchangeLab(await CoreFixture.start());
  }

  get core() {
    return this.fixture.core;
  }

  async export(passphrase?: string): Promise<string> {
    return valueOf(await this.core.exchange.export({ passphrase }, 'test')).yaml;
  }

  /** Its lines without the comments. */
  async lines(passphrase?: string): Promise<string> {
    return (await this.export(passphrase)).replaceAll(/^#.*\n/gm, '').trim();
  }

  preview(
    yaml: string,
    mode: ImportMode = 'merge',
    passphrase?: string,
  ): Promise<Result<ImportPreview>> {
    return this.core.exchange.preview({ yaml, mode, passphrase }, 'test');
  }

  apply(
    yaml: string,
    over: Partial<Input<'config.apply'>> & { readonly expect: string },
  ): Promise<Result<ImportPreview>> {
    const input = METHODS['config.apply'].input.parse({ yaml, ...over });
    return this.core.exchange.apply(input, 'test');
  }

  /** Imports as a person does: looks, and says yes to all of it. */
  async import(yaml: string, mode: ImportMode = 'merge', passphrase?: string) {
    const { hash } = valueOf(await this.preview(yaml, mode, passphrase));
    const given = { mode, passphrase, cancelOwed: true, expect: hash };
    return valueOf(await this.apply(yaml, given));
  }

  async refusal(yaml: string, mode: ImportMode = 'merge', passphrase?: string): Promise<Failure> {
    const result = await this.preview(yaml, mode, passphrase);
    if (result.ok) throw new Error('It was not refused');
    return result.error;
  }

  /** Everything that an import could change, as the database has it. */
  stored(): unknown {
    const { tables } = this.core;
    return {
      settings: tables.settings.read(),
      channels: tables.channels.all(),
      routes: tables.routes.all(),
      maintenance: tables.rules.maintenance.all(),
      inhibitions: tables.rules.inhibitions.all(),
      heartbeats: tables.heartbeats.all(),
      audit: tables.audit.list({ subject: null, before: null, limit: 100 }),
    };
  }

  /** Something of everything, made as people make it. */
  async furnish(): Promise<void> {
    const { channels, routes, maintenance, inhibitions, heartbeats } = this.core;
    const parsed = <K extends MethodName>(name: K, input: Input<K>) =>
      METHODS[name].input.parse(input) as never;
    const spare = valueOf(
      await channels.create(
        {
          kind: 'webhook',
          name: 'spare',
          config: { url: 'https://spare.example/hook?key=s3cret-spare' },
          retry: { preset: 'patient' },
          rateLimit: { count: 5, perMs: 60_000 },
          language: 'de',
          templates: {
            default: { title: '{{ severityText }}: {{ alert.host }}' },
            resolved: { body: 'Over after {{ duration }}.\n{{ body }}' },
          },
          enabled: false,
        },
        'test',
      ),
    );
    const pager = valueOf(
      await channels.collection.create(
        {
          kind: 'webhook',
          name: 'pager',
          config: { url: 'https://pager.example/hook/s3cret-pager', secret: SIGNING_SECRET },
          fallbackChannelId: spare.id,
          autoRequeue: false,
        },
        'test',
      ),
    );
    await channels.collection.create(
      { kind: 'desktop', name: 'Büro: "Theke"', config: {} },
      'test',
    );
    const first = {
      name: 'everything critical',
      matchers: ['severity="critical"', 'host=~"nas.*"'],
      channelIds: [pager.id],
      escalation: [{ afterMs: 600_000, channelIds: [spare.id, pager.id] }],
      group: { by: ['host'], waitMs: 30_000 },
      reminder: { intervalMs: 3_600_000, max: 3 },
      continue: true,
    };
    await routes.collection.create(parsed('routes.create', first), 'test');
    const rest = { name: '2: the rest', channelIds: [spare.id], holdForMs: 60_000 };
    await routes.collection.create(parsed('routes.create', rest), 'test');
    for (const schedule of SCHEDULES) {
      const announceTo = schedule.type === 'weekly' ? [spare.id, pager.id] : [];
      const window = {
        ...{ name: `yes, ${schedule.type}`, schedule, announceTo },
        comment: 'two\nlines',
      };
      await maintenance.collection.create(parsed('maintenance.create', window), 'test');
    }
    const inhibition = {
      name: 'no',
      sourceMatchers: ['kind="switch_down"'],
      targetMatchers: ['kind!="switch_down"'],
      equal: ['site'],
    };
    await inhibitions.collection.create(parsed('inhibitions.create', inhibition), 'test');
    const job = { host: 'nas', job: 'backup', group: '' } as const;
    for (const heartbeat of [
      { name: 'Nightly', schedule: { type: 'period', periodMs: 86_400_000 } as const, job },
      {
        name: 'Cron',
        slug: '0123',
        schedule: { type: 'cron', expression: '@daily', timeZone: 'UTC' } as const,
        severity: 'critical' as const,
      },
    ]) {
      const input = parsed('heartbeats.create', { ...heartbeat, graceMs: 3_600_000 });
      await heartbeats.service.collection.create(input, 'test');
    }
    const mapping = { host: 'node', kind: '"disk"', severities: { high: 'critical' as const } };
    const webhook = { name: 'Disks', slug: 'disks', mapping } as const;
    await this.core.mappings.collection.create(parsed('mappedWebhooks.create', webhook), 'test');
    const rule = {
      name: 'Backups',
      subject: 'of (?<host>\\S+) failed',
      host: '{host}',
      kind: 'backup',
    };
    await this.core.mailRules.collection.create(parsed('mailRules.create', rule), 'test');
    const view = { name: 'Base', params: { q: 'zone="base"', group: 'host' } };
    await this.core.views.create(parsed('views.create', view), 'test');
    const quietHours = { enabled: true };
    await this.fixture.update({ language: 'de', flappingThreshold: 9, quietHours });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fixture[Symbol.asyncDispose]();
  }
}

/** The value of a result that had to be one. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

/** Returns the changes, as `section name: change`. */
export const changes = ({ entries }: ImportPreview): string[] =>
  entries
    .filter(({ change }) => change !== 'unchanged')
    .map(({ section, name, change }) => `${section} ${name}: ${change}`);
