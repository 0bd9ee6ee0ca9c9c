import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SENDER_GUIDES } from '../../renderer/settings/sender-snippets.ts';

const GUIDE = readFileSync('docs/senders.md', 'utf8').replaceAll('bf_your-token', 'TOKEN');

test.each(SENDER_GUIDES.filter(({ name }) => name !== 'curl'))(
  'what the window offers to copy for $name is what the guide says',
  ({ snippets }) => {
    for (const { text } of snippets('http://127.0.0.1:8377', 'TOKEN')) {
      for (const line of text.split('\n')) expect(GUIDE).toContain(line.trim());
    }
  },
);

test('https and a path reach every snippet that names an address', () => {
  for (const { name, snippets } of SENDER_GUIDES) {
    const texts = snippets('https://lab.example/belfry', 'TOKEN').map(({ text }) => text);
    const all = texts.join('\n');
    expect(all, name).not.toContain('http://');
    expect(all, name).toContain('lab.example');
    expect(all, name).toMatch(/lab\.example\/belfry|path_prefix: \/belfry/);
    expect(all, name).toMatch(/https|jsons/);
  }
});
