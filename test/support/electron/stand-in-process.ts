import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import type { Drive } from './drive.ts';
import type { StageEvents } from './stage.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

type Answer = { id: number; value?: unknown; problem?: string };
type ParentMessage =
  Answer | { [E in keyof StageEvents]: { event: E } & StageEvents[E][0] }[keyof StageEvents];

export interface StandInOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** The directory of the built app; this repository unless another place is named. */
  readonly appDir?: string;
}

/** The built main process on the stand-in, in a separate process. */
export class StandInProcess extends EventEmitter<StageEvents> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly exited: Promise<number | null>;
  /** The output to stderr so far. */
  log = '';
  #lastId = 0;

  constructor({ env, args = [], appDir = ROOT }: StandInOptions) {
    super();
    this.#child = fork(join(appDir, 'out', 'main', 'index.js'), [...args], {
      cwd: appDir,
      execArgv: ['--import', join(import.meta.dirname, 'hook.ts')],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      env: {
        ...process.env,
        DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
        ...env,
      },
    });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.log += text.toString();
    });
    this.#child.on('message', (message: ParentMessage) => this.#hear(message));
    this.exited = once(this.#child, 'exit').then(([code]: (number | null)[]) => {
      for (const settle of this.#waiting.values()) settle({ id: 0, problem: 'the app has exited' });
      this.#waiting.clear();
      return code ?? null;
    });
  }

  /** Does something to the app, or looks at it. */
  ask<Op extends keyof Drive>(
    op: Op,
    ...args: Parameters<Drive[Op]>
  ): Promise<Awaited<ReturnType<Drive[Op]>>> {
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ value, problem }) => {
        if (problem === undefined) resolve(value as Awaited<ReturnType<Drive[Op]>>);
        else reject(new Error(`${op}: ${problem}`));
      });
      this.#child.send({ id, op, args }, (error) => {
        if (error) reject(error);
      });
    });
  }

  /** Quits as a person does, and waits for the exit code. */
  async quit(): Promise<number | null> {
    await this.ask('quit');
    return this.exited;
  }

  /** Goes away as a terminal does that is closed: what it writes then fails. */
  closeOutput(): void {
    this.#child.stderr?.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  kill(): Promise<number | null> {
    this.signal('SIGKILL');
    return this.exited;
  }

  #hear(message: ParentMessage): void {
    if ('event' in message) {
      const { event, ...fields } = message;
      this.emit(event, fields);
      return;
    }
    this.#waiting.get(message.id)?.(message);
    this.#waiting.delete(message.id);
  }
}
