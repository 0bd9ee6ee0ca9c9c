import type { Alert } from '../../main/contract/alert.ts';
import { formatMatcher, type Matcher } from '../../main/contract/matcher.ts';
import { searchTerms } from '../../main/contract/search.ts';
import { text } from '../messages/text.svelte.ts';
import type { SilenceProposal } from '../muting/silence-form.svelte.ts';
import { isOpaque } from './label-text.ts';

type Subject = Pick<Alert, 'id' | 'kind' | 'host' | 'severity' | 'dedupKey' | 'labels'>;

/** Hosts or kinds that one matcher lists. */
const LISTED_MAX = 20;
/** The length of such a matcher's value: two of them still fit into a search. */
const LISTED_CHARS_MAX = 400;
/** Matchers that are offered to narrow a silence down. */
const OFFERED_MAX = 12;

const equals = (name: string, value: string): string => formatMatcher({ name, op: '=', value });

const escaped = (value: string): string => value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');

/** Returns the matcher of what alerts have under a name: one value, or a list; null where that would be too long. */
function listed(name: string, values: readonly string[]): string | null {
  const distinct = [...new Set(values)].sort();
  const [only = ''] = distinct;
  if (distinct.length === 1) return equals(name, only);
  const value = distinct.map(escaped).join('|');
  const isShort = distinct.length <= LISTED_MAX && value.length <= LISTED_CHARS_MAX;
  return isShort ? formatMatcher({ name, op: '=~', value } satisfies Matcher) : null;
}

const isPresent = (text: string | null): text is string => text !== null;

/** Returns a matcher of each label that all alerts have with the same value. */
function sharedLabels([first, ...others]: readonly Subject[]): string[] {
  return Object.entries(first?.labels ?? {})
    .filter(([name, value]) => others.every(({ labels }) => labels[name] === value))
    .filter(([, value]) => value !== '' && !isOpaque(value))
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => equals(name, value));
}

/** Returns the other fields that all alerts share. */
function sharedFields(alerts: readonly Subject[]): string[] {
  const [first] = alerts;
  if (!first) return [];
  const isShared = (field: 'severity' | 'dedupKey'): boolean =>
    alerts.every((alert) => alert[field] === first[field]);
  return [
    ...(isShared('severity') ? [equals('severity', first.severity)] : []),
    ...(first.dedupKey !== '' && isShared('dedupKey') ? [equals('dedup_key', first.dedupKey)] : []),
  ];
}

/**
 * Returns what a silence of alerts begins with: their kinds and hosts, as far as these can be listed, else the
 * labels that all of them share. Whatever else they share is offered to narrow it down.
 */
export function proposalOf(alerts: readonly Subject[]): SilenceProposal {
  const places = [
    listed(
      'kind',
      alerts.map(({ kind }) => kind),
    ),
    listed(
      'host',
      alerts.map(({ host }) => host),
    ),
  ].filter(isPresent);
  const labels = sharedLabels(alerts);
  const matchers = places.length > 0 ? places : labels;
  const others = [...sharedFields(alerts), ...labels].filter((it) => !matchers.includes(it));
  return {
    matchers,
    others: others.slice(0, OFFERED_MAX),
    selected: new Set(alerts.map(({ id }) => id)),
    ...(matchers.length === 0 && { note: text('muting.silence.sharesTooLittle') }),
  };
}

/** Returns the same for all that a search finds, of which only some are loaded. */
export function proposalOfSearch(search: string, loaded: readonly Subject[]): SilenceProposal {
  const terms = searchTerms(search);
  const { matchers: found = [], words = [] } = terms ?? {};
  if (found.length > 0 && words.length === 0) {
    return { matchers: found.map(formatMatcher), others: [], selected: null };
  }
  const proposal = proposalOf(loaded);
  return {
    ...proposal,
    selected: null,
    note: proposal.note ?? text('muting.silence.fromLoaded', { count: loaded.length }),
  };
}
