import { MAPPED_SENDERS } from './mapped-senders.ts';
import { MONITORING_SENDERS } from './monitoring-senders.ts';
import { CHAT_SENDERS, HOME_SENDERS, MAIL_SENDERS, SCRIPT_SENDERS } from './other-senders.ts';
import { MAIL, PING, type Sender } from './sender.ts';
import { STORAGE_SENDERS } from './storage-senders.ts';

/** Every sender that Belfry knows by name, from which the gallery, the guide and its tests derive. */
export const SENDERS = {
  ...MONITORING_SENDERS,
  ...MAPPED_SENDERS,
  ...STORAGE_SENDERS,
  ...HOME_SENDERS,
  ...SCRIPT_SENDERS,
  ...CHAT_SENDERS,
  ...MAIL_SENDERS,
} as const;
export type SenderId = keyof typeof SENDERS;

export const SENDER_IDS = Object.keys(SENDERS) as readonly SenderId[];

/** Returns a sender by its id. */
export const senderOf = (id: SenderId): Sender => SENDERS[id];

/** Returns the name of a text that is a sender's id; null for any other. */
export const senderIdIn = (text: string): SenderId | null =>
  SENDER_IDS.find((id) => id === text) ?? null;

/** Returns true for a sender that mails, which needs incoming mail to be on. */
export const isByMail = ({ way }: Sender): boolean => way === MAIL;

/** Returns true for a sender that pings a heartbeat, and raises no alert while all is well. */
export const isByPing = ({ way }: Sender): boolean => way === PING;

/** Returns the source that a sender's token gives to its alerts. */
export const sourceOf = (id: SenderId): string => id.replaceAll('_', '-');
