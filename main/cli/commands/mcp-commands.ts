import { addConnectionOptions, connectionOptionsOf } from '../api-command.ts';
import type { CliCommand } from '../cli-command.ts';
import { stderrLogger } from '../process-life.ts';

/** The MCP server is loaded only when it is asked for: its library is larger than all else together. */
export function addMcpCommand(program: CliCommand, version: string): void {
  const command = program
    .command('mcp')
    .description(program.messages.text('cli.mcp.description'))
    .option('--allow-write', program.messages.text('cli.mcp.allowWrite'));
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
