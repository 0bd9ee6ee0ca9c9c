import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { LANGUAGES } from '../main/contract/language.ts';

/**
 * Sorts the catalogues, writes the types of their arguments and compares the languages: `npm run messages`.
 * What it writes is committed, and a test compares.
 */

const FOLDER = join(import.meta.dirname, '../main/messages');
const TYPES_FILE = join(FOLDER, 'arguments.ts');
const KEY = /^[a-z][a-zA-Z0-9]*(\.[a-zA-Z0-9_]+)+$/;

export type Catalogue = Record<string, string>;

/** The type of one argument: the branches of a select are a closed union unless its `other` says something. */
interface Argument {
  readonly type: 'string' | 'number';
  readonly branches: readonly string[] | null;
}

interface Signature {
  readonly values: Map<string, Argument>;
  readonly tags: Set<string>;
}

const argumentType = ({ type, branches }: Argument): string =>
  branches ? branches.map((branch) => `'${branch}'`).join(' | ') : type;

function addValue(values: Signature['values'], name: string, argument: Argument): void {
  const known = values.get(name);
  if (known && known.type !== argument.type) {
    throw new Error(`{${name}} is used as ${known.type} and as ${argument.type}`);
  }
  values.set(name, known?.branches ? known : argument);
}

function collect(elements: readonly MessageFormatElement[], into: Signature): void {
  for (const element of elements) {
    switch (element.type) {
      case TYPE.literal:
      case TYPE.pound:
        break;
      case TYPE.argument:
        addValue(into.values, element.value, { type: 'string', branches: null });
        break;
      case TYPE.number:
      case TYPE.date:
      case TYPE.time:
        addValue(into.values, element.value, { type: 'number', branches: null });
        break;
      case TYPE.plural:
        addValue(into.values, element.value, { type: 'number', branches: null });
        for (const option of Object.values(element.options)) collect(option.value, into);
        break;
      case TYPE.select: {
        const named = Object.keys(element.options).filter((branch) => branch !== 'other');
        const isClosed = element.options['other']?.value.length === 0;
        addValue(into.values, element.value, { type: 'string', branches: isClosed ? named : null });
        for (const option of Object.values(element.options)) collect(option.value, into);
        break;
      }
      case TYPE.tag:
        into.tags.add(element.value);
        collect(element.children, into);
    }
  }
}

function signature(key: string, message: string): Signature {
  const found: Signature = { values: new Map(), tags: new Set() };
  try {
    collect(parse(message), found);
  } catch (error) {
    throw new Error(`${key}: ${(error as Error).message}: ${message}`, { cause: error });
  }
  // The formatter takes both from one object.
  const shared = [...found.tags].find((tag) => found.values.has(tag));
  if (shared !== undefined) throw new Error(`${key}: <${shared}> and {${shared}} share a name`);
  return found;
}

const described = ({ values, tags }: Signature): string =>
  [
    ...[...values].map(([name, argument]) => `{${name}}: ${argumentType(argument)}`),
    ...[...tags].map((tag) => `<${tag}>`),
  ]
    .sort()
    .join(', ');

/** Returns the catalogue with its keys in order. */
export const sorted = (catalogue: Catalogue): Catalogue =>
  Object.fromEntries(Object.entries(catalogue).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

/** Returns what is wrong with a translation: a key that it lacks or has too many, and arguments or tags that differ. */
export function differences(english: Catalogue, other: Catalogue): string[] {
  const wrong = Object.keys(other)
    .filter((key) => !(key in english))
    .map((key) => `${key}: is not in the English catalogue`);
  for (const [key, message] of Object.entries(english)) {
    const translated = other[key];
    if (translated === undefined) {
      wrong.push(`${key}: is missing`);
      continue;
    }
    const [wanted, found] = [message, translated].map((text) => described(signature(key, text)));
    if (wanted !== found)
      wrong.push(`${key}: needs ${wanted || 'nothing'}; has ${found || 'nothing'}`);
  }
  return wrong;
}

/** Returns arguments.ts for the English catalogue. */
export function argumentTypes(english: Catalogue): string {
  const values: string[] = [];
  const tags: string[] = [];
  for (const [key, message] of Object.entries(sorted(english))) {
    if (!KEY.test(key)) throw new Error(`${key}: is no key of the form area.subject.detail`);
    const found = signature(key, message);
    const members = [...found.values]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, argument]) => `readonly ${name}: ${argumentType(argument)}`);
    values.push(`  '${key}': ${members.length > 0 ? `{ ${members.join('; ')} }` : 'Nothing'};`);
    if (found.tags.size > 0) {
      tags.push(
        `  '${key}': ${[...found.tags]
          .sort()
          .map((tag) => `'${tag}'`)
          .join(' | ')};`,
      );
    }
  }
  return [
    '/** Written by `npm run messages` from en.json. */',
    '',
    'type Nothing = Record<never, never>;',
    '',
    '/** The arguments of each message. */',
    'export interface MessageArguments {',
    ...values,
    '}',
    '',
    '/** The tags of each message that holds some. */',
    `export interface MessageTags ${tags.length > 0 ? '{' : '{}'}`,
    ...(tags.length > 0 ? [...tags, '}'] : []),
    '',
    'export type MessageKey = keyof MessageArguments;',
    '',
  ].join('\n');
}

const fileOf = (language: string): string => join(FOLDER, `${language}.json`);

export const readCatalogue = (language: string): Catalogue =>
  JSON.parse(readFileSync(fileOf(language), 'utf8')) as Catalogue;

if (import.meta.main) {
  const english = readCatalogue('en');
  const wrong = LANGUAGES.flatMap((language) => {
    const catalogue = readCatalogue(language);
    writeFileSync(fileOf(language), `${JSON.stringify(sorted(catalogue), null, 2)}\n`);
    return differences(english, catalogue).map((line) => `${language}.json: ${line}`);
  });
  writeFileSync(TYPES_FILE, argumentTypes(english));
  for (const line of wrong) console.error(line);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
