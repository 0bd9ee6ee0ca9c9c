import { describe, expect, it } from 'vitest';
import type { Status } from '../../main/contract/system.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { StorageNotifications } from '../../main/shell/storage-notifications.ts';

const messages = messagesFor('en');
const fine = { storage: { writable: true, since: null, problem: null }, recovery: null } as const;
const full = { ...fine, storage: { writable: false, since: 1, problem: 'The disk is full.' } };
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
    const news = new StorageNotifications();
    expect(news.of(messages, fine)).toBeNull();
    expect(news.of(messages, fine)).toBeNull();
  });

  it('are made once when the disk refuses, and once when it is well again', () => {
    const news = new StorageNotifications();
    expect(news.of(messages, full)).toMatchObject({
      urgency: 'critical',
      body: 'The disk is full.',
    });
    expect(news.of(messages, full)).toBeNull();
    expect(news.of(messages, fine)).toMatchObject({ title: 'Belfry can store data again' });
    expect(news.of(messages, fine)).toBeNull();
  });

  it('are of what is missing when a start has healed what refused to be written', () => {
    const news = new StorageNotifications();
    news.of(messages, {
      ...full,
      storage: { ...full.storage, problem: 'The database is damaged.' },
    });
    expect(news.of(messages, lost(1))).toMatchObject({ title: 'Part of the database was lost' });
    expect(news.of(messages, lost(1))).toBeNull();
  });

  it('do not speak of a loss when the backup had everything', () => {
    const { recovery, storage } = lost(1);
    const whole = { storage, recovery: recovery && { ...recovery, commits: 0 } };
    expect(new StorageNotifications().of(messages, whole)?.title).toBe(
      'The database was restored from a backup',
    );
  });

  it('keep a recovery for when the disk can be written again', () => {
    const news = new StorageNotifications();
    expect(news.of(messages, { ...full, recovery: lost(1).recovery })).toMatchObject({
      body: 'The disk is full.',
    });
    expect(news.of(messages, lost(1))).toMatchObject({
      body: expect.stringMatching(/^The database was damaged\./) as string,
    });
  });

  it('are made once for each recovery', () => {
    const news = new StorageNotifications();
    expect(news.of(messages, lost(1))).toMatchObject({
      body: expect.stringMatching(/^The database was damaged\./) as string,
    });
    expect(news.of(messages, lost(1))).toBeNull();
    expect(news.of(messages, fine)).toBeNull();
    expect(news.of(messages, lost(2))).not.toBeNull();
  });
});
