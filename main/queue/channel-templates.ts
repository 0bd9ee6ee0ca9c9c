import { defined } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import { joined, type Delivery } from '../channels/channel-adapter.ts';
import {
  templateEvent,
  type ChannelTemplates as Templates,
  type TemplateVariables,
} from '../contract/channel-template.ts';
import type { NotificationEvent } from '../contract/notification.ts';
import type { TemplateReason } from '../contract/reasons/template-reasons.ts';
import type { Result } from '../contract/result.ts';
import { templatePart, type EventTemplate, type TemplateProblem } from '../contract/template.ts';
import type * as engineModule from '../domain/template-engine.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import { lateLine, type MessageText } from '../domain/message-text.ts';
import { templateValues } from '../domain/template-variables.ts';
import type { Messages } from '../messages/messages.ts';
import { refuseFields, fieldIssue } from '../messages/failures.ts';

export interface ChannelTemplatesDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

type Engine = Pick<typeof engineModule, 'renderTemplate' | 'templateProblemOf'>;

/** A text of templates; null for the standard text, with the problem if they failed. */
export interface Templated {
  readonly text: MessageText | null;
  readonly problem: TemplateProblem | null;
}

const STANDARD: Templated = { text: null, problem: null };

/** A template that cannot be used. */
interface TemplateIssue {
  /** From the channel on. */
  readonly path: readonly string[];
  readonly reason: TemplateReason;
}

/** Returns each template with its path from the channel on. */
const sourcesOf = (templates: Templates) =>
  templateEvent.options.flatMap((event) =>
    templatePart.options.flatMap((part) => {
      const source = templates[event]?.[part];
      return source === undefined ? [] : [{ source, path: ['templates', event, part] }];
    }),
  );

/** Returns the templates for an event: its own, and for a part that it lacks the default. */
const templateFor = (templates: Templates, event: NotificationEvent): EventTemplate => ({
  ...templates.default,
  ...templates[event],
});

/**
 * The texts that the templates of channels make. The engine is loaded with the first template: most channels
 * have none.
 */
export class ChannelTemplates {
  readonly #deps: ChannelTemplatesDeps;
  #engine: Engine | null = null;

  constructor(deps: ChannelTemplatesDeps) {
    this.#deps = deps;
  }

  /** Loads what it takes to check these templates. */
  async prepare(templates: Templates = {}): Promise<void> {
    if (sourcesOf(templates).length > 0) await this.#load();
  }

  /** Returns every template that cannot be used, with what is wrong with it. They must be prepared. */
  problems(templates: Templates): TemplateIssue[] {
    return sourcesOf(templates).flatMap(({ source, path }) => {
      const engine = defined(this.#engine, 'The engine of templates that are prepared');
      const reason = engine.templateProblemOf(source);
      return reason ? [{ path, reason }] : [];
    });
  }

  /** Returns the refusal of templates that cannot be used; null if all can. They must be prepared. */
  refusal(templates: Templates = {}): Result<never> | null {
    const issues = this.problems(templates).map(({ path, reason }) =>
      fieldIssue(path.join('.'), reason),
    );
    return issues.length === 0 ? null : refuseFields('invalid_input', issues);
  }

  /**
   * Returns the text of a message about one alert; bundles keep the standard text. A notification that is late
   * says so in any case. Never throws: what fails leaves the standard text.
   */
  async text(
    { name, templates }: Pick<ChannelRow, 'name' | 'templates'>,
    delivery: Delivery,
  ): Promise<Templated> {
    const { title, body } = templateFor(templates, delivery.event);
    if (delivery.bundle || (title === undefined && body === undefined)) return STANDARD;
    try {
      const engine = await this.#load();
      return this.#rendered(engine, { title, body }, delivery, name);
    } catch (error) {
      const fields = { notificationId: delivery.notificationId, error: errorText(error) };
      this.#deps.logger.log('error', 'A template failed in an unforeseen way', fields);
      const part = title === undefined ? 'body' : 'title';
      return { text: null, problem: { part, reason: { code: 'template.defect', params: {} } } };
    }
  }

  #rendered(
    engine: Engine,
    template: EventTemplate,
    { event, alert, overtakenBy, links, messages }: Delivery,
    channelName: string,
  ): Templated {
    const subject = { event, alert, channelName, link: links.window };
    const values = templateValues(messages, subject, this.#deps.clock.now());
    const { text, problems } = renderParts(engine, template, values, messages);
    const [problem] = problems;
    if (problem) return { text: null, problem };
    const late = lateLine(messages, alert, overtakenBy) ?? '';
    return { text: { ...text, body: joined([text.body, late]) }, problem: null };
  }

  /** Returns the text of one message, and what is wrong with each template that has none. */
  async preview(
    template: EventTemplate,
    values: TemplateVariables,
    messages: Messages,
  ): Promise<RenderedParts> {
    const { title, body } = template;
    return title === undefined && body === undefined
      ? { text: { title: values.title, body: values.body }, problems: [] }
      : renderParts(await this.#load(), template, values, messages);
  }

  async #load(): Promise<Engine> {
    return (this.#engine ??= await import('../domain/template-engine.ts'));
  }
}

/** The parts of a message; one whose template failed has the standard text. */
interface RenderedParts {
  readonly text: MessageText;
  readonly problems: readonly TemplateProblem[];
}

function renderParts(
  { renderTemplate }: Engine,
  template: EventTemplate,
  values: TemplateVariables,
  messages: Messages,
): RenderedParts {
  const text = { title: values.title, body: values.body };
  const problems: TemplateProblem[] = [];
  for (const part of templatePart.options) {
    const source = template[part];
    if (source === undefined) continue;
    const rendered = renderTemplate(source, part, values, messages);
    if (rendered.ok) text[part] = rendered.text;
    else problems.push({ part, reason: rendered.reason });
  }
  return { text, problems };
}
