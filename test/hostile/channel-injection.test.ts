/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import { channelKind, type ChannelKind } from '../../main/contract/channel-kind.ts';
import type { ChannelCase } from '../channels/channel-case.ts';
import { sampleOf, sendSample } from '../channels/send-sample.ts';

/**
 * A hostile alert (test/channels/sample-deliveries.ts) through each kind of channel: what its service would act
 * on. The golden files pin every byte; here is what must hold of them, so that nobody accepts a new file that
 * lets an alert speak for Belfry.
 */

async function caseOf(kind: ChannelKind): Promise<ChannelCase> {
  const found = (await import(`../channels/cases/${kind}.ts`)) as Record<string, ChannelCase>;
  const [first] = Object.values(found);
  if (!first) throw new Error(`${kind} has no case`);
  return first;
}

/** An arrived message: the request or message whole, and the JSON in it. */
interface Arrived {
  readonly whole: string;
  readonly head: string;
  readonly json: Readonly<Record<string, unknown>>;
}

async function arrivedAt(kind: ChannelKind): Promise<Arrived> {
  await using service = await (await caseOf(kind)).start();
  service.play(null);
  const outcome = await sendSample(service.adapter, service.config, sampleOf('hostile'));
  expect(outcome.kind).toBe('sent');
  await service.adapter.close?.();
  const whole = service.received().join('\n');
  const start = whole.indexOf('\n{');
  const last = whole.slice(start + 1);
  const isJson =
    start >= 0 && last.trimEnd().endsWith('}') && kind !== 'mqtt' && kind !== 'desktop';
  return {
    whole,
    head: isJson ? whole.slice(0, start) : whole,
    json: isJson ? (JSON.parse(last) as Record<string, unknown>) : {},
  };
}

/** Every text anywhere in a document, with the key that it stands under. */
function textsIn(value: unknown, key = ''): [key: string, text: string][] {
  if (typeof value === 'string') return [[key, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, name));
}

