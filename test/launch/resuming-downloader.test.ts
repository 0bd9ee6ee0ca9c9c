import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ResumingDownloader } from '../../main/launch/resuming-downloader.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HttpReceiver, silence, status, type Respond } from '../support/http-receiver.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const FILE = randomBytes(300_000);
const STALL_MS = 30_000;

let clock: FakeClock;
let receiver: HttpReceiver;
let temp: ReturnType<typeof tempDir>;
let seen: [number, number | null][];
beforeEach(async () => {
  clock = new FakeClock();
  receiver = await HttpReceiver.start();
  temp = tempDir();
  seen = [];
});
afterEach(async () => {
  temp[Symbol.dispose]();
  await receiver[Symbol.asyncDispose]();
});

const target = (): string => join(temp.path, 'electron.zip');
const partialDir = (): string => join(temp.path, 'partial');

const download = (): Promise<void> =>
  new ResumingDownloader({
    partialDir: partialDir(),
    stallMs: STALL_MS,
    clock,
    messages: messagesFor('en'),
    onProgress: (bytes, bytesTotal) => seen.push([bytes, bytesTotal]),
  }).download(`${receiver.url}/electron.zip`, target());

/** Sends the first bytes of the file and then no more, with the connection left open. */
const halfOf: Respond = (response) => {
  response.writeHead(200, { 'content-length': FILE.length });
  response.write(FILE.subarray(0, 100_000));
};

/** Answers as a server with ranges does. */
const ranged: Respond = (response, { headers }) => {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  if (from >= FILE.length) return void response.writeHead(416).end();
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': FILE.length - from });
  response.end(FILE.subarray(from));
};

async function stalled(): Promise<void> {
  receiver.respond = halfOf;
  const first = download();
  const refused = expect(first).rejects.toThrow('no data for 30 seconds');
  await until(() => seen.at(-1)?.[0] === 100_000, 'a third of the file came');
  clock.advance(STALL_MS);
  await refused;
}

it('gives up a download that stalls, and only the rest is asked for afterwards', async () => {
  await stalled();
  receiver.respond = ranged;
  await download();
  expect(receiver.received.map(({ headers }) => headers.range)).toEqual([
    undefined,
    'bytes=100000-',
  ]);
  expect(readFileSync(target()).equals(FILE)).toBe(true);
  expect(seen.at(-1)).toEqual([FILE.length, FILE.length]);
  expect(readdirSync(partialDir())).toEqual([]);
});

it('does not give up a download that is slow but goes on', async () => {
  let send: (bytes: number) => void = () => undefined;
  receiver.respond = (response) => {
    response.writeHead(200, { 'content-length': FILE.length });
    let sent = 0;
    send = (bytes) => {
      response.write(FILE.subarray(sent, (sent += bytes)));
      if (sent === FILE.length) response.end();
    };
    send(1_000);
  };
  const done = download();
  for (let bytes = 1_000; bytes < FILE.length; bytes += 99_666) {
    await until(() => (seen.at(-1)?.[0] ?? 0) === bytes, `${bytes} bytes came`);
    clock.advance(STALL_MS - 1);
    send(Math.min(99_666, FILE.length - bytes));
  }
  await done;
  expect(readFileSync(target()).equals(FILE)).toBe(true);
});

it('gives up a server that never answers', async () => {
  receiver.respond = silence;
  const refused = expect(download()).rejects.toThrow('no data for 30 seconds');
  await until(() => receiver.received.length === 1, 'the request came');
  clock.advance(STALL_MS);
  await refused;
});

it('begins from zero where the server knows no ranges, or none that fits', async () => {
  await stalled();
  receiver.respond = (response) => response.writeHead(200).end(FILE);
  await download();
  expect(readFileSync(target()).equals(FILE)).toBe(true);

  writeFileSync(join(partialDir(), 'electron.zip.partial'), Buffer.concat([FILE, FILE]));
  receiver.respond = ranged;
  await download();
  expect(readFileSync(target()).equals(FILE)).toBe(true);
});

it('says what a server refused, and makes no file of it', async () => {
  receiver.respond = status(404);
  await expect(download()).rejects.toThrow(`HTTP 404 for ${receiver.url}/electron.zip`);
  expect(existsSync(target())).toBe(false);
});
