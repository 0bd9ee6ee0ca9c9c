import { percentDecoded } from './redaction.ts';

/** The path and the query of such an address are its password; the origin alone is safe to show. */
export function originOf(address: string): string {
  const { origin, pathname, search } = new URL(address);
  return pathname === '/' && search === '' ? origin : `${origin}/…`;
}

/** `https://user:password@host/` means basic authentication; the request line must not carry it. */
export function withoutUserInfo(address: string): { url: string; authorization: string | null } {
  const url = new URL(address);
  if (url.username === '' && url.password === '') return { url: address, authorization: null };
  const pair = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`;
  url.username = '';
  url.password = '';
  return {
    url: url.href,
    authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
  };
}

/** What of an address must not be kept with an attempt, wherever the receiver echoes it. */
export function secretsOfUrl(address: string): string[] {
  const { pathname, search, searchParams, username, password } = new URL(address);
  const { authorization } = withoutUserInfo(address);
  return [
    address,
    `${pathname}${search}`,
    pathname,
    ...pathname.split('/'),
    search,
    ...searchParams.values(),
    `${username}:${password}`,
    password,
    authorization?.slice('Basic '.length) ?? '',
  ];
}

/**
 * What is wrong with an address at a service whose addresses are known: not that of a webhook, but of a
 * page, say. At any other host (a proxy, a server of one's own) every path may be right.
 */
export function wrongPath(address: string, service: RegExp, path: RegExp, problem: string) {
  const { hostname, pathname } = new URL(address);
  return service.test(hostname) && !path.test(pathname) ? { field: 'url', problem } : null;
}
