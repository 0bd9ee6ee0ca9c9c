import { expect, test } from 'vitest';
import { eventInput, eventsInput } from '../../main/contract/alert.ts';
import { channelInput } from '../../main/contract/channel.ts';
import { invalidInput } from '../../main/domain/issues.ts';

const event = { host: 'nas', kind: 'backup_failed', status: 'firing' };
const webhook = { kind: 'webhook', name: 'w', config: { url: 'http://nas/' } };

test.each([
  [eventInput, { ...event, host: undefined }, 'host: is required'],
  [eventInput, { ...event, host: '' }, 'host: must not be empty'],
  [eventInput, { ...event, host: 7 }, 'host: must be a string'],
  [eventInput, { ...event, status: 'on' }, 'status: must be one of firing, resolved'],
  [eventInput, { ...event, extra: 1 }, 'body: has no field called "extra"'],
  [eventInput, { ...event, url: 'javascript:x' }, 'url: must be an http or https URL'],
  [eventInput, { ...event, occurredAt: 'noon' }, 'occurredAt: must be an ISO 8601 time'],
  [eventInput, { ...event, kind: 'k'.repeat(600) }, 'kind: must not be longer than 512 characters'],
  [channelInput, { ...webhook, config: {} }, 'config.url: must be an http or https URL'],
  [channelInput, { ...webhook, retry: { baseMs: 1 } }, 'retry.baseMs: must be 10 or more'],
  [
    channelInput,
    { ...webhook, retry: { maxAttempts: 101 } },
    'retry.maxAttempts: must be 100 or less',
  ],
  [
    channelInput,
    { ...webhook, retry: { maxAttempts: 1.5 } },
    'retry.maxAttempts: must be an integer',
  ],
  [channelInput, { ...webhook, retry: { preset: 'x' } }, 'retry.preset: must be one of default'],
  [channelInput, { ...webhook, kind: 'pigeon' }, 'kind: '],
  [eventInput, { kind: 'k' }, 'host: is required (and 1 more)'],
  [eventsInput, [], 'body: must contain 1 or more entries'],
])('%# names the field and the fix: %s', (schema, input, message) => {
  const parsed = schema.safeParse(input);
  expect(parsed.success).toBe(false);
  if (!parsed.success) expect(invalidInput(parsed.error).error.message).toContain(message);
});
