import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Messages } from '../messages/messages.ts';
import type { Look } from './output/look.ts';

/** The output of a command: results go to stdout, which belongs to scripts; everything else goes to stderr. */
export interface Terminal {
  readonly look: Look;
  /** True if there is somebody to ask. */
  readonly asks: boolean;
  print(text: string): void;
  note(line: string): void;
  /** A line that the next one replaces; nobody sees it where stderr is no terminal. */
  progress(line: string): void;
  /** Asks a person yes or no; null when there is nobody to ask. */
  confirm(question: string): Promise<boolean | null>;
  /** A line that is not shown while it is typed; null when there is nobody to ask, or at Ctrl-C. */
  askSecret(question: string): Promise<string | null>;
  /** Stdin as text, at most `charsMax` of it; the rest is read and forgotten, so that its writer can end. */
  readAll(charsMax: number): Promise<string>;
  /** Resolves at the first Ctrl-C, which then does not end the process. */
  interruption(): { readonly happened: Promise<void> } & Disposable;
}

/** https://no-color.org: set and not empty means no. */
const wantsColour = (): boolean => !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';

const CLEAR_LINE = '\r\u001b[K';

/** The process's own streams. A reader that went away (`| head`) ends the command as if it had read all. */
export function processTerminal(messages: Messages): Terminal {
  const { stdin, stdout, stderr } = process;
  stdout.on('error', endOnBrokenPipe);
  stderr.on('error', endOnBrokenPipe);
  const asks = stdin.isTTY && stderr.isTTY;
  let progressShown = false;
  const clearProgress = (): void => {
    if (progressShown) stderr.write(CLEAR_LINE);
    progressShown = false;
  };
  return {
    look: {
      colour: stdout.isTTY && wantsColour(),
      columns: stdout.isTTY ? stdout.columns : null,
      messages,
    },
    asks,
    print(text) {
      clearProgress();
      stdout.write(`${text}\n`);
    },
    note(line) {
      clearProgress();
      stderr.write(`${line}\n`);
    },
    progress(line) {
      if (!stderr.isTTY) return;
      stderr.write(`${CLEAR_LINE}${line}`);
      progressShown = true;
    },
    confirm: async (question) => (asks ? await ask(messages, question) : null),
    askSecret: async (question) => (asks ? await askUnseen(question) : null),
    async readAll(charsMax) {
      let text = '';
      for await (const chunk of stdin.setEncoding('utf8')) {
        if (text.length < charsMax) text = (text + String(chunk)).slice(0, charsMax);
      }
      return text;
    },
    interruption() {
      const { promise, resolve } = Promise.withResolvers<void>();
      process.on('SIGINT', resolve);
      return { happened: promise, [Symbol.dispose]: () => process.off('SIGINT', resolve) };
    },
  };
}

const endOnBrokenPipe = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
};

/** The terminal is put into raw mode, so that it echoes nothing, and what readline would draw goes nowhere. */
async function askUnseen(question: string): Promise<string | null> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  process.stderr.write(question);
  try {
    const closed = new Promise<null>((resolve) => lines.once('close', () => resolve(null)));
    return await Promise.race([lines.question(''), closed]);
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

/** Anything but yes is no, and so is the end of the input or Ctrl-C. */
async function ask(messages: Messages, question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const prompt = `${messages.text('cli.confirm.prompt', { question })} `;
    const answer = await Promise.race([lines.question(prompt), closed]);
    return new RegExp(messages.text('cli.confirm.pattern'), 'i').test(answer.trim());
  } finally {
    lines.close();
  }
}
