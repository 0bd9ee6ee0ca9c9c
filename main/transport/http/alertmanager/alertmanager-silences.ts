import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StandingSilence } from '../../../alerts/rules/silence-service.ts';
import { formatMatcher, parseMatcher } from '../../../contract/matcher.ts';
import { id as uuid } from '../../../contract/primitives.ts';
import { fail, ok, type Result } from '../../../contract/result.ts';
import { callerOf } from '../guard.ts';
import { answer, answerMalformed, refuse } from './answers.ts';
import type { AlertmanagerView } from './alertmanager-view.ts';
import { filtersOf, switchOf } from './query.ts';
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
function wantedMatchers(request: FastifyRequest): Result<readonly string[]> {
  const texts = filtersOf(request);
  if (!texts.ok) return texts;
  const wanted: string[] = [];
  for (const text of texts.value) {
    const matcher = parseMatcher(text);
    if (!matcher) return fail('invalid_input', `bad matcher format: ${text}`);
    wanted.push(formatMatcher(matcher));
  }
  return ok(wanted);
}

export function listSilences(
  silences: Silences,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const wanted = wantedMatchers(request);
  if (!wanted.ok) return refuse(reply, wanted.error);
  const states = ORDER.filter((state) => switchOf(request, state));
  const listed = silences.standing().filter(({ state, matchers }) => {
    const own = new Set(matchers.map((text) => normal(text)));
    return states.includes(state) && wanted.value.every((text) => own.has(text));
  });
  return answer(reply, 200, listed.sort(byState).map(shownSilence));
}

/** Those that were written by hand may lack quotes. */
const normal = (text: string): string => {
  const matcher = parseMatcher(text);
  return matcher ? formatMatcher(matcher) : text;
};

/** The id in the path; null when it was refused. */
function idIn(request: FastifyRequest, reply: FastifyReply): string | null {
  const { silenceID = '' } = request.params as Readonly<Record<string, string>>;
  if (uuid.safeParse(silenceID).success) return silenceID.toLowerCase();
  const message = `silenceID in path must be of type uuid: ${JSON.stringify(silenceID)}`;
  answerMalformed(reply, 422, message, 601);
  return null;
}

export function getSilence(
  silences: Silences,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const id = idIn(request, reply);
  if (id === null) return reply;
  const silence = silences.standing().find((each) => each.id === id);
  return silence ? answer(reply, 200, shownSilence(silence)) : reply.code(404).send();
}

/** Creates one, or changes the one whose id is given. */
export async function postSilence(
  silences: Silences,
  request: FastifyRequest,
  reply: FastifyReply,
  now: number,
): Promise<FastifyReply> {
  const wanted = readSilence(request.body, now);
  if (!wanted.ok) return answer(reply, wanted.problem.status, wanted.problem.body);
  const { id, input } = wanted;
  const { actor } = callerOf(request);
  const startsAt = Math.max(new Date(input.startsAt ?? now).getTime(), now);
  const saved =
    id === ''
      ? await silences.collection.create({ ...input, startsAt }, actor)
      : await silences.replace(id.toLowerCase(), input, actor);
  if (saved.ok) return answer(reply, 200, { silenceID: saved.value.id });
  return saved.error.code === 'not_found'
    ? answer(reply, 404, NOT_FOUND)
    : answer(reply, 400, saved.error.message);
}

/** Ends one; one that has ended stays so. */
export async function deleteSilence(
  silences: Silences,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const id = idIn(request, reply);
  if (id === null) return reply;
  const expired = await silences.expire(id, callerOf(request).actor);
  if (expired.ok || expired.error.code === 'wrong_state') return reply.code(200).send();
  return answer(reply, 404, NOT_FOUND);
}
