import { mkdirSync, rmSync, statSync } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Messages } from '../messages/messages.ts';

export interface DownloadOptions {
  /** The folder in which incomplete files wait for the next try. */
  readonly partialDir: string;
  /** A download that brings no byte for this long is given up. */
  readonly stallMs: number;
  readonly clock: Clock;
  readonly messages: Messages;
  readonly onProgress: (bytes: number, bytesTotal: number | null) => void;
}

/** Aborts once nobody has called `postpone` for a while. */
class StallGuard implements Disposable {
  readonly #abort = new AbortController();
  readonly #options: DownloadOptions;
  #timer: Disposable;

  constructor(options: DownloadOptions) {
    this.#options = options;
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  postpone(): void {
    this.#timer[Symbol.dispose]();
    this.#timer = this.#start();
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  #start(): Disposable {
    const { clock, stallMs, messages } = this.#options;
    const problem = messages.text('launch.fetch.stalled', { seconds: stallMs / 1_000 });
    return clock.after(stallMs, () => this.#abort.abort(new Error(problem)));
  }
}

/**
 * Downloads files for @electron/get, which verifies their checksums. An interrupted download goes on where
 * it ended (RFC 9110, section 14), as far as the server can do that.
 */
export class ResumingDownloader {
  readonly #options: DownloadOptions;

  constructor(options: DownloadOptions) {
    this.#options = options;
  }

  /** Rejects if the server refuses, the connection breaks or stalls. */
  async download(url: string, targetFilePath: string): Promise<void> {
    const { partialDir } = this.#options;
    mkdirSync(partialDir, { recursive: true });
    const partial = join(partialDir, `${basename(targetFilePath)}.partial`);
    using guard = new StallGuard(this.#options);
    const response = await this.#request(url, partial, guard.signal);
    await this.#save(response, partial, guard);
    await copyFile(partial, targetFilePath);
    rmSync(partial);
  }

  async #request(url: string, partial: string, signal: AbortSignal): Promise<Response> {
    const bytes = sizeOf(partial);
    const headers: HeadersInit = bytes > 0 ? { range: `bytes=${bytes}-` } : {};
    const response = await fetch(url, { headers, signal });
    // The partial file was complete, or is not from this file: only the checksum of a new one can tell.
    if (response.status === 416 && bytes > 0) {
      await response.body?.cancel();
      rmSync(partial);
      return this.#request(url, partial, signal);
    }
    if (response.ok) return response;
    const { status } = response;
    throw new Error(this.#options.messages.text('launch.fetch.refused', { status, url }));
  }

  async #save({ body, headers, status }: Response, path: string, guard: StallGuard): Promise<void> {
    const isRest = status === 206;
    let bytes = isRest ? sizeOf(path) : 0;
    const length = headers.get('content-length');
    const bytesTotal = length === null ? null : bytes + Number(length);
    await using file = await open(path, isRest ? 'a' : 'w');
    for await (const chunk of body ?? []) {
      guard.postpone();
      await file.writeFile(chunk);
      bytes += chunk.length;
      this.#options.onProgress(bytes, bytesTotal);
    }
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
