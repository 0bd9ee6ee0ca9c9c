/**
 * Returns the token in an Authorization header (RFC 6750, RFC 7617), or null. `ownScheme` names another
 * scheme, in lower case, whose value is a token.
 */
export function tokenIn(
  authorization: string,
  basicAllowed: boolean,
  ownScheme?: string,
): string | null {
  const space = authorization.indexOf(' ');
  const scheme = authorization.slice(0, space).toLowerCase();
  const value = authorization.slice(space + 1).trim();
  if (value === '') return null;
  if (scheme === 'bearer' || scheme === ownScheme) return value;
  if (scheme !== 'basic' || !basicAllowed) return null;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const password = pair.slice(pair.indexOf(':') + 1);
  return password === '' ? null : password;
}
