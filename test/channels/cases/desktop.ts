import { once } from 'node:events';
import { createDesktop } from '../../../main/channels/desktop.ts';
import type { DesktopNotifier } from '../../../main/channels/desktop-notifier.ts';
import { sent, type Outcome } from '../../../main/domain/outcome.ts';
import type { ChannelCase } from '../channel-case.ts';

const UNREACHABLE: Outcome = {
  kind: 'transient',
  class: 'connection',
  reason: { code: 'failure.desktop_no_service', params: {} },
};

async function untilAborted(signal: AbortSignal): Promise<Outcome> {
  if (!signal.aborted) await once(signal, 'abort');
  return UNREACHABLE;
}

export const desktopCase: ChannelCase = {
  start() {
    const received: string[] = [];
    let script: string | null = null;
    const port: DesktopNotifier = {
      show(notice, signal) {
        received.push(`show ${JSON.stringify(notice, null, 2)}`);
        if (script === 'silence') return untilAborted(signal);
        if (script === null) return Promise.resolve(sent());
        const quoted = script === 'echo' ? { receiverText: received.join() } : {};
        return Promise.resolve({ ...UNREACHABLE, ...quoted });
      },
      close: (tag) => received.push(`close ${tag}`),
    };
    return Promise.resolve({
      adapter: createDesktop(port, (severity) => severity),
      config: {},
      secrets: [],
      received: () => received,
      play: (next) => {
        script = next;
      },
      [Symbol.asyncDispose]() {
        script = 'has no session';
        return Promise.resolve();
      },
    });
  },
  failures: { 'has no session': { kind: 'transient', class: 'connection' } },
  limit: null,
};
