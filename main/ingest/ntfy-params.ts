import { decodedAs, decodedText } from '../base/body-text.ts';
import type { IngestHead } from './adapter.ts';
import { firstOf } from './body.ts';

/** ntfy's parameters with their aliases, first the ones that win (https://docs.ntfy.sh/publish/#list-of-all-parameters). */
const ALIASES = {
  message: ['x-message', 'message', 'm'],
  title: ['x-title', 'title', 't'],
  priority: ['x-priority', 'priority', 'prio', 'p'],
  tags: ['x-tags', 'tags', 'tag', 'ta'],
  delay: ['x-delay', 'delay', 'x-at', 'at', 'x-in', 'in'],
  actions: ['x-actions', 'actions', 'action'],
  click: ['x-click', 'click'],
  attach: ['x-attach', 'attach', 'a'],
  markdown: ['x-markdown', 'markdown', 'md'],
  icon: ['x-icon', 'icon'],
  filename: ['x-filename', 'filename', 'file', 'f'],
  email: ['x-email', 'x-e-mail', 'email', 'e-mail', 'mail', 'e'],
  call: ['x-call', 'call'],
  cache: ['x-cache', 'cache'],
  sequenceId: ['x-sequence-id', 'sequence-id', 'sid'],
} as const;

export type NtfyParam = keyof typeof ALIASES;
export type NtfyParams = Readonly<Record<NtfyParam, string>>;

/** HTTP/1 headers are bytes, and Node gives each as one Latin-1 character; ntfy's senders mean UTF-8. */
const headerText = (value: string): string => decodedText(Buffer.from(value, 'latin1'));

const WORD = /=\?([\w-]+)\?([bq])\?([^?]*)\?=/gi;

/** RFC 2047 §4: encoded words, of which those side by side are one. What is in a character set unknown here stays. */
export function decodedWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(WORD, (word, charset: string, kind: string, data: string) => {
      const bytes =
        kind.toLowerCase() === 'b'
          ? Buffer.from(data, 'base64')
          : Buffer.from(
              data
                .replaceAll('_', ' ')
                .replace(/=([0-9a-f]{2})/gi, (_whole, hex: string) =>
                  String.fromCharCode(Number.parseInt(hex, 16)),
                ),
              'latin1',
            );
      return decodedAs(charset, bytes) ?? word;
    });
}

/** Returns true for RFC 9218's `Priority: u=3, i`, which a browser or a proxy adds. */
const isTransport = (name: string, value: string): boolean =>
  name === 'priority' && /^u=\d(,\s*(i|\d))?$/.test(value);

function paramOf({ headers, query }: IngestHead, names: readonly string[]): string {
  for (const name of names) {
    const value = decodedWords(headerText(firstOf(headers[name]) ?? '')).trim();
    if (value !== '' && !isTransport(name, value)) return value;
  }
  for (const name of names) {
    const value = firstOf(query[name])?.trim();
    if (value) return value;
  }
  return '';
}

/** Every parameter of a request; '' for what is not there. Headers win over the query, as in ntfy. */
export const ntfyParams = (head: IngestHead): NtfyParams =>
  Object.fromEntries(
    Object.entries(ALIASES).map(([param, names]) => [param, paramOf(head, names)]),
  ) as NtfyParams;
