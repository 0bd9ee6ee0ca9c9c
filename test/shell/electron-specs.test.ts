import { describe, expect, it } from 'vitest';
import { collectSpec, held, type Spec } from '../support/electron/specs.ts';

const SPECS: readonly Spec[] = [
  { file: 'api-tray-spec.ts' },
  { file: 'api-notification-spec.ts' },
  { file: 'api-power-save-blocker-spec.ts' },
  { file: 'api-native-theme-spec.ts' },
  {
    file: 'api-app-spec.ts',
    // Not the desktop's name: the stand-in insists on what the documentation says, before the app is ready.
    only: {
      module: 'app module',
      groups: [
        'app name APIs',
        'app.getPreferredSystemLanguages()',
        'app.badgeCount',
        'about panel',
      ],
    },
  },
];

// The folder `spec` of Electron's sources, which no package holds.
const directory = process.env['ELECTRON_SPECS'];

if (directory) {
  describe.each(SPECS)('of the stand-in, Electron’s own $file', (spec) =>
    collectSpec(directory, spec),
  );
  it('of the stand-in, Electron’s own specs are not all of what it does not have', () => {
    expect(held.count).toBeGreaterThan(0);
  });
} else {
  it.skip('Electron’s own specs of the stand-in: ELECTRON_SPECS names no folder of them', () => {});
}
