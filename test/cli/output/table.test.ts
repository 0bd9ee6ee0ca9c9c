import { describe, expect, test } from 'vitest';
import { displayWidth, shortened } from '../../../main/cli/output/table.ts';
import type { Look } from '../../../main/cli/output/look.ts';
import { messagesFor } from '../../../main/messages/messages.ts';
import { fields, section, table, type Column } from '../../../main/cli/output/table.ts';

const PLAIN: Look = { colour: false, columns: null, messages: messagesFor('en') };

interface Row {
  readonly name: string;
  readonly count: number;
  readonly text: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { heading: 'name', value: ({ name }) => name },
  { heading: 'count', value: ({ count }) => count },
  { heading: 'detail', value: ({ text }) => text },
];
const ROWS: readonly Row[] = [
  { name: 'nas', count: 1_204, text: 'a pool that is almost full' },
  { name: 'データ', count: 7, text: 'short' },
];

describe('a table', () => {
  test('stands in columns, whatever the script; numbers to the right', () => {
    expect(table(COLUMNS, ROWS, PLAIN).split('\n')).toEqual([
      'NAME    COUNT  DETAIL',
      'nas      1204  a pool that is almost full',
      'データ      7  short',
    ]);
  });

  test('cuts its last column to a terminal, and nothing elsewhere', () => {
    const lines = table(COLUMNS, ROWS, { ...PLAIN, columns: 40 }).split('\n');
    expect(lines[1]).toBe('nas      1204  a pool that is almost fu…');
    expect(lines.every((line) => displayWidth(line) <= 40)).toBe(true);
  });

  test('lets no cell speak to the terminal or break its line', () => {
    const rows = [{ name: 'a\u001b[2Jb', count: 1, text: 'c\nfake row' }];
    expect(table(COLUMNS, rows, PLAIN).split('\n')[1]).toBe('ab        1  c fake row');
  });

  test('colours words it knows, and only when asked to', () => {
    const rows = [{ name: 'critical', count: 1, text: 'x' }];
    expect(table(COLUMNS, rows, PLAIN)).not.toContain('\u001b');
    expect(table(COLUMNS, rows, { ...PLAIN, colour: true })).toContain('\u001b[31mcritical');
  });
});

test('fields leave out what is not there and indent what has lines', () => {
  const text = fields(
    [
      ['id', 'x'],
      ['closed', null],
      ['labels', ''],
      ['message', 'one\ntwo\u001b[31m'],
    ],
    PLAIN,
  );
  expect(text).toBe('ID       x\nMessage  one\n         two');
});

test('a section without content is none', () => {
  expect(section('Timeline', COLUMNS, [], PLAIN)).toBe('');
  expect(section('Timeline', ['name'], [{ name: 'a' }, { name: 'b' }], PLAIN)).toBe(
    '\n\nTimeline\n  NAME\n  a\n  b',
  );
});

test.for([
  ['plain', 5, 'plain'],
  ['plainer', 5, 'plai…'],
  ['日本語', 4, '日…'],
  ['👩‍💻👩‍💻👩‍💻', 4, '👩‍💻…'],
] as const)('%s in %i columns is %s', ([text, columns, cut]) => {
  expect(shortened(text, columns)).toBe(cut);
});
