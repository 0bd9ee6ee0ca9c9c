/** Windows files notifications under it, Linux the desktop entry; electron-builder.yml has the same. */
export const APP_ID = 'org.belfry.Belfry';
