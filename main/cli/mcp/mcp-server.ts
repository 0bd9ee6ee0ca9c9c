import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { systemClock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { messagesFor } from '../../messages/messages.ts';
import { HttpClient } from '../api-client.ts';
import { connectionOf, type ConnectionOptions } from '../connection.ts';
import type { Caller } from '../session.ts';
import { addTools, INSTRUCTIONS } from './tools.ts';

export interface McpOptions {
  readonly connection: ConnectionOptions;
  /** Adds the tools that change something. */
  readonly allowWrite: boolean;
  readonly version: string;
  readonly logger: Logger;
}

/**
 * Returns a client that looks for the instance at each call: an assistant starts its servers together with
 * itself, so Belfry may start later, and listen elsewhere after a restart.
 */
function connectedClient(options: ConnectionOptions): Caller {
  const messages = messagesFor('en');
  return {
    call: async (name, input) => {
      const connection = connectionOf(messages, options);
      if (!connection.ok) return connection;
      const { url, token } = connection.value;
      return new HttpClient(url, token, systemClock, messages).call(name, input);
    },
  };
}

/**
 * Serves the Model Context Protocol over stdio for as long as the client keeps stdin open. Stdout carries the protocol
 * and nothing else; logs go to stderr.
 */
export async function serveMcp(options: McpOptions): Promise<void> {
  const { connection, allowWrite, version, logger } = options;
  const server = new McpServer(
    { name: 'belfry', title: 'Belfry', version },
    { instructions: INSTRUCTIONS },
  );
  addTools(server, connectedClient(connection), systemClock, allowWrite);
  server.server.onerror = (error) => {
    logger.log('warn', 'a message could not be handled', { error: error.message });
  };
  // After stdin ends, only answers that are still being sent keep the process running.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.close());
  await server.connect(new StdioServerTransport());
  logger.log('info', 'serving the Model Context Protocol', { allowWrite });
}
