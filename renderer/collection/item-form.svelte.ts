import { text } from '../messages/text.svelte.ts';
import { Submission } from '../ui/submission.svelte.ts';
import type { Collection, Item } from './collection.svelte.ts';

/** The draft of a new item, or of an existing one as it was when its dialog opened. */
export abstract class ItemForm<T extends Item, Draft> {
  readonly #collection: Collection<T, Draft>;
  /** Null for a new one. */
  readonly item: T | null;
  readonly submission = new Submission();
  name = $state('');

  constructor(collection: Collection<T, Draft>, item: T | null) {
    this.#collection = collection;
    this.item = item;
    this.name = item?.name ?? '';
  }

  /** Returns the draft to send, or null when the form itself found a problem and shows it. */
  protected abstract draft(): Draft | null;

  /** Returns the notice once it is saved. */
  saved({ name = '' }: T): string {
    return text('item.saved', { name });
  }

  /** Returns the saved item, or null when it was refused; the submission's problems then say why. */
  async save(): Promise<T | null> {
    const draft = this.draft();
    if (!draft) return null;
    const saved = await this.submission.send(() => this.#collection.save(this.item, draft));
    if (saved) this.#collection.put(saved);
    return saved;
  }

  /** Returns what is wrong with a field, by its path in what is sent. */
  problem(path: string): string | undefined {
    return this.submission.problemAt(path);
  }

  protected refuse(path: string, problem: string): null {
    this.submission.refuse({ [path]: problem });
    return null;
  }
}
