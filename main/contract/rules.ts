import { LIMITS } from './limits.ts';
import { collectionMethods } from './methods/definition.ts';
import {
  inhibition,
  inhibitionInput,
  inhibitionUpdate,
  maintenanceEntry,
  maintenanceInput,
  maintenanceUpdate,
  maintenanceWindow,
} from './suppression.ts';

/**
 * Rules that are collections and no more: what the API takes is what is stored, and what a configuration
 * file says in its `section`, as `entry` has it. Methods, handlers and sections derive from this table.
 */
export const RULES = {
  maintenance: {
    group: 'maintenance',
    section: 'maintenanceWindows',
    max: LIMITS.maintenanceWindowsMax,
    path: '/api/v1/maintenance-windows',
    scope: 'admin',
    shown: maintenanceWindow,
    create: maintenanceInput,
    update: maintenanceUpdate,
    entry: maintenanceEntry,
    summaries: {
      list: 'List maintenance windows by name',
      create: 'Add a maintenance window, once or recurring',
      update: 'Replace a maintenance window',
      delete: 'Delete a maintenance window',
    },
  },
  inhibitions: {
    group: 'inhibitions',
    section: 'inhibitions',
    max: LIMITS.inhibitionsMax,
    path: '/api/v1/inhibitions',
    scope: 'admin',
    shown: inhibition,
    create: inhibitionInput,
    update: inhibitionUpdate,
    entry: inhibitionInput,
    summaries: {
      list: 'List inhibitions by name',
      create: 'Create an inhibition: one alert mutes those that depend on it',
      update: 'Replace an inhibition',
      delete: 'Delete an inhibition',
    },
  },
} as const;
export type RuleGroup = keyof typeof RULES;

export const RULE_METHODS = {
  ...collectionMethods(RULES.maintenance),
  ...collectionMethods(RULES.inhibitions),
};
