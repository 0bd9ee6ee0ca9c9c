import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { templatePart } from '../../main/contract/template.ts';
import { exampleText } from '../../resources/template-example.ts';
import { ROOT } from './citations.ts';

describe('the guide of templates', () => {
  const guide = readFileSync(join(ROOT, 'docs/templates.md'), 'utf8');
  const examples = [
    ...guide.matchAll(/```liquid (\w+)\n([^]*?)\n```\n\n```text\n([^]*?)\n```/g),
  ].map(([, part, source = '', text]) => [source, templatePart.parse(part), text] as const);

  test('shows for each example what it makes', () => {
    expect(examples.length).toBeGreaterThan(3);
    expect(guide.split('```liquid')).toHaveLength(examples.length + 1);
  });

  test.each(examples)('%s', (source, part, text) => {
    expect(exampleText(source, part)).toBe(text);
  });
});
