import { z } from 'zod';
import { reasonOf } from './reason-family.ts';

const line = z.int();

/** Problems of a channel's template: of its text, and of what came of it. Lines are counted from 1. */
export const templateReasons = {
  /** `error` is what the parser says, in English. */
  'template.syntax': { line, error: z.string() },
  'template.variable': { line, name: z.string() },
  'template.filter': { line, name: z.string(), known: z.array(z.string()) },
  /** `usage` is how it is written. */
  'template.filter_arguments': { line, name: z.string(), usage: z.string() },
  'template.tag': { line, name: z.string(), known: z.array(z.string()) },
  'template.range': { line },
  /** It takes more steps, or makes more text, than a message needs. */
  'template.too_much': {},
  'template.no_title': {},
  /** A fault of Belfry, which the log describes. */
  'template.defect': {},
} as const;
export const templateReason = reasonOf(templateReasons);
export type TemplateReason = z.infer<typeof templateReason>;
