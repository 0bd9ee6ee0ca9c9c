import { z } from 'zod';
import { backup } from '../backup.ts';
import { nothing } from '../primitives.ts';
import { get, post, type MethodDefinition } from './definition.ts';

/** Copies of the database, and what is told after one had to be used. */
export const BACKUP_METHODS = {
  'backups.list': {
    summary: 'The backups in the data directory, newest first',
    input: nothing,
    output: z.object({ items: z.array(backup) }),
    errors: [],
    scope: 'admin',
    http: get('/api/v1/backups'),
  },
  'backups.create': {
    summary: 'Make a backup now; it is checked before it counts',
    input: nothing,
    output: backup,
    errors: ['wrong_state', 'unavailable'],
    scope: 'admin',
    http: post('/api/v1/backups', 201),
  },
  'recovery.dismiss': {
    summary: 'Take note of what a recovery could not keep; it is shown until then',
    input: nothing,
    output: z.object({ status: z.literal('dismissed') }),
    errors: ['not_found', 'unavailable'],
    scope: 'operate',
    http: post('/api/v1/recovery/dismiss'),
  },
} as const satisfies Record<string, MethodDefinition>;
