import { z } from 'zod';

export const desktopConfig = z.strictObject({});
export type DesktopConfig = z.infer<typeof desktopConfig>;
