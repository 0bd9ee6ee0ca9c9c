import {
  AssignTag,
  BreakTag,
  CommentTag,
  Context,
  ContinueTag,
  defaultOperators,
  Filter,
  ForTag,
  IfTag,
  Liquid,
  LiquidError,
  RawTag,
  toValueSync,
  TypeGuards,
  UnlessTag,
  type Emitter,
  type Template,
  type Token,
  type Variable,
} from 'liquidjs';
import { isTemplateVariable, type TemplateVariables } from '../contract/channel-template.ts';
import type { TemplateReason } from '../contract/reasons/template-reasons.ts';
import {
  TEMPLATE_FILTERS,
  TEMPLATE_TAGS,
  type TemplateFilter,
  type TemplatePart,
} from '../contract/template.ts';
import type { Messages } from '../messages/messages.ts';
import { boundedText } from './bounded-text.ts';
import { oneLine } from './message-text.ts';

/**
 * Channels' templates in Liquid (https://shopify.github.io/liquid). LiquidJS parses them and walks over
 * them; its tags and filters are replaced by those of the contract, and its limits, which are of wall-clock time
 * and leave gaps, by counts: the same template with the same alert always makes the same text.
 * Whoever wants it imports it when a channel has a template.
 */

/** Of one rendering: nodes, iterations, filters and comparisons. Some hundred labels need a thousand. */
const STEPS_MAX = 5_000;
/** Of all texts that filters and outputs of one rendering read and make. */
const CHARS_MAX = 262_144;
const ERROR_CHARS_MAX = 200;
const COMPILED_MAX = 200;

/** A problem of a template, thrown through LiquidJS. */
class TemplateError extends Error {
  readonly reason: TemplateReason;

  constructor(reason: TemplateReason) {
    super(reason.code);
    this.reason = reason;
  }
}

/** The budget of one rendering. LiquidJS asks it for each node, as its limit of time. */
class Run {
  readonly messages: Messages;
  #steps = 0;
  #chars = 0;

  constructor(messages: Messages) {
    this.messages = messages;
  }

  check(): void {
    this.step();
  }

