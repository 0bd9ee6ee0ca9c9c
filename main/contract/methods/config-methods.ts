import {
  configApplyInput,
  configExportInput,
  configFile,
  configPreviewInput,
  importPreview,
} from '../config-exchange.ts';
import { post, type MethodDefinition } from './definition.ts';

/** The configuration as a file. Posts, since a passphrase belongs into no address. */
export const CONFIG_METHODS = {
  'config.export': {
    summary: 'The configuration as YAML; secrets only with a passphrase, sealed under it',
    input: configExportInput,
    output: configFile,
    errors: ['invalid_input', 'unavailable'],
    scope: 'admin',
    http: post('/api/v1/config/export'),
  },
  'config.preview': {
    summary: 'What an import would create, change and remove; nothing is changed',
    input: configPreviewInput,
    output: importPreview,
    errors: ['invalid_input', 'unavailable'],
    scope: 'admin',
    http: post('/api/v1/config/preview'),
  },
  'config.apply': {
    summary: 'Import what was previewed, as a whole or not at all',
    input: configApplyInput,
    output: importPreview,
    errors: ['invalid_input', 'wrong_state', 'unavailable'],
    scope: 'admin',
    http: post('/api/v1/config/apply'),
  },
} as const satisfies Record<string, MethodDefinition>;
