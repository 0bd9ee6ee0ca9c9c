import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { channelInput } from '../../main/contract/channel.ts';
import { settingsPatch } from '../../main/contract/settings.ts';

const guide = readFileSync('docs/channels.md', 'utf8');
/** Fills in the parts that people are to fill in themselves. */
const filled = (body: string): string => body.replaceAll('…', 'x'.repeat(40));
/** The JSON that the guide's commands send. */
const bodies = [...guide.matchAll(/-d '(\{.*?\})'$/gm)].map(([, body = '']) => filled(body));

test('what the guide says to send is what the API takes', () => {
  expect(bodies.length).toBeGreaterThan(3);
  for (const body of bodies) {
    const schema = body.includes('"kind"') ? channelInput : settingsPatch;
    const parsed = schema.safeParse(JSON.parse(body));
    expect(parsed.error?.issues ?? [], body).toEqual([]);
  }
});
