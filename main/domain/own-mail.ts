import { hkdfSync } from 'node:crypto';

/** The header of every mail that Belfry sends; its value is the mark of the sending Belfry. */
export const MARK_HEADER = 'X-Belfry-Instance';

const MARK_BYTES = 16;

/**
 * Returns the mark by which a Belfry knows its own mails when they come back to it, in hexadecimal digits. It
 * reveals nothing of the data directory's key (RFC 5869).
 */
export const mailMark = (dataKey: Buffer): string =>
  Buffer.from(hkdfSync('sha256', dataKey, '', 'belfry mark of mails, 1', MARK_BYTES)).toString(
    'hex',
  );
