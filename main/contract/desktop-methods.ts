import { z } from 'zod';
import { core, coreInput, coreTrial, coreTrialInput, coreUpdate } from './desktop-core.ts';
import { items } from './methods/definition.ts';
import { nothing } from './primitives.ts';
import { coreReason } from './reasons/core-reasons.ts';

/**
 * The methods that the window calls on the desktop itself, not on a core. They are declared once for the preload's
 * allow-list, the main process and the window. No other caller reaches them.
 */
export const DESKTOP_METHODS = {
  /** The local core first. `reason` says why the saved list could not be read. */
  'cores.list': { input: nothing, output: items(core).extend({ reason: coreReason.nullable() }) },
  /** Tests a connection, and saves nothing. */
  'cores.try': { input: coreTrialInput, output: coreTrial },
  'cores.add': { input: coreInput, output: core },
  'cores.update': { input: coreUpdate, output: core },
  'cores.remove': { input: z.strictObject({ id: z.uuid() }), output: nothing },
  /** Switches the local core on or off. */
  'cores.setLocal': { input: z.strictObject({ on: z.boolean() }), output: nothing },
} as const;

export type DesktopMethodName = keyof typeof DESKTOP_METHODS;
export type DesktopInput<K extends DesktopMethodName> = z.input<
  (typeof DESKTOP_METHODS)[K]['input']
>;
export type DesktopOutput<K extends DesktopMethodName> = z.output<
  (typeof DESKTOP_METHODS)[K]['output']
>;

export const DESKTOP_METHOD_NAMES = Object.keys(DESKTOP_METHODS) as DesktopMethodName[];

/** Narrows an untrusted word to a method's name; own keys only, so `constructor` is none. */
export const isDesktopMethodName = (word: unknown): word is DesktopMethodName =>
  typeof word === 'string' && Object.hasOwn(DESKTOP_METHODS, word);
