import { expect, test } from 'vitest';
import type { Delivery } from '../../main/channels/channel-adapter.ts';
import { teamsCard } from '../../main/channels/teams.ts';
import { SAMPLES } from './sample-deliveries.ts';

const raised = SAMPLES['raised'] as Delivery;

test.each([
  ['many short lines', 'x\n'.repeat(4_000)],
  ['many lines of what JSON escapes', '"\\"\n'.repeat(2_000)],
  ['one endless line', 'é'.repeat(8_192)],
])('stays below what Teams takes, with %s and the longest links', (_, message) => {
  const url = `https://nas.lan/${'a'.repeat(1_980)}`;
  const links = {
    window: url,
    actions: raised.links.actions.map((action) => ({ ...action, url })),
  };
  const alert = { ...raised.alert, host: '"'.repeat(512), kind: '\\'.repeat(512), message, url };
  const card = teamsCard({ ...raised, alert, links }, url);
  expect(card.length).toBeLessThanOrEqual(14_000);
  expect(card.length).toBeGreaterThan(10_000);
  expect(card).toContain('… (cut)');
  expect(card.match(/RichTextBlock/g)?.length).toBeLessThanOrEqual(41);
});
