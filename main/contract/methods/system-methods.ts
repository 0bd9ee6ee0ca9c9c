import { z } from 'zod';
import {
  auditEntry,
  auditQuery,
  metricsSnapshot,
  session,
  signInLink,
  status,
  token,
  tokenCreated,
  tokenInput,
} from '../system.ts';
import { settings, settingsPatch } from '../settings.ts';
import { outboundHeartbeatStatus } from '../outbound-heartbeat.ts';
import { backup } from '../backup.ts';
import {
  configApplyInput,
  configExportInput,
  configFile,
  configPreviewInput,
  importPreview,
} from '../config-exchange.ts';
import { overview } from '../overview.ts';
import { keyRotated, keyRotationInput } from '../rotated-key.ts';
import { del, done, get, items, patch, post } from './definition.ts';

/** Tokens, sessions, settings, status, backups and the configuration as a file. */
export const SYSTEM_METHODS = {
  'tokens.list': get('admin', '/api/v1/tokens', {
    summary: 'List tokens, without their secrets',
    output: items(token),
  }),
  'tokens.create': post('admin', '/api/v1/tokens', {
    summary: 'Create a token; only this answer contains its secret',
    input: tokenInput,
    output: tokenCreated,
    errors: ['name_taken'],
    status: 201,
  }),
  'tokens.delete': del('admin', '/api/v1/tokens/:id', {
    summary: 'Revoke a token',
    output: done('deleted'),
  }),
  'sessions.list': get('admin', '/api/v1/sessions', {
    summary: 'List sessions, last seen first',
    output: items(session),
  }),
  'sessions.end': del('admin', '/api/v1/sessions/:id', {
    summary: 'End a session at once',
    output: done('ended'),
  }),
  'sessions.endOthers': del('admin', '/api/v1/sessions', {
    summary: 'End every session except the caller’s',
    output: z.object({ ended: z.int() }),
  }),
  'settings.get': get('read', '/api/v1/settings', {
    summary: 'Return all settings',
    output: settings,
  }),
  'settings.update': patch('admin', '/api/v1/settings', {
    summary: 'Update settings; those that are left out keep their values',
    input: settingsPatch,
    output: settings,
  }),
  'outboundHeartbeat.test': post('operate', '/api/v1/outbound-heartbeat/test', {
    summary: 'Send the outbound heartbeat now, unless it is withheld',
    output: outboundHeartbeatStatus,
    errors: ['wrong_state'],
  }),
  'system.status': get('read', '/api/v1/status', {
    summary: 'Return counts and states for badge, tray and banners',
    output: status,
  }),
  'overview.get': get('read', '/api/v1/overview', {
    summary: 'Return what the first view shows: what needs a person, and the last 24 hours',
    output: overview,
  }),
  'session.link': post('admin', '/api/v1/session/link', {
    summary: 'Create a sign-in link for the window; it works once, for ten minutes',
    output: signInLink,
  }),
  'audit.list': get('admin', '/api/v1/audit', {
    summary: 'List the audit log, newest first',
    input: auditQuery,
    output: z.object({ items: z.array(auditEntry), nextCursor: z.string().nullable() }),
  }),
  'metrics.get': get('read', '/api/v1/metrics', {
    summary: 'Return metrics as JSON',
    output: metricsSnapshot,
  }),
  'backups.list': get('admin', '/api/v1/backups', {
    summary: 'List the backups in the data directory, newest first',
    output: items(backup),
  }),
  'backups.create': post('admin', '/api/v1/backups', {
    summary: 'Create a backup now and verify it',
    output: backup,
    errors: ['wrong_state'],
    status: 201,
  }),
  'keys.rotate': post('admin', '/api/v1/keys/rotate', {
    summary: 'Rotate the key that encrypts secrets, and encrypt all of them with the new one',
    input: keyRotationInput,
    output: keyRotated,
    errors: ['wrong_state'],
  }),
  'recovery.dismiss': post('operate', '/api/v1/recovery/dismiss', {
    summary: 'Dismiss the notice of what a recovery could not restore',
    output: done('dismissed'),
    errors: ['not_found'],
  }),

  // The configuration as a file. Posts, since a passphrase belongs into no address.
  'config.export': post('admin', '/api/v1/config/export', {
    summary: 'Export the configuration as YAML; secrets only encrypted with a passphrase',
    input: configExportInput,
    output: configFile,
  }),
  'config.preview': post('admin', '/api/v1/config/preview', {
    summary: 'Preview what an import would create, change and remove',
    input: configPreviewInput,
    output: importPreview,
  }),
  'config.apply': post('admin', '/api/v1/config/apply', {
    summary: 'Import a previewed configuration, as a whole or not at all',
    input: configApplyInput,
    output: importPreview,
    errors: ['wrong_state'],
  }),
};
