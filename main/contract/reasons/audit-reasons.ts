import { z } from 'zod';
import { recovery } from '../backup.ts';
import { timestampMs } from '../primitives.ts';
import { legacyReasons, reasonOf } from './reason-family.ts';
import { holdReason } from './hold-reasons.ts';
import { bulkReason } from './host-reasons.ts';

const name = z.string();
const count = z.int();

/** The details of an audit entry, besides the actor, the action and the subject. */
export const auditReasons = {
  ...legacyReasons,
  'audit.named': { name },
  'audit.rule': { name, enabled: z.boolean() },
  'audit.alert': { kind: z.string(), host: z.string() },
  'audit.channel': { name, kind: z.string(), enabled: z.boolean() },
  'audit.channel_deleted': { name, cancelled: count },
  'audit.channel_paused': { name, hold: holdReason },
  'audit.heartbeat': { name, slug: z.string(), kind: z.string(), host: z.string() },
  'audit.maintenance_missed': { name, startedAt: timestampMs },
  'audit.silence': { matchers: z.array(z.string()), startsAt: timestampMs, endsAt: timestampMs },
  'audit.webhook': { name, slug: z.string() },
  'audit.paused': { until: timestampMs },
  'audit.paused_open': {},
  'audit.pause_ended': {},
  'audit.dead_letters_capped': { count, max: z.int() },
  'audit.dead_letters_requeued': { count },
  'audit.bulk_named': { count },
  'audit.bulk_group': { count, channel: z.string(), failureClass: z.string(), cause: z.string() },
  'audit.bulk_filter': { count, filter: z.string() },
  'audit.bulk_elsewhere': { count, channel: z.string(), filter: z.string() },
  'audit.bulk_undo': { count, discardId: z.string() },
  'audit.bulk_finished': { changed: count, unchanged: count, total: count },
  'audit.bulk_cancelled': { changed: count, unchanged: count, total: count },
  'audit.bulk_failed': { changed: count, unchanged: count, total: count, because: bulkReason },
  'audit.token_created': { name, scope: z.string() },
  'audit.token_revoked': {},
  'audit.admin_token_changed': { count },
  'audit.signed_in': {},
  'audit.signed_out': {},
  'audit.session_ended': {},
  'audit.sessions_ended': { count },
  'audit.recovery': { recovery: recovery.omit({ text: true }) },
  'audit.restored': { lastWriteAt: timestampMs },
  'audit.cluster_left': {},
  'audit.backup': { name, bytes: z.int() },
  'audit.backup_rotated': { name, bytes: z.int(), removed: z.array(z.string()) },
  'audit.key_rotated': { resealed: count, unreadable: count, forgotten: z.boolean() },
  'audit.key_resealed': { resealed: count, unreadable: count },
  'audit.settings': { settings: z.array(z.string()) },
  'audit.exported': { sealed: z.boolean() },
  'audit.imported': { mode: z.string(), created: count, changed: count, removed: count },
  'audit.replayed': { adapter: z.string(), count },
  'audit.rejected_deleted': { count },
} as const;

export const auditReason = reasonOf(auditReasons);
export type AuditReason = z.infer<typeof auditReason>;
