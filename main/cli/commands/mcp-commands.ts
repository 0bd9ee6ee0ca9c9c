import type { Command } from 'commander';
import { addConnectionOptions, connectionOptionsOf } from '../api-command.ts';
import { stderrLogger } from '../process-life.ts';

/** The MCP server is loaded only when it is asked for: its library is larger than all else together. */
export function addMcpCommand(program: Command, version: string): void {
  const command = program
    .command('mcp')
    .description('serve alerts and dead letters to an assistant, as an MCP server over stdio')
    .option('--allow-write', 'let it acknowledge alerts and requeue dead letters, too');
  addConnectionOptions(command).action(async (flags: { readonly allowWrite?: true }) => {
    const { serveMcp } = await import('../mcp/mcp-server.ts');
    await serveMcp({
      connection: connectionOptionsOf(command),
      allowWrite: flags.allowWrite === true,
      version,
      logger: stderrLogger(),
    });
  });
}
