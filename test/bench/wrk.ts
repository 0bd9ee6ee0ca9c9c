import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Peer } from './peer.ts';

const run = promisify(execFile);

const result = z.object({
  requests: z.int(),
  durationUs: z.int(),
  failed: z.int(),
  p50Us: z.int(),
  p99Us: z.int(),
});
export type LoadResult = z.infer<typeof result>;

export interface Load {
  readonly connections: number;
  readonly alertsPerPost: number;
  /** How many different alerts there are in all; 0 makes each a new one. */
  readonly distinct: number;
}

const GRACE_MS = 30_000;

/** Posts alerts as fast as they are answered, from one thread; throws when one was refused. */
export async function postAlerts(
  { url, token }: Pick<Peer, 'url' | 'token'>,
  { connections, alertsPerPost, distinct }: Load,
  word: string,
  seconds: number,
): Promise<LoadResult> {
  const script = join(import.meta.dirname, 'post.lua');
  const load = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script];
  const alerts = [String(alertsPerPost), String(distinct)];
  const { stdout } = await run('wrk', [...load, url, '--', token, word, ...alerts], {
    timeout: seconds * 1_000 + GRACE_MS,
  });
  const line = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (line === undefined) throw new Error(`wrk said nothing of use:\n${stdout}`);
  const parsed = result.parse(JSON.parse(line));
  if (parsed.failed > 0) throw new Error(`${parsed.failed} requests to ${url} failed`);
  return parsed;
}
