import { z } from 'zod';
import { unwrap } from '../contract/field.ts';
import type { OwnMailRule, ReceivedMail } from '../contract/mail-rule.ts';
import type { MappedWebhook } from '../contract/mapped-webhook.ts';
import type { ParsedInput } from '../contract/methods.ts';
import { routeDefinition, type Route } from '../contract/route.ts';
import { RULES, type RuleGroup } from '../contract/rules.ts';
import type { SavedView } from '../contract/saved-view.ts';
import type { Silence } from '../contract/suppression.ts';
import type { Db } from './database.ts';
import { snakeCase } from './columns.ts';
import { RowTable } from './row-table.ts';

export type SilenceRow = Omit<Silence, 'state' | 'matching'>;
/** A rule as it is stored: what the API takes, and its stamps. */
export type RuleRow<G extends RuleGroup> = ParsedInput<`${G}.create`> & {
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
};
export type MappedWebhookRow = Omit<MappedWebhook, 'lastReceivedAt'>;

const stamps = { createdAt: 'plain', updatedAt: 'plain' } as const;
const named = { id: 'plain', name: 'plain', enabled: 'flag', ...stamps } as const;

/** A column whose name is not that of its field. */
const COLUMNS: Readonly<Record<string, string>> = { equal: 'equal_labels' };

/** Returns how a field is stored, by its rule in the contract. */
function codecOf(rule: z.ZodType): 'plain' | 'flag' | 'json' {
  const { core } = unwrap(rule);
  if (core instanceof z.ZodBoolean) return 'flag';
  const isText = core instanceof z.ZodString || core instanceof z.ZodStringFormat;
  return isText || core instanceof z.ZodNumber || core instanceof z.ZodEnum ? 'plain' : 'json';
}

/** A kind's table is named after its section, and has a column for each field that the API takes. By name. */
function ruleTable<G extends RuleGroup>(db: Db, group: G): RowTable<RuleRow<G>> {
  const { section, create } = RULES[group];
  const stored = Object.entries<z.ZodType>(create.shape).map(([field, rule]) => [
    field,
    [codecOf(rule), COLUMNS[field] ?? snakeCase(field)],
  ]);
  const fields = { id: 'plain', ...stamps, ...Object.fromEntries(stored) } as never;
  return new RowTable(db, { table: snakeCase(section), fields, orderBy: 'name, id' });
}

/** The table of each kind of rule. */
export const ruleTables = (db: Db) =>
  Object.fromEntries(
    (Object.keys(RULES) as RuleGroup[]).map((group) => [group, ruleTable(db, group)]),
  ) as { readonly [G in RuleGroup]: RowTable<RuleRow<G>> };

interface FlatRoute extends Pick<Route, 'id' | 'position' | 'name' | 'enabled'> {
  readonly definition: unknown;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Routes, in the order in which they are asked. */
export class RouteTable extends RowTable<Route, FlatRoute> {
  constructor(db: Db) {
    super(db, {
      table: 'routes',
      fields: { ...named, position: 'plain', definition: 'json' },
      orderBy: 'position, id',
      toFlat: ({ id, position, name, enabled, createdAt, updatedAt, ...definition }) => {
        return { id, position, name, enabled, definition, createdAt, updatedAt };
      },
      toRow: ({ definition, ...row }) => ({ ...routeDefinition.parse(definition), ...row }),
    });
  }

  place(id: string, position: number): void {
    this.db.run('UPDATE routes SET position = ? WHERE id = ?', [position, id]);
  }
}

/** Silences, newest first; those that have expired included until retention takes them. */
export class SilenceTable extends RowTable<SilenceRow> {
  constructor(db: Db) {
    super(db, {
      table: 'silences',
      fields: {
        id: 'plain',
        matchers: 'json',
        startsAt: 'plain',
        endsAt: 'plain',
        author: 'plain',
        comment: 'plain',
        ...stamps,
      },
      orderBy: 'created_at DESC, id DESC',
    });
  }

  /** Deletes at most `limit` silences that had ended by `cutoff` (ms UTC), the oldest first. Returns how many. */
  prune(cutoff: number, limit: number): number {
    const { changes } = this.db.run(
      `DELETE FROM silences WHERE id IN
         (SELECT id FROM silences WHERE ends_at <= ? ORDER BY ends_at LIMIT ?)`,
      [cutoff, limit],
    );
    return changes;
  }
}

export interface Sample {
  readonly at: number;
  readonly body: string;
}

/** Saved views of the alerts, by name. */
export class SavedViewTable extends RowTable<SavedView> {
  constructor(db: Db) {
    const fields = { id: 'plain', name: 'plain', params: 'json', ...stamps } as const;
    super(db, { table: 'saved_views', fields, orderBy: 'name, id' });
  }
}

/** Mapped webhooks, by name, and the last body of each. */
export class MappedWebhookTable extends RowTable<MappedWebhookRow> {
  constructor(db: Db) {
    const fields = {
      id: 'plain',
      slug: 'plain',
      name: 'plain',
      mapping: 'json',
      ...stamps,
    } as const;
    super(db, { table: 'mapped_webhooks', fields, orderBy: 'name, id' });
  }

  sample(id: string): Sample | null {
    return this.db.get('SELECT at, body FROM mapped_samples WHERE webhook_id = ?', [id]);
  }

  putSample(id: string, sample: Sample): void {
    // One that was deleted meanwhile has no sample to keep.
    this.db.run(
      `INSERT INTO mapped_samples (webhook_id, at, body)
       SELECT id, @at, @body FROM mapped_webhooks WHERE id = @id
       ON CONFLICT (webhook_id) DO UPDATE SET at = excluded.at, body = excluded.body`,
      { id, ...sample },
    );
  }
}

const RECEIVED_MAX = 20;

/** Mail rules, by name, and the last mails received. */
export class MailRuleTable extends RowTable<OwnMailRule> {
  constructor(db: Db) {
    const fields = {
      id: 'plain',
      name: 'plain',
      from: ['plain', 'sender'],
      subject: 'plain',
      text: 'plain',
      resolvedWhen: 'plain',
      host: 'plain',
      kind: 'plain',
      dedupKey: 'plain',
      severity: 'plain',
      ...stamps,
    } as const;
    super(db, { table: 'mail_rules', fields, orderBy: 'name, id' });
  }

  /** Returns the last mails received, newest first. */
  received(): ReceivedMail[] {
    const columns = 'at, sender AS "from", subject, text';
    return this.db.all(`SELECT ${columns} FROM received_mails ORDER BY id DESC LIMIT ?`, [
      RECEIVED_MAX,
    ]);
  }

  /** Keeps a mail in place of the oldest. */
  putReceived(mail: ReceivedMail): void {
    const { at, from, subject, text } = mail;
    this.db.run(
      'INSERT INTO received_mails (at, sender, subject, text) VALUES (@at, @from, @subject, @text)',
      { at, from, subject, text },
    );
    this.db.run(
      `DELETE FROM received_mails WHERE id NOT IN (SELECT id FROM received_mails ORDER BY id DESC LIMIT ?)`,
      [RECEIVED_MAX],
    );
  }
}
