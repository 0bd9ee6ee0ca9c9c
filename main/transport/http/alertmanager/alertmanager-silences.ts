import type { StandingSilence } from '../../../alerts/rules/silence-service.ts';
import { formatMatcher, parseMatcher } from '../../../contract/matcher.ts';
import { id as uuid } from '../../../contract/primitives.ts';
import { ok, type Result } from '../../../contract/result.ts';
import { refuseField, worded } from '../../../messages/failures.ts';
import { answered, malformed, type Answered } from './answers.ts';
import type { AlertmanagerView } from './alertmanager-view.ts';
import { filtersOf, switchOf, type Asked } from './query.ts';
import { readSilence, shownSilence } from './silence-shape.ts';

type Silences = AlertmanagerView['silences'];

const NOT_FOUND = 'silence not found';

/** In the order in which they are listed: the next change first, and of expired ones the latest. */
const ORDER = ['active', 'pending', 'expired'] as const;

function byState(a: StandingSilence, b: StandingSilence): number {
  if (a.state !== b.state) return ORDER.indexOf(a.state) - ORDER.indexOf(b.state);
  if (a.state === 'pending') return a.startsAt - b.startsAt;
  return a.state === 'active' ? a.endsAt - b.endsAt : b.endsAt - a.endsAt;
}

/** The matchers that a silence must have to be listed, as we write them. */
function wantedMatchers(request: Asked): Result<readonly string[]> {
  const texts = filtersOf(request);
  if (!texts.ok) return texts;
  const wanted: string[] = [];
  for (const text of texts.value) {
    const matcher = parseMatcher(text);
    if (!matcher) {
      const refusal = refuseField('invalid_input', 'filter', { code: 'issue.matcher', params: {} });
      return worded(`bad matcher format: ${text}`, refusal);
    }
    wanted.push(formatMatcher(matcher));
  }
  return ok(wanted);
}

export function listSilences(silences: Silences, request: Asked): Result<Answered> {
  const wanted = wantedMatchers(request);
  if (!wanted.ok) return wanted;
  const states = ORDER.filter((state) => switchOf(request, state));
  const listed = silences.standing().filter(({ state, matchers }) => {
    const own = new Set(matchers.map((text) => normal(text)));
    return states.includes(state) && wanted.value.every((text) => own.has(text));
  });
  return ok(answered(200, listed.sort(byState).map(shownSilence)));
}

/** Those that were written by hand may lack quotes. */
const normal = (text: string): string => {
  const matcher = parseMatcher(text);
  return matcher ? formatMatcher(matcher) : text;
};

/** Returns the answer to an id that is none; null for one that is. */
export function badId(id: string): Answered | null {
  if (uuid.safeParse(id).success) return null;
  const message = `silenceID in path must be of type uuid: ${JSON.stringify(id)}`;
  return malformed(422, message, 601);
}

export function getSilence(silences: Silences, id: string): Answered {
  const silence = silences.standing().find((each) => each.id === id.toLowerCase());
  return silence ? answered(200, shownSilence(silence)) : { status: 404, json: null };
}

/** Creates one, or changes the one whose id is given. */
export async function postSilence(
  silences: Silences,
  { body, actor }: { readonly body: unknown; readonly actor: string },
  now: number,
): Promise<Answered> {
  const wanted = readSilence(body, now);
  if (!wanted.ok) return answered(wanted.problem.status, wanted.problem.body);
  const { id, input } = wanted;
  const startsAt = Math.max(new Date(input.startsAt ?? now).getTime(), now);
  const saved =
    id === ''
      ? await silences.collection.create({ ...input, startsAt }, actor)
      : await silences.replace(id.toLowerCase(), input, actor);
  if (saved.ok) return answered(200, { silenceID: saved.value.id });
  return saved.error.code === 'not_found'
    ? answered(404, NOT_FOUND)
    : answered(400, saved.error.message);
}

/** Ends one; one that has ended stays so. */
export async function deleteSilence(
  silences: Silences,
  id: string,
  actor: string,
): Promise<Answered> {
  const expired = await silences.expire(id.toLowerCase(), actor);
  if (expired.ok || expired.error.code === 'wrong_state') return { status: 200, json: null };
  return answered(404, NOT_FOUND);
}
