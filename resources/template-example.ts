import type { TemplatePart } from '../main/contract/template.ts';
import { renderTemplate } from '../main/domain/template-engine.ts';
import { templateValues } from '../main/domain/template-variables.ts';
import { ENGLISH } from '../main/messages/messages.ts';
import { sampleAlert } from '../main/queue/template-previews.ts';

/** The alert of the guide of templates. */

const NOW_MS = Date.UTC(2026, 2, 29, 18);
const alert = sampleAlert(NOW_MS);
const link = `https://belfry.example.lan/#/alerts/${alert.id}`;
const subject = { event: 'raised', alert, channelName: 'Phone', link } as const;
const values = templateValues(ENGLISH, subject, NOW_MS);

/** Returns what a template makes of the alert of the guide. Throws if it cannot be used. */
export function exampleText(source: string, part: TemplatePart): string {
  const rendered = renderTemplate(source, part, values, ENGLISH);
  if (!rendered.ok) throw new Error(`${rendered.reason.code} in ${source}`);
  return rendered.text;
}
