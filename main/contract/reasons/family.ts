import { z } from 'zod';

/** Codes that belong together, with the parameters of each. A code is the key of its message, after `reason.`. */
type Family = Readonly<Record<string, Readonly<Record<string, z.ZodType>>>>;

export type ReasonOf<F extends Family> = {
  [Code in keyof F & string]: {
    readonly code: Code;
    readonly params: { readonly [Name in keyof F[Code]]: z.infer<F[Code][Name]> };
  };
}[keyof F & string];

/** Returns the schema of a reason whose code is one of the family's. */
export function reasonOf<const F extends Family>(family: F): z.ZodType<ReasonOf<F>> {
  const [first, ...others] = Object.entries(family).map(([code, params]) =>
    z.object({ code: z.literal(code), params: z.object(params) }),
  );
  if (!first) throw new Error('a family of reasons has at least one code');
  return z.discriminatedUnion('code', [first, ...others]) as unknown as z.ZodType<ReasonOf<F>>;
}

/** A sentence from before reasons were data, as it was stored. */
export const legacyReasons = { legacy: { text: z.string() } };
