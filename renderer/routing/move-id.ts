/** The id of the button that moves a route up (-1) or down (1). */
export const moveId = (routeId: string, step: -1 | 1): string =>
  `route-${step === -1 ? 'up' : 'down'}-${routeId}`;
