import { describe, expect, it } from 'vitest';
import { matching, type Command } from '../../../renderer/palette/commands.ts';

const command = (label: string, hint = 'View'): Command => ({
  ...{ id: label, label, hint },
  run: () => undefined,
});
const COMMANDS = [
  command('Dead letters'),
  command('Settings: Cores'),
  command('Alerts'),
  command('New silence', 'Action'),
  command('Pause deliveries for 1 hour', 'Action'),
];
const found = (typed: string) => matching(COMMANDS, typed).map(({ label }) => label);

describe('the commands that a text finds', () => {
  it('are all of them at first, in their order', () => {
    expect(found(' ')).toHaveLength(COMMANDS.length);
    expect(found('')[0]).toBe('Dead letters');
  });

  it('have each word, in either case, also in what they are', () => {
    expect(found('LETTERS dead')).toEqual(['Dead letters']);
    expect(found('action pause')).toEqual(['Pause deliveries for 1 hour']);
    expect(found('x')).toEqual([]);
  });

  it('begin with the text first', () => {
    expect(found('s')[0]).toBe('Settings: Cores');
  });
});
