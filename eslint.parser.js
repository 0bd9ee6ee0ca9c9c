import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as svelteParser from 'svelte-eslint-parser';
import ts from 'typescript';
import { parser } from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/**
 * TypeScript's parser for ESLint with one program for all files. The project service would build the
 * program again for each Svelte file, because ESLint sees the component's script and markup as
 * TypeScript while the service has read the file from the disk; and each of these programs checks the
 * types of the whole contract again, which is four fifths of the time of a lint. Here an import of a
 * component also has the component's own types, where TypeScript alone knows of any component only `any`.
 */

const ROOT = import.meta.dirname;
const SVELTE = /\.svelte(\.ts)?$/;

/** Returns the TypeScript in whose place the Svelte parser shows a component to the rules. */
function typeScriptOf(filePath) {
  const source = readFileSync(filePath, 'utf8');
  let shown = source;
  const recorder = {
    ...parser,
    parseForESLint(code, options) {
      shown = code;
      return parser.parseForESLint(code, options);
    },
  };
  svelteParser.parseForESLint(source, { filePath, parser: recorder, svelteConfig });
  return shown;
}

function createProgram() {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(ROOT, 'tsconfig.json'),
    { allowNonTsExtensions: true },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
    undefined,
    undefined,
    [{ extension: '.svelte', isMixedContent: false, scriptKind: ts.ScriptKind.Deferred }],
  );
  const host = ts.createCompilerHost(config.options, true);
  const { readFile, fileExists } = host;
  /** An import of `X.svelte` finds `X.svelte.ts` where there is none: what the component is to others. */
  const componentOf = (path) =>
    path.endsWith('.svelte.ts') && !fileExists(path) ? path.slice(0, -'.ts'.length) : path;
  host.fileExists = (path) => fileExists(componentOf(path));
  host.readFile = (path) => {
    const file = componentOf(path);
    if (SVELTE.test(file) && !file.includes('node_modules')) return typeScriptOf(file);
    // ESLint shows a shebang as a comment.
    return readFile(file)?.replace(/^#!/, '//');
  };
  return ts.createProgram(config.fileNames, config.options, host);
}

let program;

/** A text that is not the file's, in an editor or after a fix, is left to the project service. */
function parseForESLint(code, options) {
  if (!options.projectService) return parser.parseForESLint(code, options);
  program ??= createProgram();
  if (program.getSourceFile(options.filePath)?.text !== code) {
    return parser.parseForESLint(code, options);
  }
  return parser.parseForESLint(code, { ...options, projectService: false, programs: [program] });
}

export const oneProgram = { meta: { name: 'belfry/one-program', version: '1' }, parseForESLint };
