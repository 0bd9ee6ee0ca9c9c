import { describe, expect, it } from 'vitest';
import type { Status } from '../../main/contract/system.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { StorageNotifications } from '../../main/shell/own-notices.ts';

const messages = messagesFor('en');
const fine = {
  storage: { writable: true, since: null, problem: null, reason: null },
  recovery: null,
} as const;
const PATH = { path: '/data/belfry.db' };
const problem = 'For scripts.';
const full = {
  ...fine,
  storage: { writable: false, since: 1, problem, reason: { code: 'storage.full', params: PATH } },
} as const;
const lost = (at: number): Pick<Status, 'storage' | 'recovery'> => ({
  ...fine,
  recovery: {
    at,
    cause: 'damaged',
    backup: null,
    missingFrom: null,
    missingTo: null,
    commits: null,
    alerts: null,
    owed: null,
    aside: null,
    text: 'For logs.',
  },
});

describe('notifications about the storage', () => {
  it('are none while all is well', () => {
    const notifications = new StorageNotifications();
    expect(notifications.of(messages, fine)).toBeNull();
    expect(notifications.of(messages, fine)).toBeNull();
  });

  it('are made once when the disk refuses, and once when it is well again', () => {
    const notifications = new StorageNotifications();
    expect(notifications.of(messages, full)).toMatchObject({
      urgency: 'critical',
      body: expect.stringMatching(/^The disk is full: .*\/data\/belfry\.db/) as string,
    });
    expect(notifications.of(messages, full)).toBeNull();
    expect(notifications.of(messages, fine)).toMatchObject({
      title: 'Belfry can store data again',
    });
    expect(notifications.of(messages, fine)).toBeNull();
  });

  it('are of what is missing when a start has healed what refused to be written', () => {
    const notifications = new StorageNotifications();
    notifications.of(messages, {
      ...full,
      storage: {
        ...full.storage,
        reason: { code: 'storage.damaged', params: { ...PATH, error: 'malformed' } },
      },
    });
    expect(notifications.of(messages, lost(1))).toMatchObject({
      title: 'Part of the database was lost',
    });
    expect(notifications.of(messages, lost(1))).toBeNull();
  });

  it('do not speak of a loss when the backup had everything', () => {
    const { recovery, storage } = lost(1);
    const whole = { storage, recovery: recovery && { ...recovery, commits: 0 } };
    expect(new StorageNotifications().of(messages, whole)?.title).toBe(
      'The database was restored from a backup',
    );
  });

  it('keep a recovery for when the disk can be written again', () => {
    const notifications = new StorageNotifications();
    expect(notifications.of(messages, { ...full, recovery: lost(1).recovery })).toMatchObject({
      body: expect.stringMatching(/^The disk is full: .*\/data\/belfry\.db/) as string,
    });
    expect(notifications.of(messages, lost(1))).toMatchObject({
      body: expect.stringMatching(/^The database was damaged\./) as string,
    });
  });

  it('are made once for each recovery', () => {
    const notifications = new StorageNotifications();
    expect(notifications.of(messages, lost(1))).toMatchObject({
      body: expect.stringMatching(/^The database was damaged\./) as string,
    });
    expect(notifications.of(messages, lost(1))).toBeNull();
    expect(notifications.of(messages, fine)).toBeNull();
    expect(notifications.of(messages, lost(2))).not.toBeNull();
  });
});
