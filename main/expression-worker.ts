import { parentPort } from 'node:worker_threads';
import { defined } from './base/assert.ts';
import type { ExpressionAnswer, ExpressionJob } from './base/expression-thread.ts';
import { ReasonError } from './messages/failures.ts';
import { compileExpression, type Expression } from './domain/expression.ts';

/** The expressions of a thread, which is ended when one takes too much of time or memory. */

const port = defined(parentPort, "the worker's port");

const COMPILED_MAX = 100;
const compiled = new Map<string, Expression>();

/** Returns the JSON of a value; undefined if there is no value, or JSON cannot write it. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

async function evaluated({ text, input }: ExpressionJob): Promise<ExpressionAnswer> {
  let expression = compiled.get(text);
  if (!expression) {
    const result = compileExpression(text);
    if (!result.ok) {
      // Whoever saved it has measured it, so this is a bug.
      if (result.reason.code === 'issue.chars_max') throw new ReasonError(result.reason);
      return { ok: false, reason: result.reason };
    }
    if (compiled.size >= COMPILED_MAX) compiled.clear();
    expression = result.value;
    compiled.set(text, expression);
  }
  const result = await expression.evaluate(input);
  return result.ok ? { ok: true, json: jsonOf(result.value) } : result;
}

port.on('message', (job: ExpressionJob) => {
  void evaluated(job).then((answer) => port.postMessage(answer));
});
port.postMessage('ready');
