/** What the stand-in behaves as, where Electron differs; a test may choose another system than its own. */
export const host: { platform: NodeJS.Platform; wayland: boolean } = {
  platform: process.platform,
  wayland: false,
};
