import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';

/** The tags of DER (X.690) that a certificate is made of. */
const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
  dnsName: 0x82,
} as const;

/** Encoded object identifiers. */
const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('550403', 'hex');
const SUBJECT_ALT_NAME = Buffer.from('551d11', 'hex');

const VERSION_3 = Buffer.from([2]);

/** RFC 5280: a common name has 64 characters at most. */
const NAME_CHARS_MAX = 64;

function der(tag: keyof typeof TAG, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const bytes = content.length.toString(16);
  const long = Buffer.from(bytes.padStart(bytes.length + (bytes.length % 2), '0'), 'hex');
  const length =
    content.length < 0x80
      ? Buffer.from([content.length])
      : Buffer.concat([Buffer.from([0x80 | long.length]), long]);
  return Buffer.concat([Buffer.from([TAG[tag]]), length, content]);
}

/** A bit string of whole bytes. */
const bits = (content: Buffer): Buffer => der('bitString', Buffer.from([0]), content);

const timeOf = (ms: number): Buffer => {
  const digits = new Date(ms).toISOString().replace(/\.\d+/, '').replaceAll(/[-:T]/g, '');
  return der('generalizedTime', Buffer.from(digits));
};

const pem = (label: string, content: Buffer): string =>
  `-----BEGIN ${label}-----\n${content.toString('base64').replaceAll(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;

/** P-256, as OpenSSL names it. */
const CURVE = 'prime256v1';

/** Returns a new private key for certificates. */
export const newCertificateKey = (): KeyObject =>
  generateKeyPairSync('ec', { namedCurve: CURVE }).privateKey;

/** Returns a key in PEM. */
export const keyPem = (key: KeyObject): string =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Returns the key of a PEM if it is, to the letter, one that could have been made here; null for any other text. */
export function madeKeyIn(text: string): KeyObject | null {
  try {
    const key = createPrivateKey(text);
    const { namedCurve } = key.asymmetricKeyDetails ?? {};
    return namedCurve === CURVE && keyPem(key) === text ? key : null;
  } catch {
    return null;
  }
}

/**
 * Returns a certificate (X.509 v3, RFC 5280) for a name with a P-256 key, signed by that key, in PEM. `serial` is
 * at least one random byte.
 */
export function selfSignedCertificate(
  name: string,
  key: KeyObject,
  {
    from,
    until,
    serial,
  }: { readonly from: number; readonly until: number; readonly serial: Buffer },
): string {
  const algorithm = der('sequence', der('oid', ECDSA_WITH_SHA256));
  const common = Buffer.from(name.slice(0, NAME_CHARS_MAX));
  const subject = der(
    'sequence',
    der('set', der('sequence', der('oid', COMMON_NAME), der('utf8', common))),
  );
  const altName = der('sequence', der('dnsName', Buffer.from(name, 'latin1')));
  const extensions = der(
    'sequence',
    der('sequence', der('oid', SUBJECT_ALT_NAME), der('octetString', altName)),
  );
  const content = der(
    'sequence',
    der('version', der('integer', VERSION_3)),
    // A leading 1 keeps it positive and in its shortest form.
    der('integer', Buffer.from([1]), serial),
    algorithm,
    subject,
    der('sequence', timeOf(from), timeOf(until)),
    subject,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    der('extensions', extensions),
  );
  const signature = bits(sign('sha256', content, key));
  return pem('CERTIFICATE', der('sequence', content, algorithm, signature));
}
