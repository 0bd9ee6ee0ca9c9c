/** The id of the panel that the status tabs fill. */
export const DELIVERIES_PANEL = 'deliveries-panel';
