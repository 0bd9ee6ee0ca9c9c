import { createHash } from 'node:crypto';
import type { ParsedMail } from 'mailparser';
import { decodedText } from '../../base/body-text.ts';

/** A mail as far as alerts need it. */
export interface Mail {
  /** '' when it has none. */
  readonly subject: string;
  /** The address of its author, else the envelope's sender; '' when neither says one. */
  readonly from: string;
  /** As plain text. */
  readonly text: string;
  /** The names of its attachments, '' for one without; nothing else of them is kept. */
  readonly files: readonly string[];
  /** By names in lower case, the first of each. */
  readonly headers: ReadonlyMap<string, string>;
  /** Marks a repeated delivery of the same mail; null when nothing in it does. */
  readonly key: string | null;
  /** True if it was too long to be read whole. */
  readonly isCut: boolean;
}

/** The part of a mail that was received: its first bytes, and whether there were more. */
export interface MailSource {
  readonly bytes: Buffer;
  readonly isCut: boolean;
  /** The envelope's sender. */
  readonly sender: string;
}

const HEADERS_MAX = 200;
const HEADER_CHARS_MAX = 1_000;
const FILES_MAX = 20;
const FILE_CHARS_MAX = 200;
const ADDRESS_CHARS_MAX = 254;
/** A text may grow when it is decoded; no more of it is looked at. */
const TEXT_CHARS_MAX = 262_144;

/** All of a plain part that only sends its reader to the HTML beside it. */
const NO_PLAIN = /^[^\n]{0,200}\bHTML\b[^\n]{0,200}$/i;

/**
 * Reads a mail (RFC 5322, MIME). One that the parser gives up on, such as thousands of nested parts, is read
 * as plain text, since a broken mail may still say that a disk dies.
 */
export async function readMailSource(source: MailSource): Promise<Mail> {
  // Loaded by the first mail: most instances never receive one.
  const [{ simpleParser }, { textOfHtml }] = await Promise.all([
    import('mailparser'),
    import('./html-text.ts'),
  ]);
  try {
    const parsed = await simpleParser(source.bytes, {
      skipImageLinks: true,
      skipTextToHtml: true,
      skipTextLinks: true,
      skipHtmlToText: true,
    });
    const plain = parsed.text?.trim() ?? '';
    const html = plain === '' || NO_PLAIN.test(plain) ? textOfHtml(parsed.html || '') : '';
    const text = html.length > plain.length ? html : plain;
    return parsedMail(parsed, text, source);
  } catch {
    return plainMail(source);
  }
}

function parsedMail(parsed: ParsedMail, text: string, source: MailSource): Mail {
  const headers = new Map<string, string>();
  for (const { key, line } of parsed.headerLines.slice(0, HEADERS_MAX)) {
    if (!headers.has(key)) headers.set(key, valueOf(line));
  }
  const author = parsed.from?.value.find(({ address }) => Boolean(address))?.address;
  return {
    ...withText(parsed.subject ?? '', text, author, source),
    files: parsed.attachments
      .slice(0, FILES_MAX)
      .map(({ filename }) => oneLine(filename ?? '').slice(0, FILE_CHARS_MAX)),
    headers,
    key: keyOf(headers),
  };
}

const SUBJECT = /^subject:([^\n]{0,1000})/im;

function plainMail(source: MailSource): Mail {
  const whole = decodedText(source.bytes).replaceAll('\r\n', '\n');
  const end = whole.indexOf('\n\n');
  const head = end < 0 ? '' : whole.slice(0, end);
  const subject = SUBJECT.exec(head)?.[1] ?? '';
  const text = end < 0 ? whole : whole.slice(end);
  return {
    ...withText(subject, text, undefined, source),
    files: [],
    headers: new Map(),
    key: null,
  };
}

function withText(
  subject: string,
  text: string,
  author: string | undefined,
  { isCut, sender }: MailSource,
): Pick<Mail, 'subject' | 'from' | 'text' | 'isCut'> {
  return {
    subject: oneLine(subject),
    from: oneLine(author ?? sender).slice(0, ADDRESS_CHARS_MAX),
    text: tidy(text),
    isCut: isCut || text.length > TEXT_CHARS_MAX,
  };
}

const oneLine = (text: string): string =>
  text.slice(0, HEADER_CHARS_MAX).replace(/\s+/g, ' ').trim();

/** Returns text without the blank lines and the trailing space that layouts leave behind. */
const tidy = (text: string): string =>
  text
    .slice(0, TEXT_CHARS_MAX)
    .replaceAll(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();

const valueOf = (line: string): string => {
  const start = line.indexOf(':') + 1;
  return oneLine(line.slice(start, start + HEADER_CHARS_MAX));
};

/** Some devices give all of their mails one Message-ID, so the time counts as well. */
function keyOf(headers: ReadonlyMap<string, string>): string | null {
  const [id, date] = [headers.get('message-id'), headers.get('date')];
  if (!id || !date) return null;
  return createHash('sha256').update(`${id} ${date}`).digest('base64url');
}
