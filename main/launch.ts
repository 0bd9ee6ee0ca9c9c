import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defined } from './base/assert.ts';
import { systemClock } from './base/clock.ts';
import { misuseOf, type Misuse } from './base/desktop-options.ts';
import { onStopSignals } from './base/stop-signals.ts';
import type { FetchReport } from './launch/electron-get.ts';
import { sandboxRemedies } from './launch/sandbox.ts';
import { hostMessages } from './messages/host-messages.ts';
import { claimProgramFiles } from './store/files/program-files.ts';

/**
 * `npm start`: builds what is missing or old, then runs the desktop app, or the headless host where
 * there can be no desktop. With `serve` or `demo` it runs that command of the command line instead, and
 * with `--build`, as `npm run serve` calls it, it builds and ends. Node runs this file without a build. It
 * reports on stderr; stdout belongs to the ready line of the headless host.
 */

const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'out');
const ELECTRON = join(ROOT, 'node_modules', 'electron');
const BUILT = [
  'out/main/index.js',
  'out/main/cli.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
  'out/THIRD-PARTY-NOTICES.txt',
];
const SOURCES = [
  'main',
  'preload',
  'renderer',
  'package.json',
  'package-lock.json',
  'vite.config.ts',
  'vite.main.config.ts',
  'resources/third-party-notices.ts',
];
/** The commands of the command line that may be named in place of the desktop app. */
const COMMANDS = ['serve', 'demo'];
const ELECTRON_PROGRAMS = new Map<NodeJS.Platform, string>([
  ['darwin', 'Electron.app/Contents/MacOS/Electron'],
  ['win32', 'electron.exe'],
]);
const BYTES_PER_MB = 1_000_000;
/** The share of a download after which its progress is reported once more, where no line can be rewritten. */
const PROGRESS_STEP = 0.1;
/** An Electron that its system cannot run ends within this time, by one of these signals or codes. */
const FAILED_START_MS = 10_000;
const FAILED_START_SIGNALS = ['SIGTRAP', 'SIGABRT', 'SIGILL', 'SIGSEGV'];
const MISSING_LIBRARY_CODE = 127;
/** The interval in which it is checked whether npm has ended the shell that started us. */
const PARENT_POLL_MS = 500;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly afterMs: number;
}

const messages = hostMessages();

const say = (line: string): void => {
  process.stderr.write(`belfry: ${line}\n`);
};

/** Thrown once this process was asked to stop, so that nothing more is started. */
class StopAsked extends Error {
  override readonly name = 'StopAsked';
}

let stopAsked = false;
/** The program that runs now. It gets each request to stop that we get. */
let child: ChildProcess | null = null;

function passOn(signal: NodeJS.Signals): void {
  stopAsked = true;
  // A terminal sends its Ctrl+C to the child as well.
  if (signal === 'SIGINT' && process.stdin.isTTY) return;
  child?.kill(signal);
}

/**
 * Passes on requests to stop. npm sends SIGTERM to the shell between it and us, and some shells do not
 * pass it on: our parent is gone then, which is the only sign we get. Started by anybody else, a
 * parent may well leave us to run.
 */
function passOnStops(): Disposable {
  const signals = onStopSignals(systemClock, { stop: passOn, force: passOn });
  const parent = process.ppid;
  const poll = setInterval(() => {
    if (process.env['npm_lifecycle_event'] === undefined || process.ppid === parent) return;
    clearInterval(poll);
    if (!stopAsked) passOn('SIGTERM');
  }, PARENT_POLL_MS);
  return {
    [Symbol.dispose]() {
      clearInterval(poll);
      signals[Symbol.dispose]();
    },
  };
}

/** Runs a program to its end. Throws StopAsked instead once somebody asked us to stop. */
function run(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  onMessage?: (message: FetchReport) => void,
): Promise<Ended> {
  if (stopAsked) throw new StopAsked();
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    child = spawn(command, args, { cwd: ROOT, ...options });
    child.once('error', reject);
    if (onMessage) child.on('message', onMessage);
    child.once('exit', (code, signal) => {
      child = null;
      resolve({ code, signal, afterMs: performance.now() - startedMs });
    });
  });
}

/** Runs a program that prepares what is to be started. */
async function prepare(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  onMessage?: (message: FetchReport) => void,
): Promise<Ended> {
  const ended = await run(command, args, options, onMessage);
  if (stopAsked) throw new StopAsked();
  return ended;
}

