import type { LIMITS } from '../../main/contract/limits.ts';
import type { ConfigSection } from '../../main/contract/config-document.ts';
import type { MethodName } from '../../main/contract/methods.ts';
import type { Core } from '../../main/core.ts';
import type { ChangeRef } from '../../main/store/unit.ts';

type GroupWith<Verb extends string, Method = MethodName> = Method extends `${infer Group}.${Verb}`
  ? Group
  : never;
/** The groups with `create` and `update`: everything that people set up is a collection. */
type Group = GroupWith<'create'> & GroupWith<'update'>;

export interface CollectionCase {
  readonly group: Group;
  readonly collectionOf: (core: Core) => object;
  readonly noun: string;
  readonly audit: string;
  readonly limit: keyof typeof LIMITS;
  readonly uniqueNames: boolean;
  /** The entity that is pushed to windows as changed. */
  readonly entity: ChangeRef['entity'];
  /** Its part of a configuration file; left out where there is none. */
  readonly section?: ConfigSection;
  /** The API's verb instead of `delete`. */
  readonly ends?: string;
  readonly input: (name: string) => object;
  /** A change of what `input` gave, which may keep the name. */
  readonly change: (name: string) => object;
  /** Returns its state without the database, or the rows where it keeps nothing. */
  readonly inMemory: (core: Core) => unknown;
}

const ALERT = {
  source: 'api',
  host: 'nas',
  kind: 'disk',
  severity: 'critical',
  labels: {},
} as const;
const HOUR_MS = 3_600_000;
/** Far from any test's clock, so that it stays what it is. */
const LATER = Date.UTC(2030, 0, 1);

const maintenance = (name: string) => ({
  name,
  matchers: ['host="nas"'],
  schedule: { type: 'once', startsAt: 1_000, endsAt: LATER },
});
const inhibition = (name: string) => ({
  name,
  sourceMatchers: ['kind="switch_down"'],
  targetMatchers: ['kind!="switch_down"'],
});
const slugOf = (name: string): string => name.replaceAll(' ', '-');
const mapped = (name: string) => ({ name, slug: slugOf(name), mapping: { host: 'h', kind: 'k' } });
const mailRule = (name: string) => ({ name, subject: `^${name}`, kind: 'backup_failed' });
const heartbeat = (name: string) => ({
  name,
  slug: slugOf(name),
  schedule: { type: 'period', periodMs: HOUR_MS },
  graceMs: HOUR_MS,
});
const channel = (name: string) => ({ name, config: { url: 'https://hook.example/secret' } });

/** Exhaustive, so that a collection without a case does not compile. */
export const CASES: { readonly [G in Group]: CollectionCase } = {
  channels: {
    group: 'channels',
    collectionOf: (core) => core.channels.collection,
    noun: 'channel',
    audit: 'channel',
    limit: 'channelsMax',
    uniqueNames: true,
    entity: 'channel',
    section: 'channels',
    input: (name) => ({ kind: 'webhook', ...channel(name) }),
    change: channel,
    inMemory: (core) => core.channels.all(),
  },
  routes: {
    group: 'routes',
    collectionOf: (core) => core.routes.collection,
    noun: 'route',
    audit: 'route',
    limit: 'routesMax',
    uniqueNames: true,
    entity: 'routes',
    section: 'routes',
    input: (name) => ({ name, matchers: ['host="nas"'] }),
    change: (name) => ({ name, matchers: ['host="rack"'] }),
    inMemory: (core) => core.routes.matching(ALERT),
  },
  silences: {
    group: 'silences',
    collectionOf: (core) => core.silences.collection,
    noun: 'silence',
    audit: 'silence',
    limit: 'silencesMax',
    uniqueNames: false,
    entity: 'suppression',
    ends: 'expire',
    input: (comment) => ({ matchers: ['host="nas"'], endsAt: LATER, comment }),
    change: (comment) => ({ comment }),
    inMemory: (core) => core.silences.standing(),
  },
  maintenance: {
    group: 'maintenance',
    collectionOf: (core) => core.maintenance.collection,
    noun: 'maintenance window',
    audit: 'maintenance',
    limit: 'maintenanceWindowsMax',
    uniqueNames: true,
    entity: 'suppression',
    section: 'maintenanceWindows',
    input: maintenance,
    change: (name) => ({ ...maintenance(name), comment: 'longer' }),
    inMemory: (core) => core.maintenance.muting(ALERT, LATER - 1)?.row,
  },
  inhibitions: {
    group: 'inhibitions',
    collectionOf: (core) => core.inhibitions.collection,
    noun: 'inhibition',
    audit: 'inhibition',
    limit: 'inhibitionsMax',
    uniqueNames: true,
    entity: 'suppression',
    section: 'inhibitions',
    input: inhibition,
    change: (name) => ({ ...inhibition(name), equal: ['site'] }),
    inMemory: (core) => core.inhibitions.collection.list(),
  },
  heartbeats: {
    group: 'heartbeats',
    collectionOf: (core) => core.heartbeats.service.collection,
    noun: 'heartbeat',
    audit: 'heartbeat',
    limit: 'heartbeatsMax',
    uniqueNames: false,
    entity: 'heartbeat',
    section: 'heartbeats',
    input: heartbeat,
    change: (name) => ({ ...heartbeat(name), severity: 'critical' }),
    inMemory: (core) => core.heartbeats.service.collection.list(),
  },
  views: {
    group: 'views',
    collectionOf: (core) => core.views,
    noun: 'saved view',
    audit: 'saved_view',
    limit: 'savedViewsMax',
    uniqueNames: true,
    entity: 'views',
    section: 'savedViews',
    input: (name) => ({ name, params: { q: 'zone="base"', group: 'host' } }),
    change: (name) => ({ name, params: { sort: 'severity' } }),
    inMemory: (core) => core.views.list(),
  },
  mappedWebhooks: {
    group: 'mappedWebhooks',
    collectionOf: (core) => core.mappings.collection,
    noun: 'mapped webhook',
    audit: 'mapped_webhook',
    limit: 'mappedWebhooksMax',
    uniqueNames: true,
    entity: 'mappings',
    section: 'mappedWebhooks',
    input: mapped,
    change: mapped,
    inMemory: (core) => ['kept', 'other'].map((slug) => core.mappings.bySlug(slug) !== null),
  },
  mailRules: {
    group: 'mailRules',
    collectionOf: (core) => core.mailRules.collection,
    noun: 'mail rule',
    audit: 'mail_rule',
    limit: 'mailRulesMax',
    uniqueNames: true,
    entity: 'mail_rules',
    section: 'mailRules',
    input: mailRule,
    change: (name) => ({ ...mailRule(name), severity: 'critical' }),
    inMemory: (core) => core.mailRules.rules,
  },
};
