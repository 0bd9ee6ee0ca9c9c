import { PLACEHOLDER } from '../sources/sender-target.ts';

/** Returns a shell command that sends a body to a mapped webhook. */
export const mappedCurl = (url: string, slug: string): string =>
  [
    `curl -sS --fail-with-body '${url}/ingest/mapped/${slug}' \\`,
    `  -H 'Authorization: Bearer ${PLACEHOLDER}' \\`,
    `  -H 'Content-Type: application/json' -d @body.json`,
  ].join('\n');
