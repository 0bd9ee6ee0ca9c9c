/** The values that a sender's lines are filled with. A token holds letters, digits, `_` and `-`; a URL ends without a slash. */
export interface SenderTarget {
  readonly url: string;
  readonly token: string;
  /** The host and the port at which mail is received. */
  readonly mailHost: string;
  readonly mailPort: number;
}

/** Names of values that are copied one by one; each is a message. */
export type LineLabel =
  | 'body'
  | 'command'
  | 'crontab'
  | 'first_ping'
  | 'headers'
  | 'mail_password'
  | 'mail_recipient'
  | 'mail_server'
  | 'ping_url'
  | 'secret'
  | 'server'
  | 'token'
  | 'url';

/** Text to copy: the lines of a file, or a value with its name. */
export type SenderLines = {
  readonly text: string;
  readonly syntax: 'ini' | 'js' | 'json' | 'sh' | 'text' | 'yaml';
} & ({ readonly file: string } | { readonly label: LineLabel });

/** The groups of the gallery, in its order. */
export const SENDER_GROUPS = ['monitoring', 'storage', 'home', 'scripts', 'chat', 'mail'] as const;
export type SenderGroup = (typeof SENDER_GROUPS)[number];

/**
 * The evidence that a sender works. `program`: a test runs it. `script`: a test runs the script with which it
 * reports. `test_mail`: a test has it send its test mail, and replays the others by its source. `recorded`: a
 * test replays what it sent. `source`: a test replays what its source or documentation says that it sends.
 * `lines`: a test runs the lines without the program. `format`: only the format that it speaks is tested.
 */
export type Evidence =
  'program' | 'script' | 'test_mail' | 'recorded' | 'source' | 'lines' | 'format';

export interface Sender {
  /** Its name, which is the same in every language. */
  readonly name: string;
  readonly group: SenderGroup;
  /** The address that it uses; `mail` and `ping` need more than HTTP and a token. */
  readonly way: string;
  readonly raises: 'alert' | 'message' | 'heartbeat';
  /** True if a repeated report updates the open alert without a notification. */
  readonly updates: boolean;
  /** True if the sender reports the end. */
  readonly resolves: boolean;
  /** Where the severity comes from. */
  readonly severity: 'sender' | 'lines' | 'words' | 'fixed';
  readonly evidence: Evidence;
  /** The test, or the folder of bodies with their origin, that shows it. */
  readonly shownBy: string;
  readonly lines: (target: SenderTarget) => readonly SenderLines[];
}

/** The way of senders that mail. */
export const MAIL = 'SMTP';
/** The way of senders that ping a heartbeat. */
export const PING = '/ping/<token>/<name>';

/** The facts that senders of single messages have in common. */
export const MESSAGES = { raises: 'message', updates: false, resolves: false } as const;
export const CONDITIONS = { raises: 'alert', updates: true, resolves: true } as const;
export const HEARTBEATS = {
  raises: 'heartbeat',
  updates: true,
  resolves: true,
  severity: 'fixed',
  way: PING,
} as const;
