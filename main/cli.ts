#!/usr/bin/env node

// By its default export, since older versions of Node end at a name that they do not know.
import module from 'node:module';
import { join } from 'node:path';
import { beginStartMode } from './cli/start-mode.ts';

/** The first Node whose N-API and flags our SQLite binding was built for; older ones crash in it without a message. */
const NODE_MINIMUM = [22, 12] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor < NODE_MINIMUM[1])) {
  process.stderr.write(
    `belfry: Node ${NODE_MINIMUM.join('.')} or newer is required, this is ${process.versions.node}. ` +
      'Start Belfry with npm, which brings its own Node: npm run serve\n',
  );
  process.exit(1);
}

// Beside the program, so that only those who may change it can change what is cached of it.
module.enableCompileCache(join(import.meta.dirname, '..', 'compile-cache'));
beginStartMode();

// Loaded only now, since the import itself is what older versions of Node crash on.
const { runProgram } = await import('./cli/program.ts');
await runProgram(process.argv, import.meta.dirname);
