import type { z } from 'zod';
import { fieldsOf } from '../contract/field.ts';
import type { IssueReason } from '../contract/reasons/issue-reasons.ts';
/**
 * Metadata services outside the link-local networks. They give credentials to whoever asks, and are never a
 * receiver: Azure's WireServer, Alibaba Cloud, Oracle Cloud Classic.
 */
const METADATA_IPV4: readonly (readonly number[])[] = [
  [168, 63, 129, 16],
  [100, 100, 100, 200],
  [192, 0, 0, 192],
];

/** The one that nearly every cloud has, within the network that is refused whole. */
const USUAL_METADATA = [169, 254, 169, 254];

/** The same over IPv6, as a URL writes them: AWS (metadata, pod identity), Google, Oracle, Scaleway, Linode, Alibaba. */
const METADATA_IPV6: ReadonlySet<string> = new Set([
  '[fd00:ec2::254]',
  '[fd00:ec2::23]',
  '[fd20:ce::254]',
  '[fd00:c1::a9fe:a9fe]',
  '[fd00:42::42]',
  '[fd00:a9fe:a9fe::1]',
  '[fd00:100::100:200]',
]);

const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

const isMetadata = (ipv4: readonly number[]): boolean =>
  [USUAL_METADATA, ...METADATA_IPV4].some((known) => isSame(ipv4, known));

const isRefusedIpv4 = (ipv4: readonly number[]): boolean =>
  (ipv4[0] === 169 && ipv4[1] === 254) || isMetadata(ipv4);

/** The 16 bytes of an IPv6 address in the form that a URL gives it. */
function ipv6Bytes(hostname: string): number[] {
  const [left = '', right] = hostname.slice(1, -1).split('::');
  const groupsOf = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const [before, after] = [groupsOf(left), groupsOf(right ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]);
}

/**
 * The IPv4 addresses for which an IPv6 address may be another spelling. Sources: RFC 4291, 2.5.5 (mapped,
 * compatible), RFC 2765 (translated), RFC 6052 and 8215 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo),
 * RFC 5214 (ISATAP).
 */
function embeddedIpv4(bytes: readonly number[]): (readonly number[])[] {
  const at = (...places: number[]): number[] => places.map((place) => bytes[place] ?? 0);
  const begins = (...prefix: number[]): boolean => isSame(bytes.slice(0, prefix.length), prefix);
  const last = at(12, 13, 14, 15);
  const found: number[][] = [];
  const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
  if (
    begins(...zeros(12)) ||
    begins(...zeros(10), 0xff, 0xff) ||
    begins(...zeros(8), 0xff, 0xff, 0, 0) ||
    begins(0, 0x64, 0xff, 0x9b, ...zeros(8))
  ) {
    found.push(last);
  }
  if (begins(0, 0x64, 0xff, 0x9b, 0, 1)) {
    // The prefix that a network chose within may have 48, 56, 64 or 96 bits; byte 8 is never used.
    found.push(at(6, 7, 9, 10), at(7, 9, 10, 11), at(9, 10, 11, 12), last);
  }
  if (begins(0x20, 0x02)) found.push(at(2, 3, 4, 5));
  if (begins(0x20, 0x01, 0, 0))
    found.push(
      at(4, 5, 6, 7),
      last.map((byte) => byte ^ 0xff),
    );
  if (isSame(at(9, 10, 11), [0, 0x5e, 0xfe]) && ((bytes[8] ?? 0) & 0xfd) === 0) found.push(last);
  return found;
}

function isRefusedIpv6(hostname: string): boolean {
  const bytes = ipv6Bytes(hostname);
  const isLinkLocal = bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
  return (
    isLinkLocal ||
    METADATA_IPV6.has(hostname) ||
    embeddedIpv4(bytes).some(isRefusedIpv4) ||
    // A network may translate under any prefix of 96 bits, which cannot be known.
    isMetadata(bytes.slice(12))
  );
}

/** A host as URLs write it: IPv4 as four decimal numbers, IPv6 in its shortest form, no zone; null if it is none. */
function canonicalHost(host: string): string | null {
  const bare = host.replace(/^\[|\]$/g, '');
  const written = bare.includes(':') ? `[${bare.replace(/%.*$/, '')}]` : bare;
  const address = `http://${written}/`;
  return URL.canParse(address) ? new URL(address).hostname : null;
}

/** Returns true for a host, name or literal, that is a link-local or metadata address in any spelling. */
export function isRefusedHost(host: string): boolean {
  const hostname = canonicalHost(host);
  if (hostname === null) return false;
  if (hostname.startsWith('[')) return isRefusedIpv6(hostname);
  return /^[\d.]+$/.test(hostname) && isRefusedIpv4(hostname.split('.').map(Number));
}

/**
 * Returns true if nothing is ever sent to an address of a configuration, which may be a URL of any scheme
 * or a host alone. What a name leads to is only known at each connection, and is checked there.
 */
export const isRefusedAddress = (address: string): boolean =>
  isRefusedHost(
    address.includes('://') && URL.canParse(address) ? new URL(address).hostname : address,
  );

/**
 * Returns the first field of a configuration with an address that sending refuses; null
 * when there is none. The configuration may lack fields. Names are looked up when sending.
 */
export function refusedAddressIn(
  schema: z.ZodObject,
  config: Readonly<Record<string, unknown>>,
): { readonly field: string; readonly reason: IssueReason } | null {
  for (const { name, control, isHost } of fieldsOf(schema)) {
    const address = config[name];
    if (typeof address !== 'string' || !(isHost ?? control.type === 'url')) continue;
    if (!isRefusedAddress(address)) continue;
    return { field: name, reason: { code: 'issue.address_refused', params: {} } };
  }
  return null;
}
