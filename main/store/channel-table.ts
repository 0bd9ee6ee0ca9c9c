import type { FailureClass } from '../contract/failure-class.ts';
import type { BreakerState, Channel } from '../contract/channel.ts';
import { CHANNEL_KINDS } from '../contract/channel-kind.ts';
import { withoutSecrets } from '../contract/field.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import { holdsLane, type Attention, type Health } from '../domain/channel-health.ts';
import type { Db } from './database.ts';
import { RowTable } from './row-table.ts';

/** The fields that the API shows as they are stored. */
type Shown = Omit<Channel, 'config' | 'target' | 'health' | 'attention'>;

export interface ChannelRow extends Readonly<Shown> {
  readonly sealedConfig: Buffer;
  /** The fields that are no secret, by today's rule: rows may be older than it. */
  readonly shownConfig: Readonly<Record<string, unknown>>;
  readonly health: Health;
  readonly attention: Attention | null;
}

type Unpacked = 'paused' | 'health' | 'attention';
type HealthName = 'state' | 'reason' | 'receiverText';

/** A channel with a field for each column. */
interface FlatChannel extends Omit<ChannelRow, Unpacked>, Omit<Health, HealthName> {
  readonly health: BreakerState;
  readonly pausedSince: number | null;
  readonly pausedUntil: number | null;
  readonly lastFailure: FailureReason | null;
  readonly lastFailureText: string | null;
  readonly attentionClass: FailureClass | null;
  readonly attention: FailureReason | null;
  readonly attentionText: string | null;
  readonly attentionSince: number | null;
}

const HEALTH = {
  health: 'plain',
  failures: 'plain',
  failingSince: 'plain',
  lastFailure: 'json',
  lastFailureText: 'plain',
  probeAt: 'plain',
  rejections: 'plain',
  workedAt: 'plain',
  attentionClass: 'plain',
  attention: 'json',
  attentionText: 'plain',
  attentionSince: 'plain',
  throttle: 'json',
} as const;

const toRow = ({ pausedSince, pausedUntil, ...flat }: FlatChannel): ChannelRow => {
  const { failures, failingSince, probeAt, rejections, workedAt, ...rest } = flat;
  const { health: state, lastFailure: reason, lastFailureText: receiverText, ...others } = rest;
  const { attentionClass, attention, attentionText, attentionSince, ...row } = others;
  return {
    ...row,
    shownConfig: withoutSecrets(CHANNEL_KINDS[row.kind].config, row.shownConfig),
    paused: pausedSince === null ? null : { since: pausedSince, until: pausedUntil },
    health: {
      state,
      failures,
      failingSince,
      reason,
      receiverText,
      probeAt,
      rejections,
      workedAt,
    },
    attention:
      attentionClass === null || attention === null || attentionSince === null
        ? null
        : {
            holds: holdsLane(attentionClass),
            class: attentionClass,
            reason: attention,
            receiverText: attentionText,
            since: attentionSince,
          },
  };
};

const toFlat = ({ paused, health, attention, ...row }: ChannelRow): FlatChannel => {
  const { state, reason, receiverText, ...counts } = health;
  return {
    ...row,
    ...counts,
    health: state,
    lastFailure: reason,
    lastFailureText: receiverText,
    pausedSince: paused?.since ?? null,
    pausedUntil: paused?.until ?? null,
    attentionClass: attention?.class ?? null,
    attention: attention?.reason ?? null,
    attentionText: attention?.receiverText ?? null,
    attentionSince: attention?.since ?? null,
  };
};

/** By name. */
export class ChannelTable extends RowTable<ChannelRow, FlatChannel> {
  constructor(db: Db) {
    super(db, {
      table: 'channels',
      fields: {
        id: 'plain',
        kind: 'plain',
        name: 'plain',
        enabled: 'flag',
        pausedSince: 'plain',
        pausedUntil: 'plain',
        sealedConfig: ['plain', 'config'],
        configured: 'json',
        shownConfig: 'json',
        retry: 'json',
        rateLimit: 'json',
        fallbackChannelId: 'plain',
        autoRequeue: 'flag',
        resolveOnlyIfDelivered: 'flag',
        language: 'plain',
        templates: 'json',
        templateFailure: 'json',
        ...HEALTH,
        createdAt: 'plain',
        updatedAt: 'plain',
      },
      orderBy: 'name, id',
      toRow,
      toFlat,
    });
  }

  /** Updates how its deliveries go, and nothing else about it. */
  putHealth(row: ChannelRow): void {
    this.update(row, '', { fields: Object.keys(HEALTH) });
  }

  /** Updates the last failure of its templates, and nothing else about it. */
  putTemplateFailure(row: ChannelRow): void {
    this.update(row, '', { fields: ['templateFailure'] });
  }

  /** Updates its sealed configuration, which is the same in other bytes. */
  putSealed(row: ChannelRow): void {
    this.update(row, '', { fields: ['sealedConfig'] });
  }

  /** Takes the channel from those that fall back to it. Returns their ids. */
  clearFallback(id: string): string[] {
    return this.db.values(
      'UPDATE channels SET fallback_channel_id = NULL WHERE fallback_channel_id = ? RETURNING id',
      [id],
    );
  }
}
