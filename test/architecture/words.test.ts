import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCatalogue } from '../../resources/messages.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Words that have a standard term instead, and what that is. */
const RETIRED: Readonly<Record<string, string>> = {
  told: 'notified',
  owed: 'queued, due',
  owes: 'queues',
  owing: 'queued',
  anew: 'again',
  'by itself': 'automatically',
  'by themselves': 'automatically',
  'of its own': 'its own',
  'of their own': 'their own',
  'tidy away': 'remove',
  'so many': 'this many',
  'so long': 'this long',
  mend: 'fix',
  mended: 'fixed',
  news: 'update',
  kin: 'such programs',
  milder: 'less severe',
  elder: 'earlier',
  deed: 'action',
  moot: 'obsolete',
  calm: 'settled',
  knock: 'probe',
  'the like': 'others',
  'without further ado': 'by default',
};
const WORDS = new RegExp(`\\b(${Object.keys(RETIRED).join('|')})\\b`, 'gi');
/** Parts of names, as they stand in identifiers and file names. */
const NAMES = /(?<![a-z])(told|owed|owing|elder|deed|knock|calming|ageing|moot|telling)(?![a-z])/gi;

/** Fields of the API: of a recovery report, and of an import. */
const KEPT = /\bowed\b|cancelOwed/g;

const tracked = (...paths: string[]): string[] =>
  execFileSync('git', ['ls-files', ...paths], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((path) => /\.(ts|svelte|css|md|yml)$/.test(path) && !path.endsWith('arguments.ts'));

const retiredIn = (text: string, pattern = WORDS): string[] => [
  ...new Set(
    text
      .replace(KEPT, '')
      .match(pattern)
      ?.map((word) => word.toLowerCase()),
  ),
];

/** As `retiredIn`, for the parts of names. */
const retiredNamesIn = (source: string): string[] =>
  retiredIn(source.replace(KEPT, '').replace(/([a-z])([A-Z])/g, '$1 $2'), NAMES);

describe('the words of the project', () => {
  it('finds a retired word, also as a part of a name', () => {
    expect(retiredIn('Nobody is told of it.')).toEqual(['told']);
    expect(retiredNamesIn('const isTold = 1')).toEqual(['told']);
    expect(retiredIn('a household')).toEqual([]);
  });

  it('has none of them in what users read', () => {
    const messages = Object.entries(readCatalogue('en'));
    expect(messages.filter(([, text]) => retiredIn(text).length > 0)).toEqual([]);
  });

  it.each(['docs', 'README.md', 'ARCHITECTURE.md'])('has none of them in %s', (path) => {
    const found = tracked(path).map((file) => [
      file,
      retiredIn(readFileSync(join(ROOT, file), 'utf8')),
    ]);
    expect(found.filter(([, words]) => words?.length)).toEqual([]);
  });

  it.each(['main', 'preload', 'renderer', 'resources'])(
    'has none of them in the code and comments of %s',
    (folder) => {
      const found = tracked(folder).flatMap((file) => {
        const source = readFileSync(join(ROOT, file), 'utf8');
        const words = [source, basename(file)].flatMap((text) => [
          ...retiredIn(text),
          ...retiredNamesIn(text),
        ]);
        return [...new Set(words)].map(
          (word) => `${file}: ${word}, say ${RETIRED[word] ?? 'another word'}`,
        );
      });
      expect(found).toEqual([]);
    },
  );
});

describe('doc comments', () => {
  /** A clause in place of the verb or the noun that a doc comment starts with. */
  const CLAUSE = /\/\*\*\s+(?:\* )?(?:What|Whether|Who|When|Whose)\b.*/g;

  it('are found where they start with a clause', () => {
    const found = [
      '/** Whether it is open. */',
      '/**\n * What is kept,\n * and for how long.\n */',
    ];
    const source = [...found, '/** Returns what is kept. */'].join('\n');
    expect(source.match(CLAUSE)).toHaveLength(2);
  });

  it.each(['main', 'preload', 'renderer', 'resources'])(
    'of %s start with a verb or with what they document',
    (folder) => {
      const found = tracked(folder).flatMap((file) =>
        (readFileSync(join(ROOT, file), 'utf8').match(CLAUSE) ?? []).map(
          (comment) => `${file}: ${comment}`,
        ),
      );
      expect(found).toEqual([]);
    },
  );
});

describe('file names', () => {
  it.each(['main', 'renderer'])('of %s are there once each', (folder) => {
    const names = tracked(folder).map((path) => basename(path));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
