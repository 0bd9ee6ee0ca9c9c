import { pictureFileName, type Picture } from '../domain/picture-format.ts';

/** A body of the type `multipart/form-data` (RFC 7578). */
interface FormBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Part {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const lines = (...texts: readonly string[]): Buffer => Buffer.from(`${texts.join('\r\n')}\r\n`);

const encoded = (boundary: string, { headers, body }: Part): Buffer[] => [
  lines(
    `--${boundary}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
  ),
  Buffer.from(body),
  lines(''),
];

/** A field of a form. */
interface FormField {
  readonly name: string;
  /** Plain text if left out. */
  readonly type?: 'application/json';
  readonly value: string;
}

/**
 * Returns a form of fields and a picture. The boundary holds the message's id, which is random: no sender of a
 * text or a picture can know it.
 */
export function pictureForm(
  id: string,
  fields: readonly FormField[],
  picture: Picture & { readonly name: string },
): FormBody {
  const boundary = `belfry-${id}`;
  const parts = fields.map(({ name, type, value }) => ({
    headers: {
      'content-disposition': `form-data; name="${name}"`,
      ...(type !== undefined && { 'content-type': type }),
    },
    body: value,
  }));
  const file: Part = {
    headers: {
      'content-disposition': `form-data; name="${picture.name}"; filename="${pictureFileName(picture.type)}"`,
      'content-type': picture.type,
    },
    body: picture.bytes,
  };
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([
      ...[...parts, file].flatMap((part) => encoded(boundary, part)),
      lines(`--${boundary}--`),
    ]),
  };
}
