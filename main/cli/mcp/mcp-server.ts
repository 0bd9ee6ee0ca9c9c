import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { systemClock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { ConnectionOptions } from '../connection.ts';
import { ConnectedClient } from './connected-client.ts';
import { Tools, UNTRUSTED } from './tools.ts';

export interface McpOptions {
  readonly connection: ConnectionOptions;
  /** Adds the tools that change something. */
  readonly allowWrite: boolean;
  readonly version: string;
  readonly logger: Logger;
}

const INSTRUCTIONS = `Belfry turns what a homelab reports into alerts and keeps every notification until it is delivered; one that could not be delivered is a dead letter. ${UNTRUSTED}`;

/**
 * Serves the Model Context Protocol over stdio for as long as the client keeps stdin open. Stdout carries the protocol
 * and nothing else; logs go to stderr.
 */
export async function serveMcp(options: McpOptions): Promise<void> {
  const { connection, allowWrite, version, logger } = options;
  const client = new ConnectedClient(connection, systemClock);
  const server = new McpServer(
    { name: 'belfry', title: 'Belfry', version },
    { instructions: INSTRUCTIONS },
  );
  const tools = new Tools(server, client, systemClock);
  tools.addReading();
  if (allowWrite) tools.addWriting();
  server.server.onerror = (error) => {
    logger.log('warn', 'a message could not be handled', { error: error.message });
  };
  // Where stdin ends, nothing keeps the process but answers that are still on their way.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.close());
  await server.connect(new StdioServerTransport());
  logger.log('info', 'serving the Model Context Protocol', { allowWrite });
}
