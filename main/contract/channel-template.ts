import { z } from 'zod';
import { channelKind } from './channel-kind.ts';
import { alertSnapshot, notificationEvent } from './notification.ts';
import { id, name, timestampMs } from './primitives.ts';
import { unwrap } from './field.ts';
import { language } from './language.ts';
import { eventTemplate, templatePart, templateProblem } from './template.ts';

/** An event of a notification, or `default` for all that have no template. */
export const templateEvent = z.enum(['default', ...notificationEvent.options]);
export type TemplateEvent = z.infer<typeof templateEvent>;

/** The templates of a channel, in Liquid. An empty one stands for the standard texts. */
export const channelTemplates = z.partialRecord(templateEvent, eventTemplate);
export type ChannelTemplates = z.infer<typeof channelTemplates>;

/** The last failure of a channel's templates since they were changed. */
export const channelTemplateFailure = templateProblem.extend({
  event: notificationEvent,
  at: timestampMs,
});
export type ChannelTemplateFailure = z.infer<typeof channelTemplateFailure>;

const iso = z.iso.datetime();

/** The values that a template can use. Times are ISO 8601 in UTC, texts are in the channel's language. */
export const templateVariables = z.object({
  /** The standard text. */
  title: z.string(),
  body: z.string(),
  event: notificationEvent,
  eventText: z.string(),
  severityText: z.string(),
  stateText: z.string(),
  duration: z.string(),
  link: z.string().nullable(),
  channel: z.object({ name: z.string() }),
  alert: z.object({
    ...alertSnapshot.omit({ messageReason: true }).shape,
    startedAt: iso,
    lastSeenAt: iso,
    acknowledgedAt: iso.nullable(),
    closedAt: iso.nullable(),
  }),
});
export type TemplateVariables = z.infer<typeof templateVariables>;

/** A message as templates would make it, before they are saved. */
export const templatePreviewInput = z.strictObject({
  /** The kind of the channel, to whose limits the text is cut; not cut if left out. */
  kind: channelKind.optional(),
  /** The name of the channel. */
  name: name.default('Belfry'),
  language: language.nullable().default(null),
  event: notificationEvent.default('raised'),
  /** The templates of this event. */
  template: eventTemplate.default({}),
  /** The newest alert if left out. */
  alertId: id.optional(),
});
export type TemplatePreviewInput = z.infer<typeof templatePreviewInput>;

export const templatePreview = z.object({
  /** The text as it would be sent: the standard text if a template fails. */
  title: z.string(),
  body: z.string(),
  /** The parts that are cut, since such a channel takes no more. */
  cut: z.array(templatePart),
  problems: z.array(templateProblem),
  /** The alert of the preview; null for the sample, where there is none. */
  alertId: id.nullable(),
  /** The value of each variable as text, cut where it is long. */
  values: z.record(z.string(), z.string()),
});
export type TemplatePreview = z.infer<typeof templatePreview>;

/** The path of each value, as a template writes it. */
type Paths<T, Prefix extends string = ''> = {
  [Name in keyof T & string]: NonNullable<T[Name]> extends Readonly<Record<string, unknown>>
    ? string extends keyof NonNullable<T[Name]>
      ? `${Prefix}${Name}`
      : Paths<NonNullable<T[Name]>, `${Prefix}${Name}.`>
    : `${Prefix}${Name}`;
}[keyof T & string];
export type TemplateVariable = Paths<TemplateVariables>;

/** The paths of names with values, below which any name may stand. */
const open = new Set<string>();

function pathsOf(schema: z.ZodObject, prefix: string): string[] {
  return Object.entries(schema.shape).flatMap(([name, rule]) => {
    const path = `${prefix}${name}`;
    const { core } = unwrap(rule as z.ZodType);
    if (core instanceof z.ZodRecord) open.add(path);
    return core instanceof z.ZodObject ? pathsOf(core, `${path}.`) : [path];
  });
}

/** Every value, in the order of the contract. */
export const TEMPLATE_VARIABLES = pathsOf(templateVariables, '') as readonly TemplateVariable[];

/** Returns true if a template may use a value, given by the names on its path. */
export function isTemplateVariable(names: readonly string[]): boolean {
  return TEMPLATE_VARIABLES.some((path) => {
    const parts = path.split('.');
    const isSame = parts.every((part, index) => part === names[index]);
    return isSame && (parts.length === names.length || open.has(path));
  });
}
