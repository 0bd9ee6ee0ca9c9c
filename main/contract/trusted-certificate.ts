import { z } from 'zod';
import { issue } from './reasons/issue-reasons.ts';
import { field } from './field.ts';

/** The certificate that a server of the user's own is to be known by, for what is spoken to over TLS. */
export const trustedCertificate = () =>
  field(
    z
      .string()
      .regex(
        /^\s*-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/,
        issue('issue.certificate'),
      )
      .max(32_768),
    { placeholder: '-----BEGIN CERTIFICATE-----', multiline: true },
  ).optional();