  step(): void {
    if (++this.#steps > STEPS_MAX) throw new TemplateError(TOO_MUCH);
  }

  /** Counts a text before it is made or read. */
  spend(chars: number): void {
    this.#chars += chars;
    if (this.#chars > CHARS_MAX) throw new TemplateError(TOO_MUCH);
  }
}

const TOO_MUCH: TemplateReason = { code: 'template.too_much', params: {} };

const runOf = (context: Context): Run => context.renderLimit as unknown as Run;

/** LiquidJS asks for memory before it makes a range, whose size it cannot always tell. A range has no use here. */
const NO_RANGES = {
  use(): never {
    throw new TemplateError({ code: 'template.range', params: { line: 1 } });
  },
};

/** Returns a value as text: names and values as `name=value`. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join('=');
  if (typeof value === 'object') return Object.entries(value).map(textOf).join(', ');
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The output of one rendering, which ends at its limit. */
class Output implements Emitter {
  readonly #run: Run;
  buffer = '';

  constructor(run: Run) {
    this.#run = run;
  }

  write(value: unknown): void {
    const text = textOf(value);
    this.#run.spend(text.length);
    this.buffer += text;
  }
}

type FilterCode = (run: Run, text: string, ...given: readonly string[]) => string;

const moment =
  (write: (messages: Messages, atMs: number) => string): FilterCode =>
  ({ messages }, text) => {
    const atMs = Date.parse(text);
    return Number.isNaN(atMs) ? text : write(messages, atMs);
  };

function replaced(run: Run, text: string, wanted = '', replacement = ''): string {
  if (wanted === '') return text;
  const parts = text.split(wanted);
  run.spend((parts.length - 1) * replacement.length);
  return parts.join(replacement);
}

function truncated(_run: Run, text: string, length = '', mark = '…'): string {
  const characters = [...text];
  const max = Math.max(0, Math.floor(Number(length)) || 0);
  if (characters.length <= max) return text;
  const kept = Math.max(0, max - [...mark].length);
  return `${characters.slice(0, kept).join('')}${mark}`;
}

const FILTERS: Readonly<Record<TemplateFilter, FilterCode>> = {
  append: (_run, text, end = '') => text + end,
  capitalize: (_run, text) => text.charAt(0).toUpperCase() + text.slice(1),
  date: moment((messages, atMs) => messages.date(atMs)),
  date_time: moment((messages, atMs) => messages.dateTime(atMs)),
  default: (_run, text, otherwise = '') => (text === '' ? otherwise : text),
  downcase: (_run, text) => text.toLowerCase(),
  one_line: (_run, text) => oneLine(text),
  prepend: (_run, text, start = '') => start + text,
  replace: replaced,
  strip: (_run, text) => text.trim(),
  time: moment((messages, atMs) => messages.timeOfDay(atMs)),
  truncate: truncated,
  upcase: (_run, text) => text.toUpperCase(),
};

/** Returns LiquidJS's operators, which count what they compare. */
function countedOperators(): typeof defaultOperators {
  const counted = Object.entries(defaultOperators).map(([name, operator]) => {
    const compare = operator as (...given: unknown[]) => unknown;
    return [
      name,
      (...given: unknown[]): unknown => {
        const run = runOf(given.at(-1) as Context);
        run.step();
        for (const value of given) if (typeof value === 'string') run.spend(value.length);
        return compare(...given);
      },
    ];
  });
  return Object.fromEntries(counted) as typeof defaultOperators;
}

const TAGS = {
  assign: AssignTag,
  break: BreakTag,
  comment: CommentTag,
  continue: ContinueTag,
  for: ForTag,
  if: IfTag,
  raw: RawTag,
  unless: UnlessTag,
} satisfies Record<(typeof TEMPLATE_TAGS)[number], unknown>;

/** Returns LiquidJS with the tags, filters and operators of the contract and no others. */
function createLiquid(): Liquid {
  const liquid = new Liquid({
    strictFilters: true,
    ownPropertyOnly: true,
    operators: countedOperators(),
  });
  for (const name of Object.keys(liquid.tags)) delete liquid.tags[name];
  for (const [name, tag] of Object.entries(TAGS)) liquid.registerTag(name, tag);
  for (const name of Object.keys(liquid.filters)) liquid.unregisterFilter(name);
  for (const [name, code] of Object.entries(FILTERS)) {
    liquid.registerFilter(name, function (value: unknown, ...given: unknown[]) {
      const run = runOf(this.context);
      const texts = [value, ...given].map(textOf);
      run.step();
      run.spend(texts.reduce((sum, text) => sum + text.length, 0));
      const [text = '', ...rest] = texts;
      return code(run, text, ...rest);
    });
  }
  return liquid;
}

const liquid = createLiquid();

const lineOf = (token: Token): number => token.getPosition()[0] ?? 1;

/** Returns the reason of what LiquidJS threw. */
function reasonOf(thrown: unknown): TemplateReason {
  if (thrown instanceof TemplateError) return thrown.reason;
  if (!LiquidError.is(thrown)) throw thrown;
  const { token, originalError } = thrown as LiquidError & { originalError?: Error };
  const line = lineOf(token);
  if (originalError instanceof TemplateError) {
    const { reason } = originalError;
    return reason.code === 'template.range' ? { ...reason, params: { line } } : reason;
  }
  const error = (originalError?.message ?? thrown.message).replace(/, line:\d+, col:\d+$/, '');
  const filter = /^undefined filter: (.*)$/s.exec(error)?.[1];
  if (filter !== undefined) {
    const known = Object.keys(TEMPLATE_FILTERS);
    return { code: 'template.filter', params: { line, name: shortName(filter), known } };
  }
  const tag = /^tag "(.*)" not found$/s.exec(error)?.[1];
  if (tag !== undefined) {
    const params = { line, name: shortName(tag), known: [...TEMPLATE_TAGS] };
    return { code: 'template.tag', params };
  }
  return {
    code: 'template.syntax',
    params: { line, error: boundedText(oneLine(error), ERROR_CHARS_MAX) },
  };
}

const shortName = (name: string): string => boundedText(oneLine(name), 100);

/** Properties by which the parts of a parsed template lead out of it. */
const OUTWARD: ReadonlySet<string> = new Set(['liquid', 'tokenizer', 'handler']);

/** Yields every part of a parsed template. */
function* partsOf(parsed: readonly Template[]): Generator<object> {
  const seen = new Set<object>();
  const waiting: object[] = [...parsed];
  for (let part = waiting.pop(); part; part = waiting.pop()) {
    if (seen.has(part)) continue;
    seen.add(part);
    yield part;
    for (const [name, value] of Object.entries(part as Record<string, unknown>)) {
      if (typeof value === 'object' && value !== null && !OUTWARD.has(name)) waiting.push(value);
    }
  }
}

/** A filter in a parsed template, which LiquidJS keeps to itself. */
interface FilterPart {
  readonly name: TemplateFilter;
  readonly args: readonly unknown[];
  readonly token: Token;
}

/** Returns the problem of a part that LiquidJS would meet only when it renders it; null if there is none. */
function partProblem(part: object): TemplateReason | null {
  if (TypeGuards.isRangeToken(part)) {
    return { code: 'template.range', params: { line: lineOf(part) } };
  }
  if (!(part instanceof Filter)) return null;
  const { name, args, token } = part as unknown as FilterPart;
  const { usage, min, max } = TEMPLATE_FILTERS[name];
  if (args.length >= min && args.length <= max) return null;
  const params = { line: lineOf(token), name, usage };
  return { code: 'template.filter_arguments', params };
}

/** Returns the names on the path of a variable; what is found only when it is rendered is any name. */
const namesOf = ({ segments }: Variable): string[] =>
  segments.map((segment) =>
    typeof segment === 'string' || typeof segment === 'number' ? String(segment) : '*',
  );

/** Returns the first use of a value that no alert has; null if there is none. */
function unknownVariable(parsed: Template[]): TemplateReason | null {
  const { globals } = liquid.analyzeSync(parsed, { partials: false });
  const unknown = Object.values(globals)
    .flat()
    .filter((variable) => !isTemplateVariable(namesOf(variable)))
    .sort((a, b) => a.location.row - b.location.row)[0];
  if (!unknown) return null;
  const name = shortName(namesOf(unknown).join('.'));
  return { code: 'template.variable', params: { line: unknown.location.row, name } };
}

type Compiled =
  | { readonly ok: true; readonly parsed: Template[] }
  | { readonly ok: false; readonly reason: TemplateReason };

function compiledOf(source: string): Compiled {
  try {
    const parsed = liquid.parse(source);
    for (const part of partsOf(parsed)) {
      const reason = partProblem(part);
      if (reason) return { ok: false, reason };
    }
    const reason = unknownVariable(parsed);
    return reason ? { ok: false, reason } : { ok: true, parsed };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

const compiled = new Map<string, Compiled>();

function compile(source: string): Compiled {
  let found = compiled.get(source);
  if (!found) {
    if (compiled.size >= COMPILED_MAX) compiled.clear();
    found = compiledOf(source);
    compiled.set(source, found);
  }
  return found;
}

/** Returns what is wrong with a template, with its line; null if it can be used. */
export function templateProblemOf(source: string): TemplateReason | null {
  const found = compile(source);
  return found.ok ? null : found.reason;
}

export type Rendered =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: TemplateReason };

/**
 * Returns the text of a template: of a title in one line, and never empty. Values are inserted as they are; what
 * would be markup for its destination is escaped there, as in standard texts.
 */
export function renderTemplate(
  source: string,
  part: TemplatePart,
  variables: TemplateVariables,
  messages: Messages,
): Rendered {
  const found = compile(source);
  if (!found.ok) return found;
  const run = new Run(messages);
  const limits = { renderLimit: run as never, memoryLimit: NO_RANGES as never, liquid };
  const context = new Context(variables, liquid.options, { sync: true }, limits);
  const output = new Output(run);
  try {
    toValueSync(liquid.renderer.renderTemplates(found.parsed, context, output) as never);
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
  const text = part === 'title' ? oneLine(output.buffer) : output.buffer.trim();
  return part === 'title' && text === ''
    ? { ok: false, reason: { code: 'template.no_title', params: {} } }
    : { ok: true, text };
}
