import { z } from 'zod';
import { isRecord, listField, recordsIn, textField, trimmedText, unlessEmpty } from './body.ts';

/** Discord's message components (https://docs.discord.com/developers/components/reference). */

type Json = Readonly<Record<string, unknown>>;

/** A component or a part of one, as it is read here; other fields pass. */
export const componentInput: z.ZodType = z.object({
  content: textField,
  description: textField,
  label: textField,
  components: listField(z.lazy(() => componentInput)),
  items: listField(z.object({ description: textField })),
  accessory: unlessEmpty(z.lazy(() => componentInput)),
});

/** Returns components with all that are inside, in the order in which they are shown; the parser has bounded how deep. */
export const flatComponents = (components: readonly Json[]): Json[] =>
  components.flatMap((component) => {
    const { accessory, items } = component;
    const inside = [...recordsIn(component['components']), accessory, ...recordsIn(items)];
    return [component, ...flatComponents(inside.filter(isRecord))];
  });

/** Returns what components say: displays of text, and what describes a picture. */
export const componentTexts = (flat: readonly Json[]): string[] =>
  flat.flatMap(({ content, description }) => [trimmedText(content), trimmedText(description)]);

/** Returns what buttons say. Nobody can press them here, so it counts only where there is nothing else. */
export const labelsOf = (flat: readonly Json[]): string[] =>
  flat.map(({ label }) => trimmedText(label));

/** Returns the addresses of pictures: thumbnails, and those of a gallery. */
export const picturesOf = (flat: readonly Json[]): string[] =>
  flat.map(({ media }) => (isRecord(media) ? trimmedText(media['url']) : ''));
