import { describe, expect, it } from 'vitest';
import { formatMatcher } from '../../../main/contract/matcher.ts';
import { SearchDraft } from '../../../renderer/search/search-draft.svelte.ts';

const state = (draft: SearchDraft) => [draft.chips.map(formatMatcher), draft.text];

function typed(text: string): SearchDraft {
  const draft = new SearchDraft();
  for (let n = 1; n <= text.length; n++) {
    // As in the field: what became a chip is no longer in front of the next character.
    const before = draft.text;
    draft.type(before + text.charAt(n - 1));
  }
  return draft;
}

describe('a search that is edited', () => {
  it('makes a chip of a matcher once a space follows it', () => {
    expect(state(typed('severity="critical"'))).toEqual([[], 'severity="critical"']);
    expect(state(typed('severity="critical" ta'))).toEqual([['severity="critical"'], 'ta']);
    expect(state(typed('a="b c" d=e f'))).toEqual([['a="b c"', 'd="e"'], 'f']);
  });

  it('keeps words, phrases and what cannot be read as they were typed', () => {
    expect(state(typed('disk "full now'))).toEqual([[], 'disk "full now']);
    const draft = typed('disk zone=');
    draft.commit();
    expect(state(draft)).toEqual([[], 'disk zone=']);
    expect(draft.problem).toMatchObject({ code: 'issue.search_value', params: { token: 'zone=' } });
  });

  it('takes a whole search, and gives it back', () => {
    const draft = new SearchDraft();
    draft.set('disk a="b" "two words"');
    expect(state(draft)).toEqual([['a="b"'], 'disk "two words"']);
    expect(draft.value).toBe('a="b" disk "two words"');
    draft.remove(0);
    expect(draft.value).toBe('disk "two words"');
  });

  it('says what is being typed at its end, and completes it', () => {
    expect(typed('disk zo').partial).toMatchObject({ name: 'zo', op: null });
    expect(typed('zone=~"ba').partial).toMatchObject({ name: 'zone', op: '=~', value: 'ba' });
    expect(typed('zone="base"').partial).toBeNull();
    const draft = typed('disk zo');
    draft.complete('zone=');
    expect(state(draft)).toEqual([[], 'disk zone=']);
    draft.complete('zone="base" ');
    expect(state(draft)).toEqual([['zone="base"'], 'disk']);
  });

  it('does not make the same chip twice', () => {
    expect(state(typed('a="b" a="b" '))).toEqual([['a="b"'], '']);
  });
});
