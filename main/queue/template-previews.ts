import type { Clock } from '../base/clock.ts';
import { readableText, type Delivery, type DeliveryLinks } from '../channels/channel-adapter.ts';
import {
  TEMPLATE_VARIABLES,
  type TemplatePreview,
  type TemplateVariables,
} from '../contract/channel-template.ts';
import type { AlertSnapshot, NotificationEvent } from '../contract/notification.ts';
import type { ParsedInput } from '../contract/methods.ts';
import { ok, type Result } from '../contract/result.ts';
import { templatePart, type TemplatePart } from '../contract/template.ts';
import { boundedText, plainText } from '../domain/bounded-text.ts';
import type { MessageText } from '../domain/message-text.ts';
import { templateValues } from '../domain/template-variables.ts';
import { refuse } from '../messages/failures.ts';
import { toSnapshot } from '../store/alerts/alert-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { ChannelService } from './channel-service.ts';
import { spokenIn, testDelivery, type ChannelMessages } from './delivery.ts';

const VALUE_CHARS_MAX = 200;

export interface TemplatePreviewsDeps {
  readonly tables: Pick<Tables, 'alerts' | 'alertPages'>;
  readonly channels: Pick<ChannelService, 'templates' | 'adapter'>;
  readonly settings: ChannelMessages;
  readonly links: {
    /** Returns the link to an alert in Belfry's window; null while no public address is set. */
    windowLink(alertId: string): string | null;
    /** Returns the links of a message about an alert. */
    of(row: {
      readonly id: string;
      readonly alertId: string | null;
      readonly channelId: string;
      readonly event: NotificationEvent;
    }): DeliveryLinks;
  };
  readonly clock: Clock;
}

/** Previews of the messages that templates make of an alert, before they are saved. */
export class TemplatePreviews {
  readonly #deps: TemplatePreviewsDeps;

  constructor(deps: TemplatePreviewsDeps) {
    this.#deps = deps;
  }

  /** Returns the message about an alert: the one that is asked for, else the newest, else a sample. */
  async preview(input: ParsedInput<'channels.previewTemplate'>): Promise<Result<TemplatePreview>> {
    const { kind, name, language, event, template, alertId } = input;
    const { channels, settings, links, clock } = this.#deps;
    const found = this.#alert(alertId);
    if (!found && alertId !== undefined) {
      return refuse('not_found', { code: 'error.alert_unknown', params: {} });
    }
    const messages = settings.messages(language);
    const now = clock.now();
    const alert = spokenIn(messages, atEvent(event, found ?? sampleAlert(now), now));
    const link = links.windowLink(alert.id);
    const values = templateValues(messages, { event, alert, channelName: name, link }, now);
    const { text, problems } = await channels.templates.preview(template, values, messages);
    const delivery: Delivery = {
      ...testDelivery(alert.id, messages, now),
      ...{ event, alert },
      // The links shorten the text; nobody gets them.
      links: links.of({ id: alert.id, alertId: found?.id ?? null, channelId: alert.id, event }),
      templated: problems.length > 0 ? { title: values.title, body: values.body } : text,
    };
    const whole = readableText(delivery);
    const shown = (kind && channels.adapter(kind).shown?.(delivery)) ?? whole;
    return ok({
      title: shown.title,
      body: shown.body,
      cut: cutParts(whole, shown),
      problems: [...problems],
      alertId: found?.id ?? null,
      values: shownValues(values),
    });
  }

  #alert(id: string | undefined): AlertSnapshot | null {
    const { alerts, alertPages } = this.#deps.tables;
    const row = id === undefined ? alertPages.list({ limit: 1 }, null).rows[0] : alerts.byId(id);
    return row ? toSnapshot(row) : null;
  }
}

const spaceless = (text: string): string => text.replaceAll(/\s+/g, '');

/** Returns the parts of which something is missing; a service may well break lines in other places. */
const cutParts = (whole: MessageText, shown: MessageText): TemplatePart[] =>
  templatePart.options.filter((part) => spaceless(whole[part]) !== spaceless(shown[part]));

/** Returns an alert as it would be when an event is about it. */
function atEvent(event: NotificationEvent, alert: AlertSnapshot, now: number): AlertSnapshot {
  if (event === 'resolved') return { ...alert, state: 'resolved', closedAt: alert.closedAt ?? now };
  if (event === 'acknowledged') {
    return { ...alert, state: 'acknowledged', acknowledgedAt: alert.acknowledgedAt ?? now };
  }
  return alert;
}

/** Returns a value as text in one piece. */
function valueText(values: TemplateVariables, path: string): string {
  const value = path
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | null)?.[name], values);
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return Object.entries(value ?? {})
    .map(([name, each]) => `${name}=${String(each)}`)
    .join(', ');
}

const shownValues = (values: TemplateVariables): Record<string, string> =>
  Object.fromEntries(
    TEMPLATE_VARIABLES.map((path) => [
      path,
      boundedText(plainText(valueText(values, path)), VALUE_CHARS_MAX),
    ]),
  );

const HOUR_MS = 3_600_000;

/** An alert for whoever has none yet. */
export const sampleAlert = (now: number): AlertSnapshot => ({
  id: '01890000-0000-7000-8000-000000000000',
  source: 'prometheus',
  host: 'nas.lan',
  kind: 'disk_full',
  dedupKey: '/srv/photos',
  severity: 'critical',
  state: 'open',
  message: 'Only 2 % of /srv/photos is free',
  labels: { job: 'node', disk: 'sda' },
  annotations: { runbook: 'https://wiki.example.org/disk-full' },
  url: 'https://nas.lan/storage',
  startedAt: now - 2 * HOUR_MS,
  lastSeenAt: now,
  occurrences: 3,
  acknowledgedAt: null,
  closedAt: null,
});
