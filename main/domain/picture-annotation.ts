/** The annotation with the address of a picture, named as Grafana's webhooks name it. */
export const PICTURE_ANNOTATION = 'imageURL';

/** The same, and the one of Grafana's contact point for an Alertmanager. */
export const PICTURE_ANNOTATIONS = [PICTURE_ANNOTATION, 'image'] as const;

/** Formats that the services show. */
const PICTURE_NAME = /\.(?:avif|bmp|gif|jpe?g|png|webp)$/i;

/** Returns true for the name of a file that is a picture. */
export const isPictureName = (name: string): boolean => PICTURE_NAME.test(name);
