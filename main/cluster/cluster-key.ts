import { createHash } from 'node:crypto';
import { z } from 'zod';

/** The secrets that the cores of a cluster share. */
export interface ClusterSecrets {
  /** The data keys, the current one first. */
  readonly keys: readonly Buffer[];
  readonly adminToken: string;
}

/** The number is that of the format. */
const PREFIX = /^belfry(\d+)_/;
const VERSION = 1;
const CHECK_BYTES = 6;

const secrets = z.strictObject({
  keys: z
    .array(z.base64().transform((text) => Buffer.from(text, 'base64')))
    .min(1)
    .refine((keys) => keys.every(({ length }) => length === 32)),
  adminToken: z.string().regex(/^[\x21-\x7e]+$/),
});

/** Finds characters that were lost on the way; whoever has the key needs no other proof. */
const checkOf = (bytes: Buffer): Buffer =>
  createHash('sha256').update(bytes).digest().subarray(0, CHECK_BYTES);

/** Returns one word without spaces that another core joins with. */
export function clusterKeyOf({ keys, adminToken }: ClusterSecrets): string {
  const content = { keys: keys.map((key) => key.toString('base64')), adminToken };
  const bytes = Buffer.from(JSON.stringify(content));
  const word = Buffer.concat([checkOf(bytes), bytes]).toString('base64url');
  return `belfry${VERSION}_${word}`;
}

/** Reads what `clusterKeyOf` returned, with the spaces and line ends that a message may have put in between. */
export function secretsIn(text: string): ClusterSecrets | 'damaged' | 'newer' {
  const word = text.replaceAll(/\s/g, '');
  const [prefix = '', version] = PREFIX.exec(word) ?? [];
  if (version === undefined) return 'damaged';
  if (Number(version) !== VERSION) return 'newer';
  const bytes = Buffer.from(word.slice(prefix.length), 'base64url');
  const content = bytes.subarray(CHECK_BYTES);
  if (!checkOf(content).equals(bytes.subarray(0, CHECK_BYTES))) return 'damaged';
  const read = secrets.safeParse(jsonIn(content));
  return read.success ? read.data : 'damaged';
}

/** Returns null for what is no JSON. */
function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
