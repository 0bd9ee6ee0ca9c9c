import { CHANNEL_KINDS, type ChannelKind } from '../contract/channel-kind.ts';
import { fieldsOf, isHidden, type Field } from '../contract/field.ts';
import { secretsOfUrl } from './capability-url.ts';
import { actionSecrets, type Delivery } from './channel-adapter.ts';

/** Shorter rests of a token behind its prefix are words, not secrets. */
const REST_CHARS_MIN = 8;

/** A secret, and what of it stands behind its prefix: `Bearer x`, `whsec_x` and `1234:x`, which may be quoted alone. */
function secretsOfText(text: string): string[] {
  const rest = text.replace(/^\w+?[:_ ]/, '');
  return rest.length < REST_CHARS_MIN ? [text] : [text, rest];
}

function secretsOfValue({ control }: Field, value: unknown): string[] {
  if (typeof value === 'string') {
    return control.type === 'url' ? secretsOfUrl(value) : secretsOfText(value);
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((each) => secretsOfText(String(each)));
}

/** What must not be kept with an attempt, wherever the service quotes it: hidden fields, and links that act. */
export function secretsOf(
  kind: ChannelKind,
  config: Readonly<Record<string, unknown>>,
  delivery: Delivery,
): string[] {
  const ofConfig = fieldsOf(CHANNEL_KINDS[kind].config).flatMap((field) => {
    const value = config[field.name];
    return isHidden(field, value) ? secretsOfValue(field, value) : [];
  });
  return [...ofConfig, ...actionSecrets(delivery)];
}
