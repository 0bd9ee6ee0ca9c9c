import type { Severity } from '../contract/primitives.ts';
import type { Settings } from '../contract/settings.ts';

/** Returns the severity whose sound a notification has by the setting; null for a silent one. */
export function soundOf(
  setting: Settings['desktop']['sound'],
  severity: Severity | null,
): Severity | null {
  const isHeard = setting === 'all' || (setting === 'critical' && severity === 'critical');
  return isHeard ? severity : null;
}
