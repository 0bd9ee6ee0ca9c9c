import { fail } from '../contract/result.ts';
import { REFUSAL_STATUS, type IngestAdapter, type IngestHead } from './adapter.ts';
import { firstOf, parsedJson, textOf } from './body.ts';
import type { CompiledMapping } from './mapping.ts';

/** Where the adapter finds what somebody configured. */
export interface Mappings {
  /** Null when there is no mapped webhook of that address. */
  bySlug(slug: string): CompiledMapping | null;
  /** Told of each body that came in for it, whatever was made of it; must return at once. */
  received(slug: string, body: string): void;
}

/** JSON of any shape, read as the mapped webhook at that address says. */
export const createMapped = (mappings: Mappings): IngestAdapter => ({
  name: 'mapped',
  routes: [
    { verb: 'POST', path: '/ingest/mapped/:slug' },
    { verb: 'PUT', path: '/ingest/mapped/:slug' },
  ],
  // Many senders of home-made JSON can set no header.
  credential: ({ query }: IngestHead) => firstOf(query['token']) ?? null,
  async read(request, context) {
    const { slug = '' } = request.params;
    const mapping = mappings.bySlug(slug);
    if (!mapping) return fail('not_found', `There is no mapped webhook "${slug}".`);
    mappings.received(slug, textOf(request));
    const body = parsedJson(request);
    return body.ok ? mapping.read(body.value, context) : body;
  },
  accept: ({ events, problems }) =>
    problems.length === 0
      ? { status: 200, body: { accepted: events.length } }
      : { status: 400, body: { accepted: events.length, problems: problems.slice(0, 20) } },
  refuse: (reason, message) => ({
    status: REFUSAL_STATUS[reason],
    body: { error: message },
  }),
});
