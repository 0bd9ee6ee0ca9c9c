/** Windows files notifications under it, Linux the desktop entry; electron-builder.yml has the same. */
export const APP_ID = 'org.belfry.Belfry';

/** The project's pages; package.json has the same. */
export const HOMEPAGE = 'https://github.com/belfry/belfry';
