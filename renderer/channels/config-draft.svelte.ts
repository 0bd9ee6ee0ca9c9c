import type { Channel } from '../../main/contract/channel.ts';
import { CHANNEL_KINDS, type ChannelKind } from '../../main/contract/channel-kind.ts';
import { fieldsOf, type Field } from '../../main/contract/field.ts';

/** The content of a control: text, a tick, or lines of `name: value`. */
type Entered = string | boolean;

const PAIR = /^([^:]+):(.*)$/;

/** `name: value`, one a line; a line without a colon is a name without a value. */
function pairsIn(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = line, value = ''] = PAIR.exec(line) ?? [];
      return [name.trim(), value.trim()];
    }),
  );
}

const pairsText = (pairs: object): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('\n');

/** Returns a stored value as its control shows it. */
function shown({ control }: Field, value: unknown): Entered {
  if (control.type === 'checkbox') return value === true;
  if (typeof value === 'object' && value !== null) return pairsText(value);
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
}

/** Returns the value to send; text that is no number goes as it is, so that the host refuses it. */
function meant({ control }: Field, entered: Entered): unknown {
  if (typeof entered === 'boolean') return entered;
  if (control.type === 'pairs') return pairsIn(entered);
  if (control.type !== 'number') return entered;
  const number = Number(entered);
  return Number.isFinite(number) ? number : entered;
}

/**
 * A channel's configuration as it is being edited, field by field as its kind describes them. Secrets
 * are write-only: an existing channel's draft begins with them empty, and what stays empty is kept.
 */
export class ConfigDraft {
  readonly kind: ChannelKind;
  readonly fields: readonly Field[];
  readonly #channel: Channel | null;
  readonly #before: Readonly<Record<string, Entered>>;
  #entered = $state<Record<string, Entered>>({});
  /** Names of optional secrets that are to be forgotten. */
  #removed = $state<readonly string[]>([]);

  constructor(kind: ChannelKind, channel: Channel | null) {
    this.kind = kind;
    this.fields = fieldsOf(CHANNEL_KINDS[kind].config);
    this.#channel = channel;
    const stored = channel?.config ?? {};
    this.#before = Object.fromEntries(
      this.fields.map((field) => [
        field.name,
        this.isKept(field) ? '' : shown(field, stored[field.name] ?? field.fallback),
      ]),
    );
    this.#entered = { ...this.#before };
  }

  value(name: string): Entered {
    return this.#entered[name] ?? '';
  }

  enter(name: string, value: Entered): void {
    this.#entered[name] = value;
  }

  /** Returns true if the stored channel has a value for it that is not shown. */
  isKept({ name }: Field): boolean {
    const channel = this.#channel;
    return channel !== null && channel.configured.includes(name) && !(name in channel.config);
  }

  isRemoved(name: string): boolean {
    return this.#removed.includes(name);
  }

  remove(name: string, removed: boolean): void {
    this.#removed = removed
      ? [...this.#removed, name]
      : this.#removed.filter((other) => other !== name);
  }

  /** The whole configuration of a new channel, without what was left empty. */
  get whole(): Record<string, unknown> {
    const filled = this.fields.filter(({ name }) => this.#entered[name] !== '');
    return Object.fromEntries(filled.map((field) => [field.name, this.#meant(field)]));
  }

  /** The changed fields, null where a value is removed. Null when nothing changed. */
  get changes(): Record<string, unknown> | null {
    const changed = this.fields.flatMap((field): [string, unknown][] => {
      const { name } = field;
      if (this.isRemoved(name)) return [[name, null]];
      const entered = this.#entered[name];
      if (entered === this.#before[name]) return [];
      return [[name, entered === '' ? null : this.#meant(field)]];
    });
    return changed.length === 0 ? null : Object.fromEntries(changed);
  }

  #meant(field: Field): unknown {
    return meant(field, this.#entered[field.name] ?? '');
  }
}

const SECRET_BYTES = 32;

/** Returns a fresh Standard Webhooks signing secret: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}
