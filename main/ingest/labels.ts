import { LIMITS } from '../contract/limits.ts';
import { boundedText } from '../domain/bounded-text.ts';

/** Labels within their limits: what is empty says nothing, and what is too long or beyond `max` is cut. */
export const boundedLabels = (
  labels: readonly (readonly [name: string, value: string])[],
  max: number = LIMITS.labelsMax,
): Record<string, string> =>
  Object.fromEntries(
    labels
      .filter(([name, value]) => name !== '' && value !== '')
      .slice(0, max)
      .map(([name, value]) => [
        boundedText(name, LIMITS.labelNameCharsMax),
        boundedText(value, LIMITS.labelValueCharsMax),
      ]),
  );
