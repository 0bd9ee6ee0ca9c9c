import { z } from 'zod';
import type { StandingSilence } from '../../../alerts/rules/silence-service.ts';
import { LIMITS } from '../../../contract/limits.ts';
import { formatMatcher, parseMatcher, type Matcher } from '../../../contract/matcher.ts';
import { silenceInput } from '../../../contract/suppression.ts';
import { alertmanagerTime } from '../../../domain/alertmanager-labels.ts';
import { boundedText } from '../../../domain/bounded-text.ts';
import { inEnglish } from '../../../messages/failures.ts';
import { allTakeEmpty, compileLabelMatchers } from '../../../domain/matching.ts';
import { invalidInput } from '../../../domain/issues.ts';
import { oneLine } from '../../../domain/message-text.ts';

/** `postableSilence` of the API. */
const postable = z.object({
  id: z.string().nullish(),
  comment: z.string(),
  createdBy: z.string(),
  endsAt: alertmanagerTime,
  matchers: z
    .array(
      z.object({
        name: z.string(),
        value: z.string(),
        isRegex: z.boolean().nullish(),
        isEqual: z.boolean().nullish(),
      }),
    )
    .min(1),
  startsAt: alertmanagerTime,
});
type Postable = z.output<typeof postable>;

/** A problem with a silence, as Alertmanager answers it. */
export interface SilenceProblem {
  readonly status: 400 | 422;
  readonly body: string | { readonly code: number; readonly message: string };
}

export type WantedSilence =
  | { readonly ok: false; readonly problem: SilenceProblem }
  | {
      readonly ok: true;
      /** '' for a new one. */
      readonly id: string;
      readonly input: z.output<typeof silenceInput>;
    };

const wrong = (body: string): WantedSilence => ({ ok: false, problem: { status: 400, body } });

/** Returns the problem that Alertmanager's framework finds before anybody looks at the content. */
function malformed({ issues: [issue] }: z.ZodError, body: unknown): SilenceProblem {
  const path = issue?.path.join('.') ?? '';
  const given = issue?.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    body,
  );
  if (path === 'matchers' && Array.isArray(given)) {
    return {
      status: 422,
      body: { code: 612, message: 'matchers in body should have at least 1 items' },
    };
  }
  if (given === undefined || given === null) {
    const what = path === '' ? 'silence' : path;
    return { status: 422, body: { code: 602, message: `${what} in body is required` } };
  }
  const message = `parsing silence body from "" failed, because ${path}: ${issue?.message ?? ''}`;
  return { status: 400, body: { code: 400, message } };
}

const opOf = ({ isRegex, isEqual }: Postable['matchers'][number]): Matcher['op'] => {
  if (isEqual ?? true) return isRegex ? '=~' : '=';
  return isRegex ? '!~' : '!=';
};

/** Reads a silence to create or change, and checks all that Alertmanager checks; `now` in ms UTC. */
export function readSilence(body: unknown, now: number): WantedSilence {
  const parsed = postable.safeParse(body);
  if (!parsed.success) return { ok: false, problem: malformed(parsed.error, body) };
  const { id, comment, createdBy } = parsed.data;
  const startsAt = parsed.data.startsAt ?? now;
  const endsAt = parsed.data.endsAt ?? 0;
  const failed = 'Failed to create silence:';
  if (startsAt >= endsAt) return wrong(`${failed} start time must be before end time`);
  if (endsAt <= now) return wrong(`${failed} end time can't be in the past`);
  const matchers = parsed.data.matchers.map((matcher) =>
    formatMatcher({ name: matcher.name, op: opOf(matcher), value: matcher.value }),
  );
  const compiled = compileLabelMatchers(matchers);
  if (!compiled.ok) {
    const problem = inEnglish(compiled.reason);
    return wrong(`silence invalid: invalid label matcher ${compiled.index}: ${problem}`);
  }
  if (allTakeEmpty(matchers)) {
    return wrong('silence invalid: at least one matcher must not match the empty string');
  }
  const author = boundedText(oneLine(createdBy), LIMITS.nameCharsMax);
  const input = silenceInput.safeParse({
    matchers,
    comment: boundedText(comment, LIMITS.commentCharsMax),
    startsAt,
    endsAt,
    ...(author === '' ? {} : { author }),
  });
  if (input.success) return { ok: true, id: id ?? '', input: input.data };
  return wrong(`silence invalid: ${invalidInput(input.error).error.message}`);
}

/** `gettableSilence` of the API. */
export const shownSilence = (silence: StandingSilence) => ({
  id: silence.id,
  status: { state: silence.state },
  updatedAt: new Date(silence.updatedAt).toISOString(),
  annotations: {},
  comment: silence.comment,
  createdBy: silence.author,
  endsAt: new Date(silence.endsAt).toISOString(),
  matchers: silence.matchers.flatMap((text) => {
    const matcher = parseMatcher(text);
    return matcher ? [shownMatcher(matcher)] : [];
  }),
  startsAt: new Date(silence.startsAt).toISOString(),
});

const shownMatcher = ({ name, op, value }: Matcher) => ({
  isEqual: op === '=' || op === '=~',
  isRegex: op === '=~' || op === '!~',
  name,
  value,
});
