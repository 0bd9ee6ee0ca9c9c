import jsonata from 'jsonata';
import { RE2JS } from 're2js';
import { LIMITS } from '../contract/limits.ts';
import { fail, ok, type Result } from '../contract/result.ts';

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

/** A compiled JSONata expression (https://docs.jsonata.org). */
export interface Expression {
  /**
   * What it finds in `input`; undefined when that is nothing. A failure's message is for whoever wrote
   * the expression. Bounded in time, depth and length.
   */
  evaluate(input: unknown, bindings?: Readonly<Record<string, unknown>>): Promise<Result<unknown>>;
}

/** JSONata throws plain objects that say where and what. */
function problemOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const message = 'message' in error ? String(error.message) : 'It could not be evaluated.';
  return 'position' in error && typeof error.position === 'number'
    ? `${message} (at character ${error.position})`
    : message;
}

const refused = (error: unknown): Result<never> => fail('invalid_input', problemOf(error));

/** Compiles an expression of at most `EXPRESSION_CHARS_MAX`; a failure says where it breaks. */
export function compileExpression(text: string): Result<Expression> {
  if (text.length > EXPRESSION_CHARS_MAX) {
    return fail('invalid_input', `must be at most ${EXPRESSION_CHARS_MAX} characters`);
  }
  let compiled: jsonata.Expression;
  try {
    const RegexEngine = LinearRegExp as unknown as RegExpConstructor;
    compiled = jsonata(text, { ...BOUNDS, RegexEngine });
  } catch (error) {
    return refused(error);
  }
  // It would run text that a stranger sent as an expression.
  compiled.registerFunction('eval', () => {
    throw new Error('$eval is not available');
  });
  return ok({
    async evaluate(input, bindings) {
      try {
        return ok((await compiled.evaluate(input, { ...bindings })) as unknown);
      } catch (error) {
        return refused(error);
      }
    },
  });
}