/** Services that look for names in text find none: an invisible space stands behind each `@`. */
const MENTION = /(?<![\\\p{L}\p{N}])@(?!\u200b)/u;
const EVIL_LINK = /(?<!\\)\]\(http:\/\/evil|(?<!\\)<https:\/\/evil[^>]*\|/;

const CHECKS: Readonly<Record<ChannelKind, (arrived: Arrived) => void>> = {
  webhook: ({ head, json }) => {
    expect(head).not.toMatch(/evil/i);
    expect(json['type']).toBe('alert.raised');
  },
  ntfy: ({ head, json }) => {
    expect(head).not.toMatch(/evil/i);
    expect(json).not.toHaveProperty('markdown');
    expect(
      JSON.stringify([json['click'], json['actions'], json['attach'], json['icon']]),
    ).not.toMatch(/evil|javascript/);
  },
  gotify: ({ head, json }) => {
    expect(head).not.toMatch(/evil/i);
    expect(json['extras']).toMatchObject({ 'client::display': { contentType: 'text/plain' } });
    expect(JSON.stringify(json['extras'])).not.toMatch(/evil|javascript/);
  },
  pushover: ({ whole }) => {
    const form = new URLSearchParams(whole.slice(whole.lastIndexOf('\n') + 1));
    expect(form.get('html')).toBeNull();
    expect(form.get('url')).not.toMatch(/evil|javascript/);
    expect(form.getAll('priority')).toEqual(['0']);
    expect(form.getAll('user')).toHaveLength(1);
  },
  discord: ({ json }) => {
    expect(json['allowed_mentions']).toEqual({ parse: [] });
    for (const [, text] of textsIn(json)) expect(text).not.toMatch(EVIL_LINK);
  },
  telegram: ({ json }) => {
    expect(json).not.toHaveProperty('parse_mode');
    expect(json['text']).not.toMatch(MENTION);
    expect(json['link_preview_options']).toEqual({ is_disabled: true });
    expect(JSON.stringify([json['entities'], json['reply_markup']])).not.toMatch(/evil|javascript/);
  },
  teams: ({ json }) => {
    const text = JSON.stringify(json);
    // Only a TextBlock reads Markdown, and only `entities` mentions people.
    expect(text).not.toContain('"TextBlock"');
    expect(text).not.toContain('"mention"');
    for (const [key, value] of textsIn(json))
      if (key === 'url') expect(value).not.toMatch(/evil|javascript/);
  },
  mattermost: ({ json }) => {
    for (const [, text] of textsIn(json)) {
      expect(text).not.toMatch(MENTION);
      expect(text).not.toMatch(EVIL_LINK);
      expect(text).not.toMatch(/<!(channel|here|all)>/);
    }
  },
  slack: ({ json }) => {
    expect(json['text']).not.toMatch(/<[@!h]/);
    const markup = JSON.stringify(json).match(/\{"type":"mrkdwn","text":"[^"]*"/g) ?? [];
    expect(markup.length).toBeGreaterThan(0);
    for (const text of markup) expect(text).not.toMatch(/evil|everyone|<!/);
  },
  smtp: ({ whole }) => {
    const [head = ''] = whole.split(/\r?\n\r?\n/, 1);
    const names = head.split(/\r?\n/).filter((line) => !/^\s/.test(line));
    expect(names.filter((line) => /^(bcc|x-evil)/i.test(line))).toEqual([]);
    expect(names.filter((line) => /^subject:/i.test(line))).toHaveLength(1);
    expect(whole).not.toMatch(/ TO .*evil/);
    expect(whole).not.toMatch(/<script>alert\(1\)<\/script>(?![\s\S]*text\/html)/);
    const html = whole.slice(whole.indexOf('text/html'));
    expect(html).not.toMatch(/<script|<img|javascript:|href=3D"http:\/\/evil/i);
  },
  matrix: ({ json }) => {
    const html = String(json['formatted_body']);
    expect(html).not.toMatch(/<script|<img|javascript:|href="[^"]*evil/i);
    expect(json['m.mentions'] ?? {}).toEqual({});
  },
  mqtt: ({ whole }) => {
    const topics = [...whole.matchAll(/^PUBLISH (\S+)/gm)].map(([, topic]) => topic ?? '');
    expect(topics.length).toBeGreaterThan(1);
    for (const topic of topics) expect(topic).toMatch(/^[\w/-]+$/);
  },
  apprise: ({ head, json }) => {
    expect(head).not.toMatch(/evil/i);
    expect(json['format']).toBe('text');
    expect(json['tag']).not.toMatch(/evil|everyone/);
    expect(json).not.toHaveProperty('urls');
  },
  desktop: ({ whole }) => {
    const notice = JSON.parse(whole.slice(whole.indexOf('{'))) as Record<string, string>;
    // The notification's own markup is escaped where it is shown: test/peers/dunst.test.ts.
    expect(notice['route']).toMatch(/^#\/alerts\/[\w-]+$/);
    expect(notice['title']).not.toMatch(/\n/);
  },
};

/** Programs read it as data, and JSON escapes its control characters. */
const FOR_PROGRAMS: ReadonlySet<ChannelKind> = new Set(['webhook', 'mqtt']);

describe.each(channelKind.options)('a hostile alert through %s', (kind) => {
  test('speaks for itself and for nobody else', async () => {
    CHECKS[kind](await arrivedAt(kind));
  });

  test.skipIf(FOR_PROGRAMS.has(kind))(
    'turns no text around and sends no control character',
    async () => {
      const { whole, json } = await arrivedAt(kind);
      const texts = Object.keys(json).length > 0 ? textsIn(json).map(([, text]) => text) : [whole];
      for (const text of texts) {
        expect(text).not.toMatch(/(?![\n\r\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
        expect(text.isWellFormed()).toBe(true);
      }
    },
  );
});
