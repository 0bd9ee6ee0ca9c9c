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

/**
 * Returns a form of JSON and a picture. The boundary holds the message's id, which is random: no sender of a
 * text or a picture can know it.
 */
export function pictureForm(
  id: string,
  json: { readonly name: string; readonly value: object },
  picture: Picture & { readonly name: string },
): FormBody {
  const boundary = `belfry-${id}`;
  const message: Part = {
    headers: {
      'content-disposition': `form-data; name="${json.name}"`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(json.value),
  };
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
      ...encoded(boundary, message),
      ...encoded(boundary, file),
      lines(`--${boundary}--`),
    ]),
  };
}
