import { Argument, type Command } from 'commander';
import { bashScript } from '../completion/bash.ts';
import { commandNodes, type CommandNode } from '../completion/command-tree.ts';
import { fishScript } from '../completion/fish.ts';
import { zshScript } from '../completion/zsh.ts';
import { processTerminal } from '../terminal.ts';

type Shell = 'bash' | 'zsh' | 'fish';

const SCRIPTS: Record<Shell, (program: string, nodes: readonly CommandNode[]) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .description('print a script that completes commands and options in a shell')
    .action((shell: Shell) => {
      processTerminal().print(SCRIPTS[shell](program.name(), commandNodes(program)).trimEnd());
    });
}
