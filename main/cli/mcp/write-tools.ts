import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { Clock } from '../../base/clock.ts';
import { METHODS } from '../../contract/methods.ts';
import type { BulkJob } from '../../contract/notification.ts';
import type { Result } from '../../contract/result.ts';
import { progressText, skippedText, watchBulk } from '../bulk-progress.ts';
import type { Caller } from '../session.ts';
import { toolAnswer } from './tool-answer.ts';

/** It changes something, and takes nothing away that could not be had again. */
const WRITES = { readOnlyHint: false, destructiveHint: false, openWorldHint: false } as const;
/** What is requeued leaves for receivers outside. */
const SENDS = { ...WRITES, openWorldHint: true } as const;

/** Assistants give up on a tool after about a minute; work that takes longer goes on without them. */
const WAIT_MS = 20_000;

/** Tools that act, which exist only when they were asked for. */
export function addWriteTools(server: McpServer, client: Caller, clock: Clock): void {
  server.registerTool(
    'acknowledge_alert',
    {
      title: 'Acknowledge an alert',
      description: 'Acknowledge an open alert, which ends its reminders and escalation.',
      inputSchema: METHODS['alerts.acknowledge'].input,
      outputSchema: METHODS['alerts.acknowledge'].output,
      annotations: WRITES,
    },
    async ({ id }) =>
      toolAnswer(
        await client.call('alerts.acknowledge', { id }),
        (alert) => `${alert.id} is acknowledged.`,
      ),
  );
  server.registerTool(
    'requeue_dead_letter',
    {
      title: 'Requeue a dead letter',
      description: 'Send one dead letter again, with a fresh budget and the channel as it is now.',
      inputSchema: METHODS['notifications.requeue'].input,
      outputSchema: METHODS['notifications.requeue'].output,
      annotations: SENDS,
    },
    async ({ id }) =>
      toolAnswer(await client.call('notifications.requeue', { id }), () => `${id} is requeued.`),
  );
  server.registerTool(
    'requeue_dead_letters',
    {
      title: 'Requeue many dead letters',
      description:
        'Send dead letters again: exactly one of ids, group (a key from dead_letter_groups) and filter. A group and a filter skip obsolete ones unless includeObsolete is true. Call preview_requeue first: for more than 20, ask the user, and offer asSummary, which sends one message for each channel. The answer is the work as it stands; a long one continues in the background.',
      inputSchema: METHODS['notifications.requeueMany'].input,
      outputSchema: METHODS['notifications.requeueMany'].output,
      annotations: SENDS,
    },
    async (selection) =>
      bulkAnswer(client, clock, await client.call('notifications.requeueMany', selection)),
  );
  addRetryTools(server, client, clock);
}

function addRetryTools(server: McpServer, client: Caller, clock: Clock): void {
  server.registerTool(
    'retry_notification',
    {
      title: 'Retry a notification now',
      description:
        'Make one pending or failed notification due now, past a silence or whatever else holds it. heldBy and reason in the answer say what still holds it.',
      inputSchema: METHODS['notifications.retry'].input,
      outputSchema: METHODS['notifications.retry'].output,
      annotations: SENDS,
    },
    async ({ id }) =>
      toolAnswer(await client.call('notifications.retry', { id }), ({ heldBy }) =>
        heldBy === undefined ? `${id} is due now.` : `${id} is on hold: ${heldBy}.`,
      ),
  );
  server.registerTool(
    'retry_notifications',
    {
      title: 'Retry many notifications now',
      description:
        'Make pending and failed notifications due now: exactly one of ids and filter. A filter skips what is held on purpose; the answer counts that as skipped.',
      inputSchema: METHODS['notifications.retryMany'].input,
      outputSchema: METHODS['notifications.retryMany'].output,
      annotations: SENDS,
    },
    async (selection) =>
      bulkAnswer(client, clock, await client.call('notifications.retryMany', selection)),
  );
}

/** Waits for bulk work, but not for long. */
async function bulkAnswer(
  client: Caller,
  clock: Clock,
  started: Result<BulkJob>,
): Promise<CallToolResult> {
  if (!started.ok) return toolAnswer(started, progressText);
  const limit = Promise.withResolvers<void>();
  using _timer = clock.after(WAIT_MS, limit.resolve);
  const job = await watchBulk(client, clock, started.value, limit.promise, () => undefined);
  return toolAnswer(job, (it) => {
    const done = [progressText(it), skippedText(it)].filter(Boolean).join(', ');
    return `${done}; the work is ${it.state}.`;
  });
}
