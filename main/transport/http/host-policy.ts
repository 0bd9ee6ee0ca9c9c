import { isIP } from 'node:net';

/** The name in a Host header or an Origin, without port and brackets, in lower case; null when there is none. */
export function hostName(host: string): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+))(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null;
}

/** Returns the names of this machine, from `os.hostname()`: in full, short, and by mDNS. */
export function machineNames(hostname: string): string[] {
  const full = hostname.toLowerCase();
  const short = full.split('.')[0] ?? full;
  return [full, short, `${short}.local`];
}

/**
 * Decides which Host headers are answered without a token. A page that rebinds its own name to this address
 * (DNS rebinding) arrives with that name, so only names that nobody else can point here pass: IP literals,
 * localhost, the machine's own names, and those the user allowed.
 */
export class HostPolicy {
  readonly #names: ReadonlySet<string>;

  constructor(allowedHosts: readonly string[], hostname: string) {
    const allowed = allowedHosts.map((host) => hostName(host) ?? host.toLowerCase());
    this.#names = new Set(['localhost', ...machineNames(hostname), ...allowed]);
  }

  allows(hostHeader: string | undefined): boolean {
    const name = hostName(hostHeader ?? '');
    return name !== null && (isIP(name) !== 0 || this.#names.has(name));
  }
}

/**
 * Returns true if a request that names its origin comes from our own page: same
 * host and port as it was sent to.
 */
export function originIsOurs(origin: string, hostHeader: string | undefined): boolean {
  if (hostHeader === undefined || !/^https?:\/\//i.test(origin)) return false;
  return origin.slice(origin.indexOf('//') + 2).toLowerCase() === hostHeader.toLowerCase();
}
