import { z } from 'zod';
import { issueReason, issueReasons } from './issue-reasons.ts';
import { reasonOf } from './reason-family.ts';

/** Problems of an input, or of one item of it. */
const oneInputReasons = {
  ...issueReasons,
  'error.field': { field: z.string(), because: issueReason, more: z.int() },
  'error.json_type': {},
  'error.github_format': {},
  /** For what ntfy itself would refuse it. */
  'error.ntfy': {
    fault: z.enum([
      'emailDisabled',
      'delayNoCache',
      'delayUnreadable',
      'delayTooSmall',
      'delayTooLarge',
      'priority',
      'topic',
      'notUtf8',
      'attachUrl',
      'iconUrl',
      'json',
      'callsDisabled',
      'sequenceId',
    ]),
  },
  'error.webhook_unknown': { slug: z.string() },
} as const;

const oneInputReason = reasonOf(oneInputReasons);

/** Reasons why an input, or a part of it, was rejected; items count from 0. */
export const inputReasons = {
  ...oneInputReasons,
  'error.item': {
    item: z.enum(['alert', 'event', 'item']),
    index: z.int(),
    because: oneInputReason,
  },
} as const;

export const inputReason = reasonOf(inputReasons);
export type InputReason = z.infer<typeof inputReason>;
