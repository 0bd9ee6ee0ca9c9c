import { connectionErrorCode, isCertificateCode } from '../base/connection-error.ts';
import { UnreadableCertificate } from '../base/tls-trust.ts';
import type { Outcome } from '../domain/outcome.ts';
import { RefusedAddressError } from './dial.ts';
import { failed } from './refusal.ts';

/** Codes of a server that answers a TLS greeting without TLS. */
const NO_TLS_CODES = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);

const DNS_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA']);

/**
 * Returns the outcome of a connection's error. It holds the error's code alone: the error's own text can
 * hold the URL, and URLs carry credentials.
 */
export function outcomeOfError(thrown: unknown): Outcome {
  if (thrown instanceof RefusedAddressError) {
    return failed('configuration', { code: 'failure.address_refused', params: {} });
  }
  const error = connectionErrorCode(thrown);
  const params = { error };
  if (isCertificateCode(error)) {
    const untrusted = { error, fields: [] };
    return failed('certificate', { code: 'failure.certificate_untrusted', params: untrusted });
  }
  // A proxy that is just being restarted says it, too.
  if (NO_TLS_CODES.has(error)) return failed('connection', { code: 'failure.no_tls', params });
  if (DNS_CODES.has(error)) return failed('dns', { code: 'failure.name_unresolved', params });
  if (error === 'ETIMEDOUT') return failed('timeout', { code: 'failure.no_answer', params });
  return failed('connection', { code: 'failure.unreachable', params });
}

/** Returns the same for kinds with a setting for the trusted certificate, the field `field`. */
export function outcomeOfDialError(error: unknown, field: string): Outcome {
  if (error instanceof UnreadableCertificate) {
    const params = { fields: [field] };
    return failed('configuration', { code: 'failure.certificate_unreadable', params });
  }
  const outcome = outcomeOfError(error);
  if (outcome.kind !== 'permanent' || outcome.reason.code !== 'failure.certificate_untrusted') {
    return outcome;
  }
  const { code, params } = outcome.reason;
  return { ...outcome, reason: { code, params: { ...params, fields: [field] } } };
}
