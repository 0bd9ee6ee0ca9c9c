/** Matches OpenSSL's and Node's codes of a certificate that is not trusted. */
const CERTIFICATE_CODE =
  /(?:^|_)CERT(?:_|$)|^(?:UNABLE_TO_VERIFY_LEAF_SIGNATURE|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/;

/** Returns true for the code of an error about a certificate that is not trusted. */
export const isCertificateCode = (code: string): boolean => CERTIFICATE_CODE.test(code);

/** Returns the code of an error or of what caused it; happy-eyeballs failures wrap several. */
export function connectionErrorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError && error.errors.length > 0) {
    return connectionErrorCode(error.errors[0]);
  }
  return error.cause === undefined ? error.name : connectionErrorCode(error.cause);
}
