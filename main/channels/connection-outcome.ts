import type { Outcome } from '../domain/outcome.ts';
import { RefusedAddress } from './address-guard.ts';
import { UnreadableCertificate } from './dial.ts';

const CERTIFICATE_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_REJECTED',
  'CERT_CHAIN_TOO_LONG',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** What answers a TLS greeting in another language. */
const NO_TLS_CODES = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);

const DNS_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA']);

/**
 * A connection's error as an outcome. Messages are ours and hold the error's code alone: the error's
 * own text can hold the URL, and URLs carry credentials.
 */
export function outcomeOfError(error: unknown): Outcome {
  if (error instanceof RefusedAddress) {
    return {
      kind: 'permanent',
      class: 'configuration',
      message: 'The address leads to a link-local or metadata address, which is never a receiver.',
    };
  }
  const code = codeOf(error);
  if (CERTIFICATE_CODES.has(code)) {
    return {
      kind: 'permanent',
      class: 'certificate',
      message: `The receiver's certificate is not trusted (${code}). Give it a valid certificate, or use the name that the certificate is for.`,
    };
  }
  if (NO_TLS_CODES.has(code)) {
    return {
      // A proxy that is just being restarted says it, too.
      kind: 'transient',
      class: 'connection',
      message: `The receiver does not speak TLS at this port (${code}). If it stays so, correct the port or the encryption.`,
    };
  }
  if (DNS_CODES.has(code)) {
    return {
      kind: 'transient',
      class: 'dns',
      message: `The receiver's name could not be resolved (${code}).`,
    };
  }
  if (code === 'ETIMEDOUT') {
    return {
      kind: 'transient',
      class: 'timeout',
      message: `The receiver did not answer (${code}).`,
    };
  }
  return {
    kind: 'transient',
    class: 'connection',
    message: `The receiver could not be reached (${code}).`,
  };
}

/** The same for kinds that can be told which certificate to trust. */
export function outcomeOfDialError(error: unknown): Outcome {
  if (error instanceof UnreadableCertificate) {
    return {
      kind: 'permanent',
      class: 'configuration',
      message: 'The field Trusted certificate holds no certificate that can be read.',
    };
  }
  const outcome = outcomeOfError(error);
  return outcome.kind === 'permanent' && outcome.class === 'certificate'
    ? {
        ...outcome,
        message: `${outcome.message} If it is one of your own, put it into the field Trusted certificate.`,
      }
    : outcome;
}

/** The code of an error or of what caused it; happy-eyeballs failures wrap several. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
