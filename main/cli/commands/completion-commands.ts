import { Argument } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { bashScript, zshScript } from '../completion/posix.ts';
import { commandNodes, type CommandNode } from '../completion/command-tree.ts';
import { fishScript } from '../completion/fish.ts';
import { processTerminal } from '../terminal.ts';

type Shell = 'bash' | 'zsh' | 'fish';

const SCRIPTS: Record<Shell, (program: string, nodes: readonly CommandNode[]) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export function addCompletionCommand(program: CliCommand): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .description(program.messages.text('cli.completion.description'))
    .action((shell: Shell) => {
      processTerminal(program.messages).print(
        SCRIPTS[shell](program.name(), commandNodes(program)).trimEnd(),
      );
    });
}
