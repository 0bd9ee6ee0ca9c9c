import type { ErrorCode } from '../contract/errors.ts';

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
