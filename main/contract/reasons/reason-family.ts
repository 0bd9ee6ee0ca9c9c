import { z } from 'zod';

/** Codes that belong together, with the parameters of each. A code is the key of its message, after `reason.`. */
type Family = Readonly<Record<string, Readonly<Record<string, z.ZodType>>>>;

export type ReasonOf<F extends Family> = {
  [Code in keyof F & string]: {
    readonly code: Code;
    readonly params: { readonly [Name in keyof F[Code]]: z.infer<F[Code][Name]> };
  };
}[keyof F & string];

/**
 * Returns the schema of a reason whose code is one of the family's. Parameters are checked by a refinement,
 * since a union of every code would be repeated wherever the API's description shows a reason.
 */
export function reasonOf<const F extends Family>(family: F): z.ZodType<ReasonOf<F>> {
  const params = new Map(
    Object.entries(family).map(([code, fields]) => [code, z.strictObject(fields)]),
  );
  return z
    .object({ code: z.enum(Object.keys(family)), params: z.record(z.string(), z.unknown()) })
    .refine((given) => params.get(given.code)?.safeParse(given.params).success, {
      error: 'must have the parameters of its code',
    }) as unknown as z.ZodType<ReasonOf<F>>;
}

/** A sentence from before reasons were data, as it was stored. */
export const legacyReasons = { legacy: { text: z.string() } };
