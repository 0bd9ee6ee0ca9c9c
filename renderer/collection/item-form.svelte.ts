import { type FormDescription, Draft } from '../form/draft.svelte.ts';
import { text } from '../messages/text.svelte.ts';
import type { Collection, Item } from './collection.svelte.ts';

/** The draft of a new item, or of an existing one as it was when its dialog opened. */
export class ItemForm<T extends Item, Sent = unknown> extends Draft {
  readonly #collection: Collection<T, Sent>;
  /** Null for a new one. */
  readonly item: T | null;

  constructor(
    collection: Collection<T, Sent>,
    item: T | null,
    description: FormDescription,
    nowMs?: number,
  ) {
    super(description, item, nowMs);
    this.#collection = collection;
    this.item = item;
  }

  /** Returns the notice once it is saved. */
  saved({ name = '' }: T): string {
    return text('item.saved', { name });
  }

  /** Returns the saved item, or null when it was refused; the submission's problems then say why. */
  async save(): Promise<T | null> {
    if (!this.check()) return null;
    const sent = this.sent as Sent;
    const saved = await this.submission.send(() => this.#collection.save(this.item, sent));
    if (saved) this.#collection.put(saved);
    return saved;
  }
}
