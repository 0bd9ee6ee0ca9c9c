import {
  Composer,
  Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  Parser,
  visit,
  type CST,
} from 'yaml';
import type { FileProblem } from '../../contract/config-exchange.ts';
import type { IssueReason } from '../../contract/reasons/issue-reasons.ts';
import { fieldIssue } from '../../messages/failures.ts';

/** Deeper than any configuration goes. */
const DEPTH_MAX = 32;
/** Four times a configuration that is full to its limits; it takes the parser about a second. */
const LEXEMES_MAX = 200_000;

type Path = readonly PropertyKey[];

/** The content of a YAML text, as plain values, and the line in which each stands. */
export interface YamlText {
  readonly value: unknown;
  /** The line, from 1, of what a path leads to, or of the nearest thing around it that is there. */
  lineOf(path: Path): number | null;
}

export type YamlReading =
  | { readonly ok: true; readonly text: YamlText }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/**
 * Reads one YAML 1.2 document out of hostile text. Size and depth are bounded before anything is built
 * of it. Anchors, aliases and tags are refused: no configuration needs them, and a few lines of them
 * can stand for gigabytes.
 */
export function readYaml(source: string): YamlReading {
  const lines = new LineCounter();
  const tokens = tokensOf(source, lines);
  if (!Array.isArray(tokens)) return refused(lineNow(lines), tokens);
  // The library looks for double keys in quadratic time; `strangers` does so in linear time.
  const options = {
    schema: 'core',
    resolveKnownTags: false,
    uniqueKeys: false,
    stringKeys: true,
  } as const;
  const [document, second] = [...new Composer(options).compose(tokens, true, source.length)];
  if (!document) return refused(null, { code: 'issue.file_empty', params: {} });
  if (second) {
    const reason = { code: 'issue.file_documents', params: {} } as const;
    return refused(lineAt(lines, second.range[0]), reason);
  }
  // A tag that the core schema does not have is a warning.
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }) =>
    problemAt(lineAt(lines, pos[0]), { code: 'issue.not_yaml', params: { error: message } }),
  );
  const problems = [...broken, ...strangers(document, lines)];
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    text: { value: document.toJS(), lineOf: (path) => lineOf(document, lines, path) },
  };
}

/** Writes YAML 1.2, with quotes where a reader of 1.1 would take a word for something else. */
export function writeYaml(value: unknown, header: string, footer: string): string {
  const document = new Document(value, {
    version: '1.2',
    compat: 'yaml-1.1',
    aliasDuplicateObjects: false,
  });
  document.commentBefore = header;
  if (footer !== '') document.comment = footer;
  return document.toString({ lineWidth: 0 });
}

/** The text's tokens, or why it is refused. */
function tokensOf(source: string, lines: LineCounter): CST.Token[] | IssueReason {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(source)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > 2 * DEPTH_MAX) {
      return { code: 'issue.file_depth', params: {} };
    }
    if (++lexemes > LEXEMES_MAX) {
      return { code: 'issue.file_lexemes', params: { max: String(LEXEMES_MAX) } };
    }
  }
  tokens.push(...parser.end());
  return tokens;
}

/** Returns the problems of lawful YAML that has no place in a configuration. */
function strangers(document: Document.Parsed, lines: LineCounter): FileProblem[] {
  const problems: FileProblem[] = [];
  const refuse = (node: unknown, reason: IssueReason): void => {
    const start = isNode(node) ? (node.range?.[0] ?? null) : null;
    problems.push(problemAt(start === null ? null : lineAt(lines, start), reason));
  };
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) refuse(node, { code: 'issue.alias', params: { name: node.source } });
      else if (node.anchor !== undefined) refuse(node, { code: 'issue.anchors', params: {} });
    },
    Map(_key, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        const word = isScalar(key) ? key.value : key;
        if (word === '__proto__') {
          refuse(key, { code: 'issue.unknown_fields', params: { names: '"__proto__"' } });
        }
        if (seen.has(word)) {
          refuse(key, { code: 'issue.key_twice', params: { name: String(word) } });
        }
        seen.add(word);
      }
    },
  });
  return problems;
}

function lineOf(document: Document.Parsed, lines: LineCounter, path: Path): number | null {
  let node: unknown = document.contents;
  let line = startOf(node, lines);
  for (const step of path) {
    if (!isCollection(node)) break;
    const item: unknown = node.items.find((it, index) =>
      isMap(node) ? isPair(it) && isScalar(it.key) && it.key.value === step : index === step,
    );
    if (item === undefined) break;
    // A problem with a field is looked for where its name stands.
    line = startOf(isPair(item) ? item.key : item, lines) ?? line;
    node = isPair(item) ? item.value : item;
  }
  return line;
}

const startOf = (node: unknown, lines: LineCounter): number | null =>
  isNode(node) && node.range ? lineAt(lines, node.range[0]) : null;

const lineAt = (lines: LineCounter, offset: number): number => lines.linePos(offset).line;

/** The line that was reached when reading stopped. */
const lineNow = (lines: LineCounter): number => lines.lineStarts.length;

const problemAt = (line: number | null, reason: IssueReason): FileProblem => ({
  ...fieldIssue('file', reason),
  line,
});

const refused = (line: number | null, reason: IssueReason): YamlReading => ({
  ok: false,
  problems: [problemAt(line, reason)],
});