function newestMs(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(...readdirSync(path).map((name) => newestMs(join(path, name))), 0);
}

const built = BUILT.map((path) => join(ROOT, path));

const isComplete = (): boolean => built.every((path) => existsSync(path));

function isBuilt(): boolean {
  if (!isComplete()) return false;
  const oldestMs = Math.min(...built.map((path) => statSync(path).mtimeMs));
  return SOURCES.every((path) => newestMs(join(ROOT, path)) <= oldestMs);
}

/** Builds what is missing or old, but never while a Belfry runs from it. */
async function build(): Promise<void> {
  if (isBuilt()) return;
  mkdirSync(OUT, { recursive: true });
  using claim = claimProgramFiles(OUT);
  if (claim === null && isComplete()) {
    say(messages.text('launch.notRebuilt', { folder: OUT }));
    return;
  }
  say(messages.text('launch.building'));
  const npm = process.env['npm_execpath'];
  const script = ['run', '--silent', 'build:quiet'];
  // Both streams of the build go to stderr.
  const stdio: SpawnOptions = { stdio: ['ignore', 2, 2] };
  const { code } = npm
    ? await prepare(process.execPath, [npm, ...script], stdio)
    : await prepare('npm', script, { ...stdio, shell: process.platform === 'win32' });
  if (code !== 0) throw new Error(messages.text('launch.buildFailed'));
}

/**
 * Returns the Electron program: below ELECTRON_OVERRIDE_DIST_PATH where that is set, as the electron package
 * reads it, else in that package; null while it is not there. `path.txt` is the last file of an extraction.
 */
function electronProgram(): string | null {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const pathFile = join(ELECTRON, 'path.txt');
  const isExtracted = existsSync(pathFile);
  if (!override && !isExtracted) return null;
  const program = isExtracted
    ? readFileSync(pathFile, 'utf8')
    : (ELECTRON_PROGRAMS.get(process.platform) ?? 'electron');
  const path = join(override || join(ELECTRON, 'dist'), program);
  if (existsSync(path)) return path;
  if (override) throw new Error(messages.text('launch.noOverride', { path }));
  return null;
}

/** Reports the progress of a download: in one line of a terminal, else in a few lines. */
function progressReporter(): (report: FetchReport & { readonly type: 'progress' }) => void {
  let shown = '';
  let nextShare = 0;
  return ({ bytes, bytesTotal }) => {
    const share = bytesTotal === null ? 0 : bytes / bytesTotal;
    const text = messages.text('launch.fetch.progress', {
      done: Math.floor(bytes / BYTES_PER_MB),
      total: Math.ceil((bytesTotal ?? bytes) / BYTES_PER_MB),
    });
    if (text === shown) return;
    if (process.stderr.isTTY) process.stderr.write(`\rbelfry: ${text}`);
    else if (share >= nextShare) {
      say(text);
      nextShare = share + PROGRESS_STEP;
    } else return;
    shown = text;
  };
}

/** Lets the electron package fetch its runtime, with our downloader. Returns null, or why it could not. */
async function fetchElectron(): Promise<string | null> {
  const hook = pathToFileURL(join(import.meta.dirname, 'launch', 'electron-get-hook.ts')).href;
  const onProgress = progressReporter();
  let problem: string | null = null;
  let isLineOpen = false;
  const onReport = (report: FetchReport): void => {
    if (report.type === 'failed') ({ problem } = report);
    else {
      onProgress(report);
      isLineOpen = process.stderr.isTTY;
    }
  };
  const args = ['--import', hook, join(ELECTRON, 'install.js')];
  const stdio: SpawnOptions = { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] };
  const { code } = await prepare(process.execPath, args, stdio, onReport);
  if (isLineOpen) process.stderr.write('\n');
  return code === 0 ? null : (problem ?? messages.text('launch.fetch.failed'));
}

/** Returns why there can be no desktop app here, whatever is installed; null when there can. */
function obstacle(env: NodeJS.ProcessEnv): string | null {
  if (process.platform !== 'linux') return null;
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return messages.text('launch.obstacle.display');
  if (process.getuid?.() === 0 && env['BELFRY_ELECTRON_NO_SANDBOX'] !== '1') {
    return messages.text('launch.obstacle.root');
  }
  return null;
}

