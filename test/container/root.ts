import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, matchesGlob } from 'node:path';
import { promisify } from 'node:util';
import { parseDockerfile, type Instruction, type Stage } from './dockerfile.ts';

const run = promisify(execFile);
const BIG_BUFFER = 64 * 1_024 * 1_024;
const DEBIAN = 'http://deb.debian.org/debian';
/** The image that the Dockerfile starts from: this Debian, this major version of Node, a user `node`. */
const IMAGE = /^node:(\d+)-(bookworm)-slim$/;
const NODE_UID = 1_000;
/** The certificates of the machine, whose network may have its own authority. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const SHELL_ENV = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

/** A built image: its root directory and how it is run. */
export interface Image {
  readonly root: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  readonly volume: string;
  readonly command: string;
  readonly healthCheck: string;
  readonly stopSignal: NodeJS.Signals;
}

/** Runs a program inside a root directory as the container's root user; returns what it printed. */
async function inRoot(root: string, cwd: string, command: string): Promise<string> {
  const { stdout } = await run('chroot', [root, '/bin/sh', '-c', `cd ${cwd} && ${command}`], {
    env: { ...SHELL_ENV, HOME: '/root', NODE_EXTRA_CA_CERTS: CERTIFICATES },
    maxBuffer: BIG_BUFFER,
  });
  return stdout;
}

/**
 * Makes what `node:<major>-bookworm-slim` has, by debootstrap: Debian's smallest root, the Node that runs this with
 * its npm, and the user `node`. The Debian part is kept in `cache`.
 */
async function baseRoot(image: string, root: string, cache: string): Promise<void> {
  const [, major, suite] = IMAGE.exec(image) ?? [];
  if (major === undefined || suite === undefined) throw new Error(`Not a known image: ${image}`);
  if (process.versions.node.split('.')[0] !== major) {
    throw new Error(`${image} wants Node ${major}, and this is ${process.versions.node}`);
  }
  const archive = join(cache, `${suite}.tar`);
  mkdirSync(root, { recursive: true });
  if (existsSync(archive)) {
    await run('tar', ['-xf', archive, '-C', root]);
  } else {
    console.log(`debootstrap of ${suite}, kept for the next time`);
    const options = ['--variant=minbase', '--include=ca-certificates', suite, root, DEBIAN];
    await run('debootstrap', options, { maxBuffer: BIG_BUFFER });
    mkdirSync(cache, { recursive: true });
    await run('tar', ['-cf', archive, '-C', root, '.']);
  }
  cpSync(process.execPath, join(root, 'usr/local/bin/node'));
  for (const file of ['/etc/resolv.conf', CERTIFICATES]) cpSync(file, join(root, file));
  await run('npm', ['install', '--global', '--prefix', join(root, 'usr/local'), 'npm@11']);
  await inRoot(root, '/', `useradd --create-home --uid ${NODE_UID} node`);
}

/** Copies from a folder on this machine, without what its .dockerignore names, or from a stage that is built. */
function copy(rest: string, root: string, cwd: string, sources: ReadonlyMap<string, string>): void {
  const words = rest.split(' ');
  const from = words[0]?.startsWith('--from=') ? (words.shift() ?? '').slice('--from='.length) : '';
  const source = sources.get(from);
  if (source === undefined) throw new Error(`COPY from ${from}, which is not built`);
  const ignored =
    from === '' ? readFileSync(join(source, '.dockerignore'), 'utf8').split('\n') : [];
  const to = words.pop() ?? '';
  const target = to.startsWith('/') ? join(root, to) : join(root, cwd, to);
  for (const pattern of words) {
    if (pattern === '.') {
      for (const name of readdirSync(source)) {
        if (!ignored.includes(name)) {
          cpSync(join(source, name), join(target, name), { recursive: true });
        }
      }
      continue;
    }
    const folder = join(source, dirname(pattern));
    const names = readdirSync(folder).filter((name) => matchesGlob(name, basename(pattern)));
    if (names.length === 0) throw new Error(`COPY finds no ${pattern}`);
    for (const name of names) cpSync(join(folder, name), join(target, name));
  }
}

/** Builds a stage; what it leaves in `settings` is for the last one. */
async function buildStage(
  stage: Stage,
  root: string,
  sources: ReadonlyMap<string, string>,
  settings: Map<string, string>,
): Promise<void> {
  let cwd = '/';
  const apply = async ({ word, rest }: Instruction): Promise<void> => {
    if (word === 'WORKDIR') {
      cwd = rest;
      mkdirSync(join(root, cwd), { recursive: true });
    } else if (word === 'COPY') copy(rest, root, cwd, sources);
    else if (word === 'RUN') await inRoot(root, cwd, rest);
    else if (/^(CMD|ENV|EXPOSE|HEALTHCHECK|STOPSIGNAL|USER|VOLUME)$/.test(word)) {
      settings.set(word, rest);
    } else throw new Error(`The test does not know ${word}`);
  };
  for (const instruction of stage.instructions) {
    console.log(`${instruction.word} ${instruction.rest}`);
    await apply(instruction);
  }
}

/** Builds the image of a Dockerfile in `context`, each stage in a root of its name under `directory`. */
export async function buildImage(
  context: string,
  directory: string,
  cache: string,
): Promise<Image> {
  const sources = new Map([['', context]]);
  const settings = new Map<string, string>();
  let root = '';
  for (const stage of parseDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
    const name = stage.name ?? 'image';
    root = join(directory, name);
    settings.clear();
    await baseRoot(stage.image, root, cache);
    await buildStage(stage, root, sources, settings);
    sources.set(name, root);
  }
  const setting = (word: string): string => {
    const value = settings.get(word);
    if (value === undefined) throw new Error(`The image has no ${word}`);
    return value;
  };
  const pairs = setting('ENV').split(' ');
  return {
    root,
    user: setting('USER'),
    env: {
      ...SHELL_ENV,
      ...Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string])),
    },
    volume: setting('VOLUME'),
    command: setting('CMD'),
    healthCheck: setting('HEALTHCHECK'),
    stopSignal: setting('STOPSIGNAL') as NodeJS.Signals,
  };
}
