import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bashScript, zshScript } from '../../../main/cli/completion/posix.ts';
import { commandNodes } from '../../../main/cli/completion/command-tree.ts';
import { fishScript } from '../../../main/cli/completion/fish.ts';
import { createProgram } from '../../../main/cli/program.ts';
import { messagesFor } from '../../../main/messages/messages.ts';
import { tempDir } from '../../support/temp-dir.ts';

const program = createProgram(messagesFor('en'), '/nowhere');
const nodes = commandNodes(program);

let temp: ReturnType<typeof tempDir>;
let script: string;
beforeAll(() => {
  temp = tempDir();
  script = join(temp.path, 'belfry.bash');
  writeFileSync(script, bashScript('belfry', nodes));
});
afterAll(() => temp[Symbol.dispose]());

/** Returns bash's own completions of a line, the last word being the one at the cursor. */
function offered(...words: string[]): string[] {
  const answer = execFileSync(
    'bash',
    [
      '-uc',
      `source "$1"; shift; COMP_WORDS=(belfry "$@"); COMP_CWORD=$#; _belfry; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      script,
      ...words,
    ],
    { encoding: 'utf8', cwd: temp.path },
  );
  return answer.split('\n').filter((word) => word !== '');
}

describe('bash offers', () => {
  test('commands, then theirs', () => {
    expect(offered('dead')).toEqual(['dead-letters']);
    expect(offered('dead-letters', '')).toEqual(
      expect.arrayContaining(['list', 'groups', 'show', 'requeue', 'discard', 'undo']),
    );
    expect(offered('alerts', 'un')).toEqual(['unack', 'unsnooze']);
  });

  test('the options of the command at hand', () => {
    expect(offered('alerts', 'list', '--s')).toEqual(['--state', '--severity', '--search']);
    expect(offered('alerts', 'ack', '--jso')).toEqual(['--json']);
    expect(offered('status', '--state')).toEqual([]);
  });

  test('the values of an option, behind a blank or =', () => {
    const states = ['open', 'acknowledged', 'resolved', 'expired', 'all'];
    expect(offered('alerts', 'list', '--state', '')).toEqual(states);
    expect(offered('alerts', 'list', '--state', '=')).toEqual(states);
    expect(offered('alerts', 'list', '--state', '=', 'op')).toEqual(['open']);
    expect(offered('send', '--severity', 'c')).toEqual(['critical']);
  });

  test('files where a file is wanted, and nothing where only a person knows', () => {
    expect(offered('status', '--token-file', 'bel')).toEqual(['belfry.bash']);
    expect(offered('send', '--host', '')).toEqual([]);
  });

  test('what follows an option with a value, which is no command', () => {
    expect(offered('send', '--host', 'alerts', '--ki')).toEqual(['--kind']);
    expect(offered('alerts', 'list', '--host=x', '--kin')).toEqual(['--kind']);
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });
});

/** Every command of the parser below `command`, with the words that lead to it. */
const everyCommand = (command: Command, path: string[] = []): [path: string, Command][] => [
  [path.join(' '), command],
  ...command.commands.flatMap((it) => everyCommand(it, [...path, it.name()])),
];

test('the tree holds every command and long option of the parser', () => {
  for (const [path, command] of everyCommand(program)) {
    const node = nodes.find((it) => it.path === path);
    expect(
      node?.options.map(({ long }) => long),
      path,
    ).toEqual(expect.arrayContaining(command.options.map(({ long }) => long)));
  }
});

test.for([
  ['zsh', zshScript],
  ['fish', fishScript],
] as const)('the script for %s names every command and option', ([, draw]) => {
  const text = draw('belfry', nodes);
  for (const { path, options } of nodes) {
    expect(text).toContain(`'${path}'`.replace("''", "'"));
    for (const { long } of options) expect(text).toContain(long.slice(2));
  }
});
