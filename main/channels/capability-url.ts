import { percentDecoded } from '../base/credentials.ts';

/** The path and the query of an address can be its password; the origin alone is safe to show. */
export function originOf(address: string): string {
  const { origin, pathname, search, hash } = new URL(address);
  return pathname === '/' && `${search}${hash}` === '' ? origin : `${origin}/…`;
}

/** A path below a server's address, which may have a user, a path and a query as well. */
export function below(
  address: string,
  path: string,
): { url: string; headers: { authorization?: string } } {
  const { url, authorization } = withoutUserInfo(address);
  const target = new URL(url);
  target.pathname = `${target.pathname.replace(/\/+$/, '')}/${path}`;
  target.hash = '';
  return { url: target.href, headers: authorization === null ? {} : { authorization } };
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
  const { href, pathname, search, searchParams, hash, username, password } = new URL(address);
  const { authorization } = withoutUserInfo(address);
  const userInfo = username === '' && password === '' ? [] : [`${username}:${password}`, username];
  return [
    address,
    href,
    `${pathname}${search}`,
    ...(pathname === '/' ? [] : [pathname]),
    ...pathname.split('/'),
    search.slice(1),
    ...[...searchParams].map(([name, value]) => (value === '' ? name : value)),
    hash.slice(1),
    ...userInfo,
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
