import type { AlertSnapshot } from '../contract/notification.ts';
import { LIMITS } from '../contract/limits.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { expressionThread } from '../base/expression-thread.ts';
import { deliveryText, type Delivery } from './channel-adapter.ts';

export interface WebhookBody {
  readonly contentType: string;
  readonly text: string;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** An alert as receivers see it: times in ISO 8601, its end only once it has one. */
function shown(alert: AlertSnapshot, state: AlertSnapshot['state']) {
  const { startedAt, lastSeenAt, acknowledgedAt: _, closedAt, url, ...facts } = alert;
  return {
    ...facts,
    state,
    url,
    startedAt: iso(startedAt),
    lastSeenAt: iso(lastSeenAt),
    ...(closedAt === null ? {} : { resolvedAt: iso(closedAt) }),
  };
}

/** `alert.raised` and its like, with the alert as it stands, and every member when it speaks of many. */
function contentOf(delivery: Delivery, now: number) {
  const { event, alert, overtakenBy, bundle } = delivery;
  const { title, body } = deliveryText(delivery);
  return {
    type: `alert.${event}`,
    timestamp: iso(now),
    data: {
      notificationId: delivery.notificationId,
      attempt: delivery.attempt,
      alert: shown(alert, overtakenBy?.state ?? alert.state),
      ...(bundle && {
        bundle: bundle.kind,
        alerts: bundle.members.map((member) => ({
          ...shown(member.alert, member.overtakenBy?.state ?? member.alert.state),
          event: member.event,
        })),
      }),
      text: body === '' ? title : `${title}\n${body}`,
    },
  };
}

const inJson = (text: string): WebhookBody => ({ contentType: 'application/json', text });

/** Null when JSON has no way to write it: nothing, a function, or what holds itself. */
function jsonText(value: unknown): string | null {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text ?? null;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/**
 * What is sent: the documented body, or what a template makes of it. A failure is of this message, since
 * what a template reads differs from one to the next; its words are for whoever wrote the template. Null
 * when there was no time for the template.
 */
export async function webhookBody(
  delivery: Delivery,
  template: string | null,
  now: number,
): Promise<Result<WebhookBody> | null> {
  const content = contentOf(delivery, now);
  if (template === null) return ok(inJson(JSON.stringify(content)));
  const made = await expressionThread.evaluate(template, content);
  if (!made.ok) return made.isBusy ? null : fail('invalid_input', made.message);
  const { value } = made;
  const json = jsonText(value);
  if (json === null) return fail('invalid_input', 'It finds nothing to send');
  const body =
    typeof value === 'string'
      ? { contentType: 'text/plain; charset=utf-8', text: value.toWellFormed() }
      : inJson(json);
  return Buffer.byteLength(body.text) > LIMITS.bodyBytesMax
    ? fail('invalid_input', `It makes more than ${LIMITS.bodyBytesMax} bytes`)
    : ok(body);
}
