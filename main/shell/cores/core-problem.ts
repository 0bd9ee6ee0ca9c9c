import { connectionErrorCode, isCertificateCode } from '../../base/connection-error.ts';
import { UnreadableCertificate } from '../../base/tls-trust.ts';
import type { CoreState } from '../../contract/desktop-core.ts';
import type { CoreReason } from '../../contract/reasons/core-reasons.ts';

/** The reason why there is no connection, and the state that follows from it. */
export interface CoreProblem {
  readonly state: Extract<CoreState, 'unreachable' | 'refused' | 'untrusted'>;
  readonly reason: CoreReason;
}

/** OpenSSL's codes of a chain that ends at nobody who is trusted. */
const UNKNOWN_AUTHORITY = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
]);

const because = (state: CoreProblem['state'], reason: CoreReason): CoreProblem => ({
  state,
  reason,
});

/** Returns what a connection's error means. `hasOwnTrust` if one certificate is trusted instead of the authorities. */
export function problemOfError(error: unknown, hasOwnTrust: boolean): CoreProblem {
  if (error instanceof UnreadableCertificate) {
    return because('untrusted', { code: 'core.certificate_unreadable', params: {} });
  }
  const code = connectionErrorCode(error);
  if (UNKNOWN_AUTHORITY.has(code)) {
    const reason = hasOwnTrust ? 'core.certificate_changed' : 'core.certificate_unknown';
    return because('untrusted', { code: reason, params: {} });
  }
  if (isCertificateCode(code)) {
    return because('untrusted', { code: 'core.certificate_refused', params: { error: code } });
  }
  return because('unreachable', { code: 'core.unreachable', params: { error: code } });
}

/** Returns what the status of a refused call or stream means. */
export function problemOfStatus(status: number): CoreProblem {
  if (status === 401) return because('refused', { code: 'core.token_refused', params: {} });
  if (status === 403) return because('refused', { code: 'core.token_scope', params: {} });
  // A proxy says so while what is behind it restarts.
  if (status >= 500 || status === 429) {
    return because('unreachable', {
      code: 'core.unreachable',
      params: { error: `HTTP ${status}` },
    });
  }
  return because('unreachable', { code: 'core.not_belfry', params: {} });
}
