import type { Outcome, TransientClass } from '../domain/outcome.ts';
import { RefusedAddressError } from './address-guard.ts';
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
 * A connection's error as an outcome. It holds the error's code alone: the error's own text can hold the
 * URL, and URLs carry credentials.
 */
export function outcomeOfError(thrown: unknown): Outcome {
  if (thrown instanceof RefusedAddressError) {
    const reason = { code: 'failure.address_refused', params: {} } as const;
    return { kind: 'permanent', class: 'configuration', reason };
  }
  const error = codeOf(thrown);
  if (CERTIFICATE_CODES.has(error)) {
    const reason = {
      code: 'failure.certificate_untrusted',
      params: { error, fields: [] },
    } as const;
    return { kind: 'permanent', class: 'certificate', reason };
  }
  if (NO_TLS_CODES.has(error)) {
    // A proxy that is just being restarted says it, too.
    return transient('connection', 'failure.no_tls', error);
  }
  if (DNS_CODES.has(error)) return transient('dns', 'failure.name_unresolved', error);
  if (error === 'ETIMEDOUT') return transient('timeout', 'failure.no_answer', error);
  return transient('connection', 'failure.unreachable', error);
}

const transient = (
  failureClass: TransientClass,
  code: 'failure.no_tls' | 'failure.name_unresolved' | 'failure.no_answer' | 'failure.unreachable',
  error: string,
): Outcome => ({
  kind: 'transient',
  class: failureClass,
  reason: { code, params: { error } },
});

/** Returns the same for kinds with a setting for the trusted certificate, the field `field`. */
export function outcomeOfDialError(error: unknown, field: string): Outcome {
  if (error instanceof UnreadableCertificate) {
    const reason = { code: 'failure.certificate_unreadable', params: { fields: [field] } } as const;
    return { kind: 'permanent', class: 'configuration', reason };
  }
  const outcome = outcomeOfError(error);
  if (outcome.kind !== 'permanent' || outcome.reason.code !== 'failure.certificate_untrusted') {
    return outcome;
  }
  const { code, params } = outcome.reason;
  return { ...outcome, reason: { code, params: { ...params, fields: [field] } } };
}

/** The code of an error or of what caused it; happy-eyeballs failures wrap several. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
