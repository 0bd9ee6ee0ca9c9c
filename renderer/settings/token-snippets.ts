/** Text to copy into a sender's configuration. The token is one that Belfry made: letters, digits, `_` and `-`. */

const EXAMPLE = {
  host: 'nas',
  kind: 'backup_failed',
  status: 'firing',
  severity: 'warning',
  message: 'The nightly backup did not finish.',
};

/** A shell command that sends one event. `url` has no slash at its end. */
export const curlSnippet = (url: string, token: string): string =>
  [
    `curl -sS --fail-with-body '${url}/api/v1/events' \\`,
    `  -H 'Authorization: Bearer ${token}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify(EXAMPLE)}'`,
  ].join('\n');

/** Returns a shell command that sends a body to a mapped webhook. `url` has no slash at its end. */
export const mappedCurl = (url: string, slug: string): string =>
  [
    `curl -sS --fail-with-body '${url}/ingest/mapped/${slug}' \\`,
    `  -H 'Authorization: Bearer bf_your-token' \\`,
    `  -H 'Content-Type: application/json' -d @body.json`,
  ].join('\n');

/** The part of prometheus.yml that makes Prometheus send its alerts here. */
export function prometheusSnippet(url: string, token: string): string {
  const { protocol, host } = new URL(url);
  return [
    'alerting:',
    '  alertmanagers:',
    `    - scheme: ${protocol.replace(':', '')}`,
    '      authorization:',
    `        credentials: ${token}`,
    '      static_configs:',
    `        - targets: ['${host}']`,
  ].join('\n');
}
