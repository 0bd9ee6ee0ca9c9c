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
