import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** In the order of their numbers in a token, which are never given to another. */
const ACTIONS = ['acknowledge', 'snooze'] as const;
export type LinkAction = (typeof ACTIONS)[number];

/** The content of the link of one button in one message. Ids are UUIDs, `expiresAt` is ms UTC. */
export interface ActionToken {
  readonly action: LinkAction;
  readonly alertId: string;
  readonly channelId: string;
  readonly notificationId: string;
  readonly expiresAt: number;
}

const VERSION = 1;
const UUID_BYTES = 16;
const TIME_BYTES = 6;
const BODY_BYTES = 2 + 3 * UUID_BYTES + TIME_BYTES;
const MAC_BYTES = 32;
const KEY_BYTES = 32;

/** The key for links, which reveals nothing of the data directory's key (RFC 5869). */
export const actionKey = (dataKey: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', dataKey, '', 'belfry links in messages, 1', KEY_BYTES));

const uuidBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

const uuidText = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const macOf = (key: Buffer, body: Buffer): Buffer =>
  createHmac('sha256', key).update(body).digest();

/** A link's secret part, in letters that need no escape in a URL: what it does, and an HMAC-SHA256 over that. */
export function writeActionToken(key: Buffer, token: ActionToken): string {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeUIntBE(token.expiresAt, 0, TIME_BYTES);
  const body = Buffer.concat([
    Buffer.of(VERSION, ACTIONS.indexOf(token.action)),
    ...[token.alertId, token.channelId, token.notificationId].map(uuidBytes),
    time,
  ]);
  return Buffer.concat([body, macOf(key, body)]).toString('base64url');
}

/** Null when it was not written with this key. Whether it has expired is the caller's to see. */
export function readActionToken(key: Buffer, text: string): ActionToken | null {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== BODY_BYTES + MAC_BYTES) return null;
  const body = bytes.subarray(0, BODY_BYTES);
  if (!timingSafeEqual(bytes.subarray(BODY_BYTES), macOf(key, body))) return null;
  const action = body[0] === VERSION ? ACTIONS[body[1] ?? ACTIONS.length] : undefined;
  if (action === undefined) return null;
  const uuidAt = (index: number): string => {
    const start = 2 + index * UUID_BYTES;
    return uuidText(body.subarray(start, start + UUID_BYTES));
  };
  return {
    action,
    alertId: uuidAt(0),
    channelId: uuidAt(1),
    notificationId: uuidAt(2),
    expiresAt: body.readUIntBE(BODY_BYTES - TIME_BYTES, TIME_BYTES),
  };
}
