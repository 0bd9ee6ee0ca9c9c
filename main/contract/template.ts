import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { templateReason } from './reasons/template-reasons.ts';

/** The two parts of a message. */
export const templatePart = z.enum(['title', 'body']);
export type TemplatePart = z.infer<typeof templatePart>;

/** The templates of one event, in Liquid; a part that is left out has the standard text. */
export const eventTemplate = z.strictObject({
  title: z.string().min(1).max(LIMITS.titleTemplateCharsMax).optional(),
  body: z.string().min(1).max(LIMITS.bodyTemplateCharsMax).optional(),
});
export type EventTemplate = z.infer<typeof eventTemplate>;

/** The reason why a template made no text, so that the message has the standard text. */
export const templateProblem = z.object({ part: templatePart, reason: templateReason });
export type TemplateProblem = z.infer<typeof templateProblem>;

/** Every filter, with how it is written and the least and the most arguments that it takes. */
export const TEMPLATE_FILTERS = {
  append: { usage: 'append: " (lab)"', min: 1, max: 1 },
  capitalize: { usage: 'capitalize', min: 0, max: 0 },
  date: { usage: 'date', min: 0, max: 0 },
  date_time: { usage: 'date_time', min: 0, max: 0 },
  default: { usage: 'default: "unknown"', min: 1, max: 1 },
  downcase: { usage: 'downcase', min: 0, max: 0 },
  one_line: { usage: 'one_line', min: 0, max: 0 },
  prepend: { usage: 'prepend: "Host "', min: 1, max: 1 },
  replace: { usage: 'replace: ".lan", ""', min: 2, max: 2 },
  strip: { usage: 'strip', min: 0, max: 0 },
  time: { usage: 'time', min: 0, max: 0 },
  truncate: { usage: 'truncate: 100, "…"', min: 1, max: 2 },
  upcase: { usage: 'upcase', min: 0, max: 0 },
} as const satisfies Record<string, { usage: string; min: number; max: number }>;
export type TemplateFilter = keyof typeof TEMPLATE_FILTERS;

/** Every tag; those that divide or end a block belong to it. */
export const TEMPLATE_TAGS = [
  'assign',
  'break',
  'comment',
  'continue',
  'for',
  'if',
  'raw',
  'unless',
] as const;
