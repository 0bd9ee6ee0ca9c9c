import jsonata from 'jsonata';
import { RE2JS } from 're2js';
import type { ExpressionFault } from '../base/expression-thread.ts';
import { LIMITS } from '../contract/limits.ts';
import type { IssueReason } from '../contract/reasons/issue-reasons.ts';

export const EXPRESSION_CHARS_MAX = LIMITS.expressionCharsMax;

/** Bounds of one evaluation: the expression is a person's, but what it reads is a stranger's. */
const BOUNDS = { timeout: 250, stack: 200, sequence: 10_000 };

/**
 * The part of RegExp that JSONata uses, in time linear in the text: a stranger's text must not make an
 * innocent expression backtrack for hours.
 */
class LinearRegExp {
  readonly source: string;
  readonly #program: RE2JS;
  lastIndex = 0;

  constructor({ source, flags }: RegExp) {
    this.source = source;
    const caseless = flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0;
    const multiline = flags.includes('m') ? RE2JS.MULTILINE : 0;
    this.#program = RE2JS.compile(RE2JS.translateRegExp(source), caseless | multiline);
  }

  exec(text: string): RegExpExecArray | null {
    const matcher = this.#program.matcher(text);
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0;
      return null;
    }
    const index = matcher.start();
    this.lastIndex = matcher.end();
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, at) => matcher.group(at));
    return Object.assign(groups as [string, ...string[]], { index, input: text });
  }
}

/** No text may be longer, and no value hold more: V8 ends the whole process over what fits into no memory. */
const VALUE_CHARS_MAX = 2 * LIMITS.bodyBytesMax;

/** All texts together that one evaluation makes on its way. */
const TEXTS_CHARS_MAX = 32 * LIMITS.bodyBytesMax;

/** More levels are no value that anybody sends. */
const LEVELS_MAX = 500;

const tooMuch = (): Error => new Error(`The result has more than ${VALUE_CHARS_MAX} characters`);

/** Looks at every value that an evaluation makes, before it can grow into the next. */
class Budget {
  readonly #weights = new WeakMap<object, number>();
  #made = 0;

  check(value: unknown, isMade: boolean): void {
    const weight = this.#weightOf(value, 0);
    if (isMade && typeof value === 'string') this.#made += weight;
    if (weight > VALUE_CHARS_MAX || this.#made > TEXTS_CHARS_MAX) throw tooMuch();
  }

  /** How long it would be when written out; what is in it twice counts twice, but is looked at once. */
  #weightOf(value: unknown, level: number): number {
    if (typeof value === 'string') return value.length;
    if (typeof value !== 'object' || value === null || isFunction(value)) return 1;
    const known = this.#weights.get(value);
    if (known !== undefined) return known;
    if (level > LEVELS_MAX) throw new Error(`The result has more than ${LEVELS_MAX} levels`);
    this.#weights.set(value, 1);
    let weight = 1;
    for (const each of Object.values(value)) weight += this.#weightOf(each, level + 1);
    this.#weights.set(value, weight);
    return weight;
  }
}

const isFunction = (value: object): boolean =>
  '_jsonata_function' in value || '_jsonata_lambda' in value;

/** JSONata calls what it finds under this name after every part of an expression. */
const AFTER_EACH = Symbol.for('jsonata.__evaluate_exit') as unknown as string;

type Native = (this: unknown, ...given: unknown[]) => unknown;

const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : 1);

/** JSONata's own functions that make much of little: how much each would make at most. */
const GROWING: Readonly<
  Record<string, { signature: string; most: (...given: unknown[]) => number }>
> = {
  pad: { signature: '<s-ns?:s>', most: (_text, width) => Math.abs(Number(width)) },
  join: {
    signature: '<a<s>s?:s>',
    most: (texts, separator) =>
      (texts as unknown[]).reduce<number>((sum, text) => sum + lengthOf(text), 0) +
      (texts as unknown[]).length * (separator === undefined ? 0 : lengthOf(separator)),
  },
  // A replacement may stand in place of each character; what really comes of it is looked at afterwards.
  replace: {
    signature: '<s-(sf)(sf)n?:s>',
    most: (text, _pattern, replacement) => (lengthOf(text) * lengthOf(replacement)) / 64,
  },
};

const natives = new Map<string, Native>();

/** The function of that name as JSONata has it. */
async function native(name: string): Promise<Native> {
  const known = natives.get(name);
  if (known) return known;
  const found = (await jsonata(`$${name}`).evaluate({})) as { implementation: Native };
  natives.set(name, found.implementation);
  return found.implementation;
}

function withBounds(compiled: jsonata.Expression): void {
  const budgets = new WeakMap<object, Budget>();
  compiled.assign(
    AFTER_EACH,
    (expr: { type: string }, _input: unknown, { base }: { base: object }, value: unknown) => {
      const budget = budgets.get(base) ?? new Budget();
      budgets.set(base, budget);
      budget.check(value, expr.type !== 'variable' && expr.type !== 'name');
    },
  );
  for (const [name, { signature, most }] of Object.entries(GROWING)) {
    const bounded: Native = async function (...given) {
      if (given[0] !== undefined && most(...given) > VALUE_CHARS_MAX) throw tooMuch();
      return (await native(name)).apply(this, given);
    };
    compiled.registerFunction(name, bounded, signature);
  }
  // It would run text that a stranger sent as an expression.
  compiled.registerFunction('eval', () => {
    throw new Error('$eval is not available');
  });
}

/** A compiled JSONata expression (https://docs.jsonata.org). */
export interface Expression {
  /**
   * Resolves to what it finds in `input`; undefined when that is nothing. Bounded in depth and
   * length, and in time between JSONata's functions but not within one: what a stranger sent is read
   * in base/expression-thread.ts.
   */
  evaluate(input: unknown): Promise<OrReason<unknown>>;
}

/** A value, or why there is none. */
type OrReason<T, R = ExpressionFault> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: R };

export type CompiledExpression = OrReason<
  Expression,
  ExpressionFault | Extract<IssueReason, { readonly code: 'issue.chars_max' }>
>;

/** JSONata throws plain objects that say where and what, in English. */
function reasonOf(thrown: unknown): ExpressionFault {
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown)) {
    return { code: 'issue.expression', params: { error: String(thrown) } };
  }
  const error = String(thrown.message);
  return 'position' in thrown && typeof thrown.position === 'number'
    ? { code: 'issue.expression_at', params: { error, position: String(thrown.position) } }
    : { code: 'issue.expression', params: { error } };
}

/** Compiles an expression of at most `EXPRESSION_CHARS_MAX`; a failure says where it breaks. */
export function compileExpression(text: string): CompiledExpression {
  if (text.length > EXPRESSION_CHARS_MAX) {
    const params = { max: String(EXPRESSION_CHARS_MAX) };
    return { ok: false, reason: { code: 'issue.chars_max', params } };
  }
  let compiled: jsonata.Expression;
  try {
    const RegexEngine = LinearRegExp as unknown as RegExpConstructor;
    compiled = jsonata(text, { ...BOUNDS, RegexEngine });
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
  withBounds(compiled);
  return {
    ok: true,
    value: {
      async evaluate(input) {
        try {
          return { ok: true, value: (await compiled.evaluate(input)) as unknown };
        } catch (error) {
          return { ok: false, reason: reasonOf(error) };
        }
      },
    },
  };
}
