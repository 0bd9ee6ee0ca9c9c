import type { z } from 'zod';
import type { RouteService } from '../../alerts/rules/route-service.ts';
import type { CollectionOf, RuleCollections, Stamps } from '../../collections/collection.ts';
import type { ConfigSection } from '../../contract/config-document.ts';
import { mailRuleFields } from '../../contract/mail-rule.ts';
import { mappedWebhookInput } from '../../contract/mapped-webhook.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import { RULES, type RuleGroup } from '../../contract/rules.ts';
import { savedViewInput } from '../../contract/saved-view.ts';
import type { HeartbeatService } from '../../heartbeats/heartbeat-service.ts';
import type { MailRuleService } from '../mail-rule-service.ts';
import type { MappingService } from '../mapping-service.ts';
import type { SavedViews } from '../saved-views.ts';
import type { SettingsService } from '../settings-service.ts';
import { ChannelSection, type ChannelSectionDeps } from './channel-section.ts';
import { heartbeatSection } from './heartbeat-section.ts';
import { routeSection } from './route-section.ts';
import { byKey, inputOf, type Facts, type Section } from './section.ts';
import { NamedChannels } from './named-channels.ts';
import { settingsSection } from './settings-section.ts';

export interface SectionsDeps extends ChannelSectionDeps {
  readonly settings: SettingsService;
  readonly routes: RouteService;
  readonly rules: RuleCollections;
  readonly heartbeats: HeartbeatService;
  readonly mappings: MappingService;
  readonly mailRules: MailRuleService;
  readonly views: SavedViews;
}

/** Everything that a file can speak of, in the order in which it is written and imported. */
export const createSections = (deps: SectionsDeps) => ({
  settings: settingsSection(deps.settings),
  channels: new ChannelSection(deps),
  routes: routeSection(deps.routes, deps.channels),
  ...ruleSections(deps),
  heartbeats: heartbeatSection(deps.heartbeats),
  mappedWebhooks: collectionSection('mappedWebhooks', deps.mappings.collection, mappedWebhookInput),
  mailRules: collectionSection('mailRules', deps.mailRules.collection, mailRuleFields),
  savedViews: collectionSection('savedViews', deps.views, savedViewInput),
});

export type Sections = ReturnType<typeof createSections>;

const ruleSections = ({ rules, channels }: Pick<SectionsDeps, 'rules' | 'channels'>) =>
  Object.fromEntries(
    (Object.keys(RULES) as RuleGroup[]).map((group) => {
      const { section, entry } = RULES[group];
      const collection = rules[group] as CollectionOf<never, never, Stamps & { name: string }>;
      const facts = (FACTS[group] ?? ((entry: Facts) => entry)) as (entry: Facts) => Facts;
      const named = group === 'maintenance' ? new NamedChannels(channels, 'announceTo') : undefined;
      return [section, collectionSection(section, collection, entry, facts, named)];
    }),
  ) as Record<(typeof RULES)[RuleGroup]['section'], Section<unknown>>;

type Named = { readonly name: string };

/** A collection whose entries in a file are just what it takes, known by their names. */
function collectionSection(
  name: ConfigSection,
  collection: CollectionOf<never, never, Stamps & Named>,
  schema: z.ZodObject,
  written: (entry: Facts) => Facts = (entry) => entry,
  channels?: NamedChannels,
): Section<Named> {
  const factsOf = (entry: Named): Facts => written(inputOf(schema, { ...entry }));
  return {
    name,
    known: () =>
      byKey(
        collection.list(),
        (row) => row.name,
        (row) => ({ id: row.id, facts: factsOf(channels?.named(row) ?? row), secrets: {} }),
      ),
    written: ({ facts }) => facts,
    keyOf: (entry) => ['name', entry.name],
    want: (entry, _known, { channelNames }) => {
      const problems = channels?.problems(entry, channelNames) ?? [];
      return problems.length > 0
        ? { ok: false, problems }
        : { ok: true, wanted: { entry, facts: factsOf(entry), secrets: {}, notes: [] } };
    },
    put(unit, { entry }, id, actor) {
      const input = channels?.resolved(entry) ?? entry;
      return id === null
        ? collection.createIn(unit, input as never, actor)
        : collection.updateIn(unit, { ...input, id } as never, actor);
    },
    remove: (unit, id, actor) => collection.deleteIn(unit, id, actor),
  };
}

/** How an entry is written where its fields may say the same in several ways. */
const FACTS: { readonly [G in RuleGroup]?: (input: ParsedInput<`${G}.create`>) => Facts } = {
  maintenance: ({ schedule, ...input }) => ({
    ...input,
    schedule:
      schedule.type === 'once'
        ? { type: 'once', startsAt: isoTime(schedule.startsAt), endsAt: isoTime(schedule.endsAt) }
        : schedule,
  }),
};

const isoTime = (moment: string | number): string => new Date(moment).toISOString();
