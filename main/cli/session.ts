import type { Clock } from '../base/clock.ts';
import type { Client } from '../contract/client.ts';
import type { ErrorCode } from '../contract/errors.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Look } from './output/look.ts';
import { safeJson, safeLine } from './output/safe-text.ts';
import { table, type Column } from './output/table.ts';
import type { Messages } from '../messages/messages.ts';
import type { Terminal } from './terminal.ts';
import { id } from '../contract/primitives.ts';

/** The exit codes of commands, for scripts. docs/command-line.md lists them. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  wrongState: 4,
  unavailable: 5,
  authentication: 6,
  /** The code that shells use after Ctrl-C: 128 and the signal's number. */
  interrupted: 130,
} as const;

const BY_CODE: Record<ErrorCode, number> = {
  invalid_input: EXIT.usage,
  unauthenticated: EXIT.authentication,
  forbidden: EXIT.authentication,
  not_found: EXIT.notFound,
  method_not_allowed: EXIT.failure,
  wrong_state: EXIT.wrongState,
  name_taken: EXIT.wrongState,
  payload_too_large: EXIT.usage,
  unsupported_media_type: EXIT.failure,
  misdirected: EXIT.failure,
  too_many_requests: EXIT.unavailable,
  internal: EXIT.failure,
  unavailable: EXIT.unavailable,
};

/** Returns the exit code of a failure that the API or the command itself reports. */
export const exitCodeOf = (code: ErrorCode): number => BY_CODE[code];

/** The contract without its pushes, which commands do not listen to. */
export type Caller = Pick<Client, 'call'>;

/** The exit code of a command that did what it was asked, or why it could not. */
export type CommandResult = Result<number>;

export const DONE: CommandResult = ok(EXIT.ok);

/** The context of a command: a running instance, and the reader of its answer. */
export interface Session {
  readonly messages: Messages;
  readonly client: Caller;
  readonly terminal: Terminal;
  readonly look: Look;
  /** Print the API's answer instead of what people read. */
  readonly json: boolean;
  readonly clock: Clock;
}

export interface Listing<T, Row> {
  readonly rows: (value: T) => readonly Row[];
  readonly columns: readonly Column<Row>[];
  /** The sentence for an empty list. */
  readonly none: string;
}

type Printing = Pick<Session, 'terminal' | 'look' | 'json'>;

/** Prints a value: as one JSON document when that was asked for, else as `draw` has it; nothing for ''. */
export function print<T>(
  session: Printing,
  value: T,
  draw: (value: T, look: Look) => string,
): void {
  const text = session.json ? safeJson(value) : draw(value, session.look);
  if (text !== '') session.terminal.print(text);
}

/** Prints an answer of the API, or hands its failure on. */
export function answer<T>(
  session: Printing,
  result: Result<T>,
  draw: (value: T, look: Look) => string,
): CommandResult {
  if (!result.ok) return result;
  print(session, result.value, draw);
  return DONE;
}

/** Prints a list as a table; an empty one is a note for people. */
export function answerList<T, Row>(
  session: Session,
  result: Result<T>,
  { rows, columns, none }: Listing<T, Row>,
): CommandResult {
  if (!result.ok) return result;
  const found = rows(result.value);
  print(session, result.value, () =>
    found.length === 0 ? '' : table(columns, found, session.look),
  );
  if (found.length === 0 && !session.json) session.terminal.note(none);
  return DONE;
}

/** The arguments do not go together. */
export const misuse = (message: string): CommandResult => fail('invalid_input', message);

/** Succeeds if somebody said yes, to the question or beforehand with `--yes`. */
export async function confirmed(
  { terminal, messages }: Pick<Session, 'terminal' | 'messages'>,
  yes: true | undefined,
  question: string,
): Promise<Result<null>> {
  const answered = yes ?? (await terminal.confirm(question));
  if (answered === null) return fail('invalid_input', messages.text('cli.needsYes'));
  return answered ? ok(null) : fail('internal', messages.text('cli.declined'));
}

/** Returns the id of the channel that a person names, by its id or its name in any case. */
export async function channelIdOf(
  { client, messages }: Session,
  word: string,
): Promise<Result<string>> {
  if (id.safeParse(word).success) return ok(word);
  const channels = await client.call('channels.list', {});
  if (!channels.ok) return channels;
  const { items } = channels.value;
  const wanted = word.toLowerCase();
  const found =
    items.find(({ name }) => name === word) ??
    items.find(({ name }) => name.toLowerCase() === wanted);
  if (found) return ok(found.id);
  const known =
    items.length === 0 ? 'none' : messages.list(items.map(({ name }) => safeLine(name)));
  return fail('not_found', messages.text('cli.channels.unknown', { name: word, known }));
}

/** The same for an option that may be left out. */
export async function optionalChannelIdOf(
  session: Session,
  word: string | undefined,
): Promise<Result<string | undefined>> {
  return word === undefined ? ok(undefined) : channelIdOf(session, word);
}
