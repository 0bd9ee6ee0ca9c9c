import { LIMITS } from '../contract/limits.ts';
import { boundedText } from '../domain/bounded-text.ts';

/** Labels within their limits: what is empty says nothing, and what is too long or too many is cut. */
export const boundedLabels = (
  labels: readonly (readonly [name: string, value: string])[],
): Record<string, string> =>
  Object.fromEntries(
    labels
      .filter(([name, value]) => name !== '' && value !== '')
      .slice(0, LIMITS.labelsMax)
      .map(([name, value]) => [
        boundedText(name, LIMITS.labelNameCharsMax),
        boundedText(value, LIMITS.labelValueCharsMax),
      ]),
  );
