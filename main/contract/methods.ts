import type { z } from 'zod';
import { ALERT_METHODS } from './methods/alert-methods.ts';
import { NOTIFICATION_METHODS } from './methods/notification-methods.ts';
import { ROUTING_METHODS } from './methods/routing-methods.ts';
import { INGEST_METHODS } from './methods/ingest-methods.ts';
import { SYSTEM_METHODS } from './methods/system-methods.ts';
import type { MethodDefinition } from './methods/definition.ts';
import { RULE_METHODS } from './rules.ts';

export type { MethodDefinition };

/**
 * Every API method, declared once. HTTP routes, IPC, the preload's allow-list, OpenAPI and the typed
 * client all derive from this table; a second list kept by hand would be a defect.
 */
export const METHODS = {
  ...ALERT_METHODS,
  ...NOTIFICATION_METHODS,
  ...ROUTING_METHODS,
  ...INGEST_METHODS,
  ...RULE_METHODS,
  ...SYSTEM_METHODS,
} satisfies Record<string, MethodDefinition>;

export type MethodName = keyof typeof METHODS;
/** The input that a caller passes: defaults may be left out. */
export type Input<K extends MethodName> = z.input<(typeof METHODS)[K]['input']>;
/** The input that a handler receives: validated, with defaults filled in. */
export type ParsedInput<K extends MethodName> = z.output<(typeof METHODS)[K]['input']>;
export type Output<K extends MethodName> = z.output<(typeof METHODS)[K]['output']>;

export const METHOD_NAMES = Object.keys(METHODS) as MethodName[];

/** Narrows an untrusted word to a method's name; own keys only, so `constructor` is none. */
export const isMethodName = (word: unknown): word is MethodName =>
  typeof word === 'string' && Object.hasOwn(METHODS, word);
