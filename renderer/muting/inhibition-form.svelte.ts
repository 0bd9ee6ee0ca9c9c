import type { Inhibition, InhibitionInput } from '../../main/contract/suppression.ts';
import type { Services } from '../app/services.ts';
import { ItemForm } from '../collection/item-form.svelte.ts';
import { messages, text } from '../messages/text.svelte.ts';
import { MatcherDrafts } from '../ui/matcher-drafts.svelte.ts';
import { alertsMatching } from '../ui/matcher-text.ts';
import { textList } from '../ui/text-list.ts';

/** The draft of an inhibition. */
export class InhibitionForm extends ItemForm<Inhibition, InhibitionInput> {
  readonly source: MatcherDrafts;
  readonly target: MatcherDrafts;
  equal = $state('host');

  constructor({ inhibitions }: Services, edited: Inhibition | null) {
    super(inhibitions, edited);
    this.source = new MatcherDrafts(edited?.sourceMatchers ?? []);
    this.target = new MatcherDrafts(edited?.targetMatchers ?? []);
    if (edited) this.equal = edited.equal.join(', ');
  }

  /** The rule as far as it is typed. */
  get rule(): Pick<Inhibition, 'sourceMatchers' | 'targetMatchers' | 'equal'> {
    return {
      sourceMatchers: this.source.texts,
      targetMatchers: this.target.texts,
      equal: textList(this.equal),
    };
  }

  protected draft(): InhibitionInput | null {
    const isReadable = [this.source, this.target].map((drafts) => drafts.check());
    if (isReadable.includes(false)) return null;
    const { rule, name, item } = this;
    const empty = (['sourceMatchers', 'targetMatchers'] as const).filter(
      (field) => rule[field].length === 0,
    );
    if (empty.length === 0) return { name, enabled: item?.enabled ?? true, ...rule };
    const problem = text('form.noMatcher');
    this.submission.refuse(Object.fromEntries(empty.map((field) => [field, problem])));
    return null;
  }
}

/** Returns what an inhibition does, in a sentence. */
export function inhibitionText({
  sourceMatchers,
  targetMatchers,
  equal,
}: InhibitionForm['rule']): string {
  const source = alertsMatching(sourceMatchers);
  const target = alertsMatching(targetMatchers);
  return equal.length === 0
    ? text('muting.inhibition.rule', { source, target })
    : text('muting.inhibition.ruleIfEqual', { source, target, labels: messages().list(equal) });
}
