import { describe, expect, test } from 'vitest';
import {
  discordConfig as discord,
  slackConfig as slack,
  teamsConfig as teams,
} from '../../main/contract/channel-kind.ts';

describe('the address of something else is refused before the first message', () => {
  test.each([
    [discord, 'https://discord.com/channels/1102534561234567000/1102534561234567001'],
    [discord, 'https://ptb.discord.com/api/webhooks/1102534561234567000'],
    [slack, 'https://app.slack.com/client/T00000000/C00000000'],
    [slack, 'https://hooks.slack.com/workflows/T00000000/x'],
    [teams, 'https://teams.microsoft.com/l/channel/19%3Aabc/General'],
  ])('%#', (schema, url) => {
    expect(schema.safeParse({ url }).error?.issues).toMatchObject([
      { path: ['url'], message: expect.stringMatching(/^must be the address of /) as string },
    ]);
  });
});

describe('the address of a webhook is taken, and so is any at a host of one’s own', () => {
  test.each([
    [discord, 'https://discord.com/api/webhooks/1102534561234567000/t0ken'],
    [discord, 'https://discordapp.com/api/v10/webhooks/1102534561234567000/t0ken'],
    [discord, 'http://discord-proxy.lan/anything'],
    [slack, 'https://hooks.slack.com/services/T00000000/B00000000/XXXX'],
    [slack, 'https://chat.lan/hooks/abc'],
    [slack, 'https://notslack.com/x'],
    [teams, 'https://prod-1.westeurope.logic.azure.com/workflows/abc/triggers/manual/paths/invoke'],
    [teams, 'https://contoso.webhook.office.com/webhookb2/x'],
  ])('%#', (schema, url) => {
    expect(schema.parse({ url })).toEqual({ url });
  });
});
