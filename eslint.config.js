import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import * as svelteParser from 'svelte-eslint-parser';
import globals from 'globals';
import ts from 'typescript-eslint';
import { oneProgram } from './eslint.parser.js';
import { literalText } from './resources/literal-text-rule.js';
import svelteConfig from './svelte.config.js';

/** Time and randomness are arguments in main/: what reads them behind a caller's back cannot be tested. */
const TAKE_A_CLOCK = 'Take a Clock (main/base/clock.ts) as an argument instead.';
const TIMERS = ['setTimeout', 'setInterval'];
const TIMER_MODULES = ['node:timers', 'node:timers/promises', 'timers', 'timers/promises'];

const clockRule = {
  'no-restricted-globals': [
    'error',
    ...TIMERS.map((name) => ({ name, message: TAKE_A_CLOCK })),
    { name: 'performance', message: TAKE_A_CLOCK },
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: TAKE_A_CLOCK },
    { object: 'performance', property: 'now', message: TAKE_A_CLOCK },
    { object: 'process', property: 'hrtime', message: TAKE_A_CLOCK },
    { object: 'AbortSignal', property: 'timeout', message: TAKE_A_CLOCK },
    { object: 'Math', property: 'random', message: 'Take the randomness as an argument instead.' },
    ...TIMERS.map((property) => ({ object: 'globalThis', property, message: TAKE_A_CLOCK })),
  ],
  'no-restricted-imports': [
    'error',
    { paths: TIMER_MODULES.map((name) => ({ name, message: TAKE_A_CLOCK })) },
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector: "NewExpression[callee.name='Date'][arguments.length=0]",
      message: TAKE_A_CLOCK,
    },
    { selector: "CallExpression[callee.name='Date']", message: TAKE_A_CLOCK },
  ],
};

/**
 * Names of programs and folders, commands to copy, scripts for shells, drawings and the keywords of Teams'
 * cards, which are no text. What the demo's simulated machines and receivers say is English as that of real
 * ones; so are MCP tools, which a model reads.
 */
const NO_TEXTS = [
  'main/channels/teams.ts',
  'main/cli/completion/*.ts',
  'main/cli/{data-dir,demo-lab,demo-receivers,demo-week,login-command}.ts',
  'main/cli/mcp/{mcp-server,tools}.ts',
  'renderer/alerts/step-line.ts',
  'renderer/settings/{browser-name.ts,TokenSecret.svelte}',
  'renderer/incoming/mapping-snippets.ts',
];

export default defineConfig(
  {
    ignores: [
      'out/**',
      'dist/**',
      'coverage/**',
      'test-results/**',
      '.svelte-check/**',
      'main/messages/arguments.ts',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      parser: oneProgram,
      globals: { ...globals.browser, ...globals.node },
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      // The compiler already knows every name; this rule would only know half of them.
      'no-undef': 'off',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-console': 'error',
      eqeqeq: 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
      'max-lines': ['error', { max: 450 }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      // Handlers and adapters keep one asynchronous shape, whether or not the first of them awaits.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parser: svelteParser, parserOptions: { parser: oneProgram, svelteConfig } },
  },
  {
    files: ['main/**/*.ts'],
    ignores: ['main/base/clock.ts', 'main/launch.ts'],
    rules: clockRule,
  },
  {
    files: [
      'renderer/**/*.{ts,svelte}',
      // Not main/ingest: programs read its answers, in the wording of the service whose format it is.
      'main/{alerts,channels,cli,collections,domain,heartbeats,shell}/**/*.ts',
    ],
    ignores: NO_TEXTS,
    plugins: { belfry: { rules: { 'literal-text': literalText } } },
    rules: { 'belfry/literal-text': 'error' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // A describe block is a table of contents, and it grows with the cases.
      'max-lines-per-function': 'off',
      'no-console': 'off',
    },
  },
  {
    // Scripts that a person runs talk to that person.
    files: ['main/launch.ts', 'resources/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false } },
  },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },
);
