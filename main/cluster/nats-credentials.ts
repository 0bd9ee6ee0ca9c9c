/** The credentials for servers of NATS, as their file has them. */
export type Credentials =
  /** A credentials file of `nsc`: a JWT and the seed of its key. */
  | { readonly type: 'jwt'; readonly text: string }
  /** The seed of a user's key alone. */
  | { readonly type: 'nkey'; readonly seed: string }
  | { readonly type: 'password'; readonly user: string; readonly password: string };

const JWT = /-BEGIN NATS USER JWT-[^]+-BEGIN USER NKEY SEED-/;
const SEED = /^SU[A-Z2-7]{56}$/;
const PASSWORD = /^([^\s:]+):(\S+)$/;

/** Reads the content of a credentials file: that of `nsc`, the seed of a key, or `user:password`; null for neither. */
export function credentialsIn(text: string): Credentials | null {
  if (JWT.test(text)) return { type: 'jwt', text };
  const line = text.trim();
  if (SEED.test(line)) return { type: 'nkey', seed: line };
  const [, user, password] = PASSWORD.exec(line) ?? [];
  return user === undefined || password === undefined ? null : { type: 'password', user, password };
}
