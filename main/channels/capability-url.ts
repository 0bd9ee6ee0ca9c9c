import { percentDecoded } from '../base/credentials.ts';

/** Returns the origin of an address, which alone is safe to show: path and query can be a password. */
export function originOf(address: string): string {
  const { origin, pathname, search, hash } = new URL(address);
  return pathname === '/' && `${search}${hash}` === '' ? origin : `${origin}/…`;
}

/** An address without the credentials in it, and the header that carries them instead. */
interface Address {
  readonly url: string;
  readonly headers: { readonly authorization?: string };
}

/** Returns the address of a path below a server's, which may have a user, a path and a query as well. */
export function below(address: string, path: string): Address {
  const { url, headers } = withoutUserInfo(address);
  const target = new URL(url);
  target.pathname = `${target.pathname.replace(/\/+$/, '')}/${path}`;
  target.hash = '';
  return { url: target.href, headers };
}

/** `https://user:password@host/` means basic authentication; the request line must not carry it. */
export function withoutUserInfo(address: string): Address {
  const url = new URL(address);
  if (url.username === '' && url.password === '') return { url: address, headers: {} };
  const headers = basicLogin(percentDecoded(url.username), percentDecoded(url.password));
  url.username = '';
  url.password = '';
  return { url: url.href, headers };
}

/** Returns the Authorization header of a user and a password (RFC 7617). */
export const basicLogin = (user: string, password: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

/** Returns what of an address must not be kept with an attempt, wherever the receiver echoes it. */
export function secretsOfUrl(address: string): string[] {
  const { href, pathname, search, searchParams, hash, username, password } = new URL(address);
  const { authorization = '' } = withoutUserInfo(address).headers;
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
    authorization.split(' ')[1] ?? '',
  ];
}
