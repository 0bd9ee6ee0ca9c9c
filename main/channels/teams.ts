import { z } from 'zod';
import type { TeamsConfig } from '../contract/channel-kinds/teams-config.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import type { Outcome, PermanentClass } from '../domain/outcome.ts';
import { answerJson } from './answer-json.ts';
import { originOf, wrongPath } from './capability-url.ts';
import type { ChannelAdapter } from './channel-adapter.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { postToHook } from './hook-delivery.ts';
import { outcomeOfAnswer } from './http-outcome.ts';
import { teamsCard } from './teams-card.ts';

const refusal = z.object({
  error: z.object({ code: z.string(), message: z.string().default('') }),
});

const HOOK = { fields: ['teams.url'] };

/** By the codes of https://learn.microsoft.com/azure/logic-apps, which workflows run on. */
const REFUSALS: readonly [code: RegExp, failureClass: PermanentClass, reason: FailureReason][] = [
  [
    /^WorkflowTriggerIsNotEnabled$|^Workflow(?:Not|Trigger)\w*NotFound$|^WorkflowNotFound$|^WorkflowDisabled$/,
    'gone',
    { code: 'failure.workflow_off', params: HOOK },
  ],
  [
    /Authorization|Authentication|Signature|^Forbidden$|^Unauthorized$/i,
    'authentication',
    { code: 'failure.workflow_refused', params: HOOK },
  ],
  [
    /^TriggerInputSchemaMismatch$/,
    'configuration',
    { code: 'failure.workflow_mismatch', params: HOOK },
  ],
];

/** What the retired connectors hid behind a success. */
const HIDDEN = /endpoint returned HTTP error (\d{3})/;

function meaningOf(answer: HttpAnswer, now: number): Outcome {
  const hidden = HIDDEN.exec(answer.body)?.[1];
  const statusCode = hidden === undefined ? answer.statusCode : Number(hidden);
  const outcome = outcomeOfAnswer({ ...answer, statusCode }, now);
  const said = outcome.kind === 'permanent' ? answerJson(answer, refusal)?.error : null;
  if (!said || outcome.kind !== 'permanent') return outcome;
  const known = REFUSALS.find(([code]) => code.test(said.code));
  const [, failureClass, reason] = known ?? [null, outcome.class, outcome.reason];
  const receiverText = said.message === '' ? said.code : said.message;
  return { ...outcome, class: failureClass, reason, receiverText };
}

/** A workflow that posts what it is sent to a channel of Microsoft Teams. */
export const createTeams = (send: HttpClient): ChannelAdapter<TeamsConfig> => ({
  kind: 'teams',
  audience: 'people',
  timeoutMs: 30_000,
  concurrency: 1,
  // https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
  rateLimit: { count: 4, perMs: 1_000 },
  target: ({ url }) => originOf(url),
  problem: ({ url }) =>
    wrongPath(
      url,
      /^teams\.(?:microsoft|live)\.com$/,
      /(?!)/,
      'must be the address of a workflow, not that of a page in Teams',
    ),
  send: ({ url }, delivery, context) =>
    postToHook(
      send,
      { ...HOOK, service: 'Microsoft Teams', url, body: teamsCard(delivery), meaning: meaningOf },
      delivery,
      context,
    ),
});
