/** The system that the stand-in plays, where Electron differs; a test may choose another than its own. */
export const host: { platform: NodeJS.Platform; wayland: boolean } = {
  platform: process.platform,
  wayland: false,
};
