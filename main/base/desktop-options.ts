import { parseArgs } from 'node:util';

/** The options of the desktop app: those of `belfry serve` that have a meaning there, and its own. */
const OPTIONS = {
  'data-dir': { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  'admin-token': { type: 'string' },
  'new-key': { type: 'boolean' },
  hidden: { type: 'boolean' },
  smoke: { type: 'boolean' },
} as const;

/** The variable that sets an option which the command line does not. */
const VARIABLES = {
  'data-dir': 'BELFRY_DATA_DIR',
  host: 'BELFRY_HOST',
  port: 'BELFRY_PORT',
  'admin-token': 'BELFRY_ADMIN_TOKEN',
} as const;

type OptionName = keyof typeof OPTIONS;

/** The options as given; null or false is not given. An empty value counts as not given. */
export interface DesktopOptions {
  readonly dataDir: string | null;
  readonly host: string | null;
  readonly port: string | null;
  readonly adminToken: string | null;
  /** Makes a new secret key for data whose key is lost. */
  readonly newKey: boolean;
  /** Opens no window at the start. */
  readonly hidden: boolean;
  /** Ends once the core is ready and the window has loaded, with 1 if they do not. */
  readonly smoke: boolean;
}

const parsed = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });

const isKnown = (name: string): name is OptionName => Object.hasOwn(OPTIONS, name);

/** Reads a command line. Ignores what it does not know: Electron and Chromium have their own options. */
export function desktopOptionsOf(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): DesktopOptions {
  const { values } = parsed(args);
  const text = (name: keyof typeof VARIABLES): string | null => {
    const typed = values[name];
    return (typeof typed === 'string' && typed) || env[VARIABLES[name]] || null;
  };
  return {
    dataDir: text('data-dir'),
    host: text('host'),
    port: text('port'),
    adminToken: text('admin-token'),
    newKey: values['new-key'] === true,
    hidden: values.hidden === true,
    smoke: values.smoke === true,
  };
}

/** A part of a command line that the desktop app cannot follow. */
export type Misuse =
  | { readonly kind: 'unknownOption'; readonly flag: string }
  | { readonly kind: 'missingValue'; readonly flags: string }
  | { readonly kind: 'tooManyArguments'; readonly values: string };

/** Returns the first thing that the desktop app would ignore, or null. */
export function misuseOf(args: readonly string[]): Misuse | null {
  const { tokens } = parsed(args);
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') return { kind: 'tooManyArguments', values: token.value };
    if (!isKnown(token.name)) return { kind: 'unknownOption', flag: token.rawName };
    if (OPTIONS[token.name].type === 'string' && token.value === undefined) {
      return { kind: 'missingValue', flags: token.rawName };
    }
  }
  return null;
}
