import { z } from 'zod';
import { name, serverAddress, severity, timestampMs } from './primitives.ts';
import { coreReason } from './reasons/core-reasons.ts';

/** The id of the core that runs within the desktop. Others have a UUID. */
export const LOCAL_CORE = 'local';

/** The file in the data directory of a desktop with its cores, whose tokens are sealed. */
export const CORES_FILE = 'cores.json';

/** Cores that a desktop can have besides the local one. */
export const CORES_MAX = 20;

/**
 * The desktop's connection to a core. `refused`: its token is not good (enough). `untrusted`: its certificate is
 * not. Both wait for a person; `unreachable` is tried again.
 */
export const coreState = z.enum([
  'connecting',
  'connected',
  'unreachable',
  'refused',
  'untrusted',
  'off',
]);
export type CoreState = z.infer<typeof coreState>;

export const coreId = z.union([z.literal(LOCAL_CORE), z.uuid()]);

/** SHA-256 of a certificate, in pairs of hexadecimal digits with colons between them. */
const fingerprint = z.string().regex(/^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/);

/** A server's certificate, for a person to compare. */
export const certificate = z.object({
  fingerprint,
  subject: z.string(),
  issuer: z.string(),
  validTo: timestampMs,
});
export type Certificate = z.infer<typeof certificate>;

/** A core as the window and the tray show it. It never has the token. */
export const core = z.object({
  id: coreId,
  /** Null for the local core, as is the URL. */
  name: z.string().nullable(),
  url: z.string().nullable(),
  state: coreState,
  reason: coreReason.nullable(),
  /** Null until it was asked. */
  version: z.string().nullable(),
  /** Null until it was asked; the last known ones while there is no connection. */
  alerts: z.object({ open: z.int(), worst: severity.nullable() }).nullable(),
  /** The certificate that is trusted instead of the known authorities. */
  certificate: certificate.nullable(),
});
export type Core = z.infer<typeof core>;

const token = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,500}$/);
/** One or more certificates in PEM form. */
const pem = z.string().trim().max(65_536);

/** The connection to a core. A fingerprint is that of a certificate that the person has confirmed. */
export const coreInput = z.strictObject({
  name,
  url: serverAddress,
  token,
  certificate: pem.optional(),
  fingerprint: fingerprint.optional(),
});
export type CoreInput = z.infer<typeof coreInput>;

/**
 * As `coreInput`. Without a token the saved one stays, and without a certificate the saved one, both only while the
 * URL is the same: no other server may get the token. An empty certificate removes it.
 */
export const coreUpdate = coreInput.extend({ id: z.uuid(), token: token.optional() });
export type CoreUpdate = z.infer<typeof coreUpdate>;

/** A connection to test: of a new core, or with an id of a saved one. */
export const coreTrialInput = coreUpdate.omit({ name: true }).partial({ id: true });
export type CoreTrialInput = z.infer<typeof coreTrialInput>;

/** The result of a connection test. */
export const coreTrial = z.object({
  state: coreState,
  reason: coreReason.nullable(),
  version: z.string().nullable(),
  /** The certificate to confirm if the state is `untrusted`; null otherwise, or if it could not be read. */
  certificate: certificate.nullable(),
});
export type CoreTrial = z.infer<typeof coreTrial>;
