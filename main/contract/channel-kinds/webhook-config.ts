import { z } from 'zod';
import { field } from '../field.ts';
import { LIMITS } from '../limits.ts';
import { link } from '../primitives.ts';
import { issue } from '../reasons/issue-reasons.ts';

/** Headers of the connection, and those by which receivers recognise a repeated message. */
const OURS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
]);

const HEADERS_MAX = 20;

/** RFC 9110, 5.1 and 5.5. */
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, issue('issue.header_name'))
  .refine((given) => !OURS.has(given.toLowerCase()), issue('issue.header_reserved'));
const headerValue = z
  .string()
  .min(1)
  .max(4_096)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, issue('issue.header_value'));

export const webhookConfig = z.strictObject({
  url: field(link.clone(), { placeholder: 'https://example.lan/hook', secret: true }),
  secret: field(
    z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, issue('issue.webhook_secret')),
    { placeholder: 'whsec_…', secret: true, generates: 'webhook_secret' },
  ).optional(),
  method: z.enum(['POST', 'PUT']).optional(),
  headers: field(
    z
      .record(headerName, headerValue)
      .refine(
        (given) => Object.keys(given).length <= HEADERS_MAX,
        issue('issue.headers_max', { max: String(HEADERS_MAX) }),
      ),
    { placeholder: 'Authorization: Bearer …', secret: true },
  ).optional(),
  body: field(z.string().min(1).max(LIMITS.expressionCharsMax), {
    placeholder: '{ "text": data.text, "priority": data.alert.severity = "critical" ? 5 : 3 }',
    multiline: true,
  }).optional(),
});
export type WebhookConfig = z.infer<typeof webhookConfig>;
