import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { wordsOf } from './dockerfile.ts';
import type { Image } from './root.ts';

const run = promisify(execFile);

/**
 * The script that does what a container's runtime does, with the options of compose.yaml: its own mounts, a
 * root that nobody can write to, a volume, a /tmp in memory, the image's user, no capability and no way to
 * gain one. Its processes and its network are those of the machine.
 */
const ENTER = `
mount --make-rprivate /
mount --bind "$ROOT" "$ROOT"
mount --bind "$VOLUME" "$ROOT$AT"
mount -o remount,ro,bind "$ROOT"
mount -t tmpfs none "$ROOT/tmp"
mount --rbind /dev "$ROOT/dev"
mount --rbind /proc "$ROOT/proc"
exec chroot "$ROOT" setpriv --reuid="$USER_NAME" --regid="$USER_NAME" --clear-groups \\
  --no-new-privs --inh-caps=-all --bounding-set=-all -- "$@"
`;

/** Runs an image with a volume that stays. */
export class Container {
  readonly #image: Image;
  readonly #volume: string;
  #child: ChildProcess | null = null;

  constructor(image: Image, volume: string) {
    this.#image = image;
    this.#volume = volume;
  }

  /** Runs a command in the container, as `docker compose exec` does; what it printed. */
  async exec(...words: string[]): Promise<string> {
    const { stdout } = await run('unshare', this.#enter(words), { env: this.#env() });
    return stdout;
  }

  /** Returns true if the image's health check passes. */
  async isHealthy(): Promise<boolean> {
    const [, check = '[]'] = /CMD (\[.*\])$/.exec(this.#image.healthCheck) ?? [];
    return this.exec(...wordsOf(check)).then(
      () => true,
      () => false,
    );
  }

  /** Runs the image's command; the address that it serves, once it does. */
  async start(): Promise<string> {
    const child = spawn('unshare', this.#enter(wordsOf(this.#image.command)), {
      env: this.#env(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const lines = createInterface({ input: child.stdout });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The container ended with ${code}`);
    });
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    ended.catch(() => undefined);
    return (JSON.parse(line) as { url: string }).url;
  }

  /** Sends the image's stop signal; its exit code. */
  async stop(): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return null;
    const exit = once(child, 'exit') as Promise<[number | null]>;
    child.kill(this.#image.stopSignal);
    return (await exit)[0];
  }

  #enter(words: readonly string[]): string[] {
    return ['--mount', '/bin/sh', '-ec', ENTER, 'sh', ...words];
  }

  #env(): Record<string, string> {
    const { root, user, volume, env } = this.#image;
    return {
      ...env,
      HOME: join('/home', user),
      ROOT: root,
      VOLUME: this.#volume,
      AT: volume,
      USER_NAME: user,
    };
  }
}
