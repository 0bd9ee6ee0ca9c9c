import type { Clock } from '../base/clock.ts';
import type { Client } from '../contract/client.ts';
import { ok, type Result } from '../contract/result.ts';
import { EXIT } from './exit-codes.ts';
import { safeJson } from './output/safe-text.ts';
import type { Terminal } from './terminal.ts';

/** The contract without its pushes, which commands do not listen to. */
export type Caller = Pick<Client, 'call'>;

/** The exit code of a command that did what it was asked, or why it could not. */
export type CommandResult = Result<number>;

export const DONE: CommandResult = ok(EXIT.ok);

/** What a command works with: a running instance, and whoever reads its answer. */
export interface Session {
  readonly client: Caller;
  readonly terminal: Terminal;
  /** Print the API's answer instead of what people read. */
  readonly json: boolean;
  readonly clock: Clock;
}

/** Prints a value: as one JSON document when that was asked for, else as `draw` has it; nothing for ''. */
export function print<T>(session: Session, value: T, draw: (value: T) => string): void {
  const text = session.json ? safeJson(value) : draw(value);
  if (text !== '') session.terminal.print(text);
}

/** Prints an answer of the API, or hands its failure on. */
export function answer<T>(
  session: Session,
  result: Result<T>,
  draw: (value: T) => string,
): CommandResult {
  if (!result.ok) return result;
  print(session, result.value, draw);
  return DONE;
}
