#!/usr/bin/env node

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

// Loaded only now, since the import itself is what older versions of Node crash on.
const { runProgram } = await import('./cli/program.ts');
await runProgram(process.argv, import.meta.dirname);
