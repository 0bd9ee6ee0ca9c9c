/**
 * A sign that an outage may be over: the machine is connected to a network again, it woke from sleep, or a
 * notification server has come to the desktop.
 */
export type RecoverySign = 'network' | 'wake' | 'desktop';