/** Runs the desktop app to its end; null when this system could not run it at all. */
async function runDesktop(
  program: string,
  args: readonly string[],
  chromiumArgs: readonly string[],
): Promise<number | null> {
  const noSandbox = process.env['BELFRY_ELECTRON_NO_SANDBOX'] === '1' ? ['--no-sandbox'] : [];
  const flags = [...noSandbox, ...chromiumArgs];
  const { ELECTRON_RUN_AS_NODE: _asNode, ...env } = process.env;
  const ended = await run(program, [...flags, ROOT, ...args], { stdio: 'inherit', env });
  const crashed = ended.signal !== null && FAILED_START_SIGNALS.includes(ended.signal);
  if (ended.afterMs < FAILED_START_MS && (crashed || ended.code === MISSING_LIBRARY_CODE))
    return null;
  return ended.code ?? 1;
}

/** Runs the built command line to its end; its exit code. */
async function runCommand(args: readonly string[]): Promise<number> {
  const cli = join(ROOT, 'out', 'main', 'cli.js');
  const ended = await run(process.execPath, [cli, ...args], { stdio: 'inherit' });
  return ended.code ?? 1;
}

function runHeadless(reason: string, args: readonly string[]): Promise<number> {
  say(messages.text('launch.headless', { reason }));
  // There is no window to hide.
  return runCommand(['serve', ...args.filter((arg) => arg !== '--hidden')]);
}

function misuseText(misuse: Misuse): string {
  switch (misuse.kind) {
    case 'unknownOption':
      return messages.text('cli.usage.unknownOption', misuse);
    case 'missingValue':
      return messages.text('cli.usage.missingValue', misuse);
    case 'tooManyArguments':
      return messages.text('cli.usage.tooManyArguments', misuse);
  }
}

/** Builds everything, and again whatever changes. The window shows it on Ctrl+R, the rest on the next start. */
async function watch(): Promise<AsyncDisposable> {
  const vite = await import('vite');
  const main = { configFile: join(ROOT, 'vite.main.config.ts') };
  const window = { configFile: join(ROOT, 'vite.config.ts') };
  const stops: (() => Promise<void>)[] = [];
  for (const target of [{ ...main, mode: 'main' }, { ...main, mode: 'preload' }, window]) {
    const watcher = await vite.build({
      ...target,
      logLevel: 'warn',
      // The running app must not lose its files during a rebuild.
      build: { watch: {}, emptyOutDir: false },
    });
    if (!('close' in watcher)) throw new Error('the build does not watch');
    stops.push(() => watcher.close());
    await new Promise<void>((resolve) => {
      watcher.on('event', ({ code }) => {
        if (code === 'END' || code === 'ERROR') resolve();
      });
    });
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const stop of stops) await stop();
    },
  };
}

/** Runs the desktop app, or the headless host where it cannot. What follows `--` is for Chromium. */
async function launch(given: readonly string[]): Promise<number> {
  const end = given.includes('--') ? given.indexOf('--') : given.length;
  const args = given.slice(0, end);
  const reason = obstacle(process.env);
  if (reason !== null) return runHeadless(reason, args);
  const misuse = misuseOf(args);
  if (misuse !== null) throw new Error(misuseText(misuse));
  if (electronProgram() === null) {
    const problem = await fetchElectron();
    if (problem !== null) {
      return runHeadless(messages.text('launch.obstacle.noRuntime', { problem }), args);
    }
  }
  const program = defined(electronProgram(), 'the Electron program that was fetched');
  const code = await runDesktop(program, args, given.slice(end + 1));
  if (code !== null) return code;
  const remedies = sandboxRemedies(program);
  if (remedies !== null) say(messages.text('launch.sandbox', { ...remedies }));
  return runHeadless(messages.text('launch.obstacle.cannotRun'), args);
}

async function begin(args: readonly string[]): Promise<number> {
  if (args.includes('--dev')) {
    process.env['BELFRY_DATA_DIR'] ??= join(ROOT, 'out', 'dev-data');
    await using _watch = await watch();
    return await launch(args.filter((arg) => arg !== '--dev'));
  }
  await build();
  if (args.includes('--build')) return 0;
  return COMMANDS.includes(args[0] ?? '') ? runCommand(args) : launch(args);
}

const stops = passOnStops();
try {
  process.exitCode = await begin(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof StopAsked)) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
} finally {
  stops[Symbol.dispose]();
}
