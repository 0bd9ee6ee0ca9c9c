import { readFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const TIMEOUT_MS = 2_000;
/** An answer of the server to the greeting is about 1 kB, the others 32 bytes. */
const ANSWER_BYTES_MAX = 1_000_000;

/** Of the X11 protocol, version 11, in little-endian order. */
const LITTLE_ENDIAN = 0x6c;
const INTERN_ATOM = 16;
const GET_SELECTION_OWNER = 23;
const COOKIE = 'MIT-MAGIC-COOKIE-1';
/** Families of an entry in the authority file: this machine by its name, and any. */
const FAMILY_LOCAL = 256;
const FAMILY_WILD = 65_535;

const padded = (length: number): number => (length + 3) & ~3;

/**
 * Resolves to true if a panel of an X11 session takes tray icons: it owns the selection
 * `_NET_SYSTEM_TRAY_S<screen>` (System Tray Protocol). Two requests on the server's socket; without X11,
 * and after a time limit, the answer is no.
 */
export async function hasX11Tray(env: Environment, clock: Clock, logger: Logger): Promise<boolean> {
  const display = /^(?:unix)?:(\d+)(?:\.(\d+))?$/.exec(env['DISPLAY'] ?? '');
  // XWayland's trays take no icons of a Wayland program.
  if (!display || env['WAYLAND_DISPLAY']) return false;
  const [, number = '', screen = '0'] = display;
  try {
    return (await trayOwner({ env, number, screen, clock })) !== 0;
  } catch (error) {
    logger.log('debug', 'X11 could not be asked for a tray', { error: errorText(error) });
    return false;
  }
}

interface Asked {
  readonly env: Environment;
  readonly number: string;
  readonly screen: string;
  readonly clock: Clock;
}

/** Returns the window that takes tray icons; 0 if there is none. Rejects if the server does not answer well in time. */
async function trayOwner({ env, number, screen, clock }: Asked): Promise<number> {
  const cookie = await cookieOf(env, number);
  const socket = createConnection(`/tmp/.X11-unix/X${number}`);
  // A request that waits for an answer rejects with the error; without a listener it would end the process.
  socket.on('error', () => undefined);
  using _limit = clock.after(TIMEOUT_MS, () => socket.destroy(new Error('X11 did not answer')));
  try {
    const server = new X11Server(socket);
    await server.greet(cookie);
    const atom = await server.atom(`_NET_SYSTEM_TRAY_S${screen}`);
    return atom === 0 ? 0 : await server.selectionOwner(atom);
  } finally {
    socket.destroy();
  }
}

class X11Server {
  readonly #socket: Socket;
  readonly #chunks: AsyncIterator<Buffer, undefined>;
  #read = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  }

  async greet(cookie: Buffer): Promise<void> {
    const name = cookie.length === 0 ? '' : COOKIE;
    const head = Buffer.alloc(12);
    head[0] = LITTLE_ENDIAN;
    head.writeUInt16LE(11, 2);
    head.writeUInt16LE(name.length, 6);
    head.writeUInt16LE(cookie.length, 8);
    this.#socket.write(Buffer.concat([head, pad(Buffer.from(name)), pad(cookie)]));
    const answer = await this.#take(8);
    await this.#take(answer.readUInt16LE(6) * 4);
    if (answer[0] !== 1) throw new Error('the X server refuses the connection');
  }

  /** Returns the number of a name that somebody has used; 0 if nobody has. */
  async atom(name: string): Promise<number> {
    const head = Buffer.alloc(8);
    head[0] = INTERN_ATOM;
    head[1] = 1;
    head.writeUInt16LE(2 + padded(name.length) / 4, 2);
    head.writeUInt16LE(name.length, 4);
    return this.#ask(Buffer.concat([head, pad(Buffer.from(name))]));
  }

  /** Returns the window that owns a selection; 0 if none does. */
  selectionOwner(atom: number): Promise<number> {
    const request = Buffer.alloc(8);
    request[0] = GET_SELECTION_OWNER;
    request.writeUInt16LE(2, 2);
    request.writeUInt32LE(atom, 4);
    return this.#ask(request);
  }

  async #ask(request: Buffer): Promise<number> {
    this.#socket.write(request);
    const answer = await this.#take(32);
    if (answer[0] !== 1) throw new Error('the X server refuses a request');
    return answer.readUInt32LE(8);
  }

  async #take(bytes: number): Promise<Buffer> {
    while (this.#read.length < bytes) {
      const { value, done } = await this.#chunks.next();
      if (done === true) throw new Error('the X server has closed the connection');
      this.#read = Buffer.concat([this.#read, value]);
      if (this.#read.length > ANSWER_BYTES_MAX) throw new Error('too long an answer');
    }
    const taken = this.#read.subarray(0, bytes);
    this.#read = this.#read.subarray(bytes);
    return taken;
  }
}

const pad = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(padded(bytes.length) - bytes.length)]);

/** Returns the cookie of a display from the authority file; empty if there is none, as on servers without access control. */
async function cookieOf(env: Environment, display: string): Promise<Buffer> {
  let file: Buffer;
  try {
    file = await readFile(env['XAUTHORITY'] || join(env['HOME'] || homedir(), '.Xauthority'));
  } catch (error) {
    if (error instanceof Error && 'code' in error) return Buffer.alloc(0);
    throw error;
  }
  for (let at = 0; at + 2 <= file.length;) {
    const family = file.readUInt16BE(at);
    at += 2;
    const parts: Buffer[] = [];
    for (let part = 0; part < 4; part += 1) {
      const length = file.readUInt16BE(at);
      parts.push(file.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    const [address, number, name, data] = parts.map((part) => part.toString('latin1'));
    const isOurs = family === FAMILY_WILD || (family === FAMILY_LOCAL && address === hostname());
    const isFor = number === '' || number === display;
    if (isOurs && isFor && name === COOKIE) return Buffer.from(data ?? '', 'latin1');
  }
  return Buffer.alloc(0);
}
