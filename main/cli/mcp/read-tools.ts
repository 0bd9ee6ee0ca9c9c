import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { METHODS } from '../../contract/methods.ts';
import { ok } from '../../contract/result.ts';
import { messagesFor } from '../../messages/messages.ts';
import { nextStep } from '../../messages/reasons.ts';
import { counted } from '../output/amounts.ts';
import type { Caller } from '../session.ts';
import { toolAnswer, UNTRUSTED } from './tool-answer.ts';

/** It reads what Belfry stores, and nothing beyond it. */
const READS = { readOnlyHint: true, openWorldHint: false } as const;

/** What of an alert explains who was told of it. */
const explained = METHODS['alerts.get'].output.pick({
  id: true,
  source: true,
  host: true,
  kind: true,
  state: true,
  mutedBy: true,
  snoozedUntil: true,
  flapping: true,
  flappingEvidence: true,
  explanation: true,
  timeline: true,
});

const describe = (text: string): string => `${text} ${UNTRUSTED}`;

/** Tools that look at alerts. Their schemas are the contract's own. */
export function addAlertTools(server: McpServer, client: Caller): void {
  server.registerTool(
    'list_alerts',
    {
      title: 'List alerts',
      description: describe(
        'Alerts, newest first; state "open,acknowledged" finds those that are not over. Times are milliseconds since 1970 UTC; pass nextCursor as cursor for the next page.',
      ),
      inputSchema: METHODS['alerts.list'].input,
      outputSchema: METHODS['alerts.list'].output,
      annotations: READS,
    },
    async (query) =>
      toolAnswer(
        await client.call('alerts.list', query),
        ({ items, total }) => `${items.length} of ${counted(total, 'alert')}.`,
      ),
  );
  server.registerTool(
    'show_alert',
    {
      title: 'Show an alert',
      description: describe('One alert with its timeline and its notifications.'),
      inputSchema: METHODS['alerts.get'].input,
      outputSchema: METHODS['alerts.get'].output,
      annotations: READS,
    },
    async ({ id }) =>
      toolAnswer(
        await client.call('alerts.get', { id }),
        ({ host, kind, state, severity }) => `${kind} of ${host}: ${severity}, ${state}.`,
      ),
  );
  server.registerTool(
    'explain_alert',
    {
      title: 'Explain who was told of an alert',
      description: describe(
        'Why each channel was told of an alert, still waits, or was not told, with what holds it back and what happened when.',
      ),
      inputSchema: METHODS['alerts.get'].input,
      outputSchema: explained,
      annotations: READS,
    },
    async ({ id }) => {
      const alert = await client.call('alerts.get', { id });
      const result = alert.ok ? ok(explained.parse(alert.value)) : alert;
      return toolAnswer(result, ({ explanation }) =>
        explanation.length === 0
          ? 'There is no channel that could be told.'
          : explanation
              .map(
                ({ channelName, verdict, sentence }) => `${channelName}: ${verdict}. ${sentence}`,
              )
              .join('\n'),
      );
    },
  );
}

/** Tools that look at the queue. */
export function addQueueTools(server: McpServer, client: Caller): void {
  server.registerTool(
    'list_notifications',
    {
      title: 'List notifications',
      description: describe(
        'What is owed to the channels and what became of it, newest first; status "dead" finds dead letters.',
      ),
      inputSchema: METHODS['notifications.list'].input,
      outputSchema: METHODS['notifications.list'].output,
      annotations: READS,
    },
    async (query) =>
      toolAnswer(
        await client.call('notifications.list', query),
        ({ data, total }) => `${data.length} of ${counted(total, 'notification')}.`,
      ),
  );
  server.registerTool(
    'show_notification',
    {
      title: 'Show a notification',
      description: describe('One notification with every attempt to deliver it.'),
      inputSchema: METHODS['notifications.get'].input,
      outputSchema: METHODS['notifications.get'].output,
      annotations: READS,
    },
    async ({ id }) =>
      toolAnswer(
        await client.call('notifications.get', { id }),
        ({ status, channelName, attempts, lastError, reason, lastErrorClass }) =>
          [
            `${status} for ${channelName} after ${counted(attempts.length, 'attempt')}.`,
            lastError,
            status === 'dead' ? nextStep(messagesFor('en'), reason, lastErrorClass) : null,
          ]
            .filter(Boolean)
            .join(' '),
      ),
  );
  server.registerTool(
    'dead_letter_groups',
    {
      title: 'Dead letters by cause',
      description: describe(
        'Notifications that could not be delivered, by channel and cause, most first; obsolete ones tell of alerts that have since closed.',
      ),
      inputSchema: METHODS['deadLetters.groups'].input,
      outputSchema: METHODS['deadLetters.groups'].output,
      annotations: READS,
    },
    async () =>
      toolAnswer(await client.call('deadLetters.groups', {}), ({ groups }) => {
        const total = groups.reduce((sum, { count }) => sum + count, 0);
        const lines = groups.map(({ channelName, count, cause, reason, class: failure }) =>
          [`${channelName}, ${count}: ${cause}`, nextStep(messagesFor('en'), reason, failure)]
            .filter(Boolean)
            .join(' '),
        );
        const sum = `${counted(total, 'dead letter')} in ${counted(groups.length, 'group')}.`;
        return [sum, ...lines].join('\n');
      }),
  );
  server.registerTool(
    'preview_requeue',
    {
      title: 'What a requeue would send',
      description: describe(
        'How many dead letters requeue_dead_letters would send for the same ids, group or filter, how many obsolete ones it would skip, and how many messages a summary would take.',
      ),
      inputSchema: METHODS['notifications.previewRequeue'].input,
      outputSchema: METHODS['notifications.previewRequeue'].output,
      annotations: READS,
    },
    async (selection) =>
      toolAnswer(
        await client.call('notifications.previewRequeue', selection),
        ({ total, skipped, summaries }) =>
          `Would send ${counted(total, 'dead letter')} and skip ${skipped} obsolete; a summary takes ${counted(summaries, 'message')}.`,
      ),
  );
}
