import { fail, ok, type Result } from '../../main/contract/result.ts';
import { addressBelow, pageBase } from '../client/page-base.ts';

/** Loads the licences of what Belfry contains, a text that is served beside the window. Never rejects. */
export async function loadNotices(): Promise<Result<string>> {
  try {
    const answer = await fetch(addressBelow(pageBase(location), '/THIRD-PARTY-NOTICES.txt'));
    if (answer.ok) return ok(await answer.text());
    return fail('unavailable', `Belfry answered HTTP ${answer.status}. Build it again.`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail('unavailable', `Belfry does not answer. Is it still running? (${reason})`);
  }
}
