import type { Inhibition, InhibitionInput } from '../../main/contract/suppression.ts';
import type { WindowClient } from '../client/window-client.ts';
import { MatcherDrafts, matcherPaths } from '../ui/matcher-drafts.svelte.ts';
import { Submission } from '../ui/submission.svelte.ts';
import { textList } from '../ui/text-list.ts';

const FIELDS = [
  'name',
  ...matcherPaths('sourceMatchers'),
  ...matcherPaths('targetMatchers'),
  'equal',
];

/** The draft of a new or an existing inhibition. */
export class InhibitionForm {
  readonly #client: WindowClient;
  readonly #inhibition: Inhibition | null;
  readonly submission = new Submission();
  readonly source: MatcherDrafts;
  readonly target: MatcherDrafts;
  name = $state('');
  equal = $state('host');

  constructor(client: WindowClient, inhibition: Inhibition | null) {
    this.#client = client;
    this.#inhibition = inhibition;
    this.source = new MatcherDrafts(inhibition?.sourceMatchers ?? []);
    this.target = new MatcherDrafts(inhibition?.targetMatchers ?? []);
    if (!inhibition) return;
    this.name = inhibition.name;
    this.equal = inhibition.equal.join(', ');
  }

  get equalNames(): string[] {
    return textList(this.equal);
  }

  /** The saved inhibition, or null when it was refused; the submission's problems then say why. */
  async save(): Promise<Inhibition | null> {
    const isReadable = [this.source, this.target].map((drafts) => drafts.check());
    if (isReadable.includes(false) || this.#lacksMatchers()) return null;
    const inhibition = this.#inhibition;
    const input: InhibitionInput = {
      name: this.name,
      enabled: inhibition?.enabled ?? true,
      sourceMatchers: this.source.texts,
      targetMatchers: this.target.texts,
      equal: this.equalNames,
    };
    return this.submission.send(
      () =>
        inhibition
          ? this.#client.call('inhibitions.update', { id: inhibition.id, ...input })
          : this.#client.call('inhibitions.create', input),
      FIELDS,
    );
  }

  #lacksMatchers(): boolean {
    const lists = { sourceMatchers: this.source, targetMatchers: this.target };
    const empty = Object.entries(lists).filter(([, drafts]) => drafts.texts.length === 0);
    if (empty.length === 0) return false;
    this.submission.refuse(
      Object.fromEntries(empty.map(([field]) => [field, 'must hold a matcher'])),
    );
    return true;
  }
}
