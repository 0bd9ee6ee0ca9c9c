import { LIMITS } from '../../main/contract/limits.ts';
import type { NotificationRow } from '../../main/contract/notification.ts';
import { ok, type Result } from '../../main/contract/result.ts';
import type { WindowClient } from '../client/window-client.ts';
import { listInput, type NotificationQuery } from '../notifications/notification-query.ts';

export const EXPORT_FORMATS = ['csv', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Dead letters that a file holds at most. */
export const EXPORTED_MAX = 50_000;

const FILE_TYPES: Record<ExportFormat, string> = { csv: 'text/csv', json: 'application/json' };

const time = (atMs: number): string => new Date(atMs).toISOString();

/** The columns of the CSV, by their names. */
const COLUMNS: Record<string, (row: NotificationRow) => string> = {
  id: ({ id }) => id,
  died_at: ({ updatedAt }) => time(updatedAt),
  created_at: ({ createdAt }) => time(createdAt),
  channel: ({ channelName }) => channelName,
  event: ({ event }) => event,
  severity: ({ alert }) => alert.severity,
  host: ({ alert }) => alert.host,
  kind: ({ alert }) => alert.kind,
  message: ({ alert }) => alert.message,
  failure: ({ lastErrorClass }) => lastErrorClass ?? '',
  error: ({ lastError }) => lastError ?? '',
  attempts: ({ retryCount }) => String(retryCount),
  obsolete: ({ obsolete }) => String(obsolete),
};

/** Returns a field of a CSV. What a spreadsheet would take for a formula begins with an apostrophe. */
export function csvField(value: string): string {
  const text = /^[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const csvLine = (fields: readonly string[]): string => `${fields.map(csvField).join(',')}\r\n`;

/** The parts of a file, page by page. */
const WRITERS: Record<
  ExportFormat,
  {
    head: string;
    rows: (rows: readonly NotificationRow[], isFirst: boolean) => string;
    end: string;
  }
> = {
  csv: {
    head: csvLine(Object.keys(COLUMNS)),
    rows: (rows) =>
      rows.map((row) => csvLine(Object.values(COLUMNS).map((of) => of(row)))).join(''),
    end: '',
  },
  json: {
    head: '[',
    rows: (rows, isFirst) =>
      rows
        .map((row, index) => `${isFirst && index === 0 ? '\n' : ',\n'}${JSON.stringify(row)}`)
        .join(''),
    end: '\n]\n',
  },
};

export interface LetterFile {
  readonly name: string;
  readonly type: string;
  readonly parts: readonly string[];
  readonly count: number;
  /** There are more than a file holds. */
  readonly isCut: boolean;
}

/** Fetches the dead letters that a query finds, page by page, and writes them into a file, newest first. */
export async function letterFile(
  client: WindowClient,
  query: NotificationQuery,
  nowMs: number,
  format: ExportFormat,
): Promise<Result<LetterFile>> {
  const { head, rows, end } = WRITERS[format];
  const parts = [head];
  let count = 0;
  for (let cursor: string | null | undefined; cursor !== null && count < EXPORTED_MAX;) {
    const page = await client.call('notifications.list', {
      per_page: LIMITS.notificationsPageSizeMax,
      ...listInput(query, nowMs),
      ...(cursor !== undefined && { cursor }),
    });
    if (!page.ok) return page;
    parts.push(rows(page.value.data, count === 0));
    count += page.value.data.length;
    cursor = page.value.nextCursor;
    if (cursor !== null && count >= EXPORTED_MAX) {
      return ok({ ...fileOf(format), parts: [...parts, end], count, isCut: true });
    }
  }
  return ok({ ...fileOf(format), parts: [...parts, end], count, isCut: false });
}

const fileOf = (format: ExportFormat) => ({
  name: `dead-letters.${format}`,
  type: FILE_TYPES[format],
});
