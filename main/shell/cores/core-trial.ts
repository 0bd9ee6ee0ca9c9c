import type { Clock } from '../../base/clock.ts';
import type { CoreTrial } from '../../contract/desktop-core.ts';
import { httpRequest } from '../../contract/http-request.ts';
import { answerIn } from '../../transport/http-answer.ts';
import { probeCertificate } from './certificate-probe.ts';
import { problemOfError, problemOfStatus, type CoreProblem } from './core-problem.ts';
import { CoreRequests, type CoreTarget } from './core-request.ts';

const TRIAL_TIMEOUT_MS = 10_000;

/** Asks a core once for its status, and for the certificate to confirm if that is not trusted. */
export async function tryCore(target: CoreTarget, clock: Clock): Promise<CoreTrial> {
  const found = await askStatus(target, clock);
  if ('version' in found) {
    return { state: 'connected', reason: null, version: found.version, certificate: null };
  }
  const { state, reason } = found;
  const shown = state === 'untrusted' ? await probeCertificate(target.url, clock) : null;
  return { state, reason, version: null, certificate: shown?.facts ?? null };
}

async function askStatus(
  target: CoreTarget,
  clock: Clock,
): Promise<CoreProblem | { readonly version: string }> {
  const requests = new CoreRequests(target);
  const abort = new AbortController();
  const limit = clock.after(TRIAL_TIMEOUT_MS, () => abort.abort());
  try {
    const { status, text } = await requests.send(httpRequest('system.status', {}), abort.signal);
    if (status !== 200) return problemOfStatus(status);
    const answer = answerIn('system.status', true, text);
    if (answer === 'other_version') {
      return { state: 'unreachable', reason: { code: 'core.other_version', params: {} } };
    }
    return answer === 'not_belfry' || !answer.ok
      ? problemOfStatus(status)
      : { version: answer.value.version };
  } catch (error) {
    if (abort.signal.aborted) {
      const reason = { code: 'core.unreachable', params: { error: 'timeout' } } as const;
      return { state: 'unreachable', reason };
    }
    return problemOfError(error, target.certificate !== null);
  } finally {
    limit[Symbol.dispose]();
    requests.close();
  }
}
