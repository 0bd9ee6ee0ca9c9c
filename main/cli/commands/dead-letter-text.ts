import type { BulkJob, DeadLetterGroup } from '../../contract/notification.ts';
import { messagesFor } from '../../messages/messages.ts';
import { nextStep } from '../../messages/reasons.ts';
import type { Look } from '../output/look.ts';
import { table } from '../output/table.ts';
import { localTime } from '../output/amounts.ts';

export const groupTable = (groups: readonly DeadLetterGroup[], look: Look): string =>
  table(
    [
      { heading: 'COUNT', value: ({ count }) => count },
      { heading: 'OBSOLETE', value: ({ obsolete }) => obsolete },
      { heading: 'CHANNEL', value: ({ channelName }) => channelName },
      { heading: 'CLASS', value: (group) => group.class ?? '-' },
      { heading: 'FIRST', value: ({ firstAt }) => localTime(firstAt) },
      { heading: 'LAST', value: ({ lastAt }) => localTime(lastAt) },
      { heading: 'GROUP', value: ({ key }) => key },
      { heading: 'CAUSE', value: ({ cause }) => cause },
      {
        heading: 'NEXT STEP',
        value: (group) => nextStep(messagesFor('en'), group.reason, group.class) ?? '',
      },
    ],
    groups,
    look,
  );

export const jobTable = (jobs: readonly BulkJob[], look: Look): string =>
  table(
    [
      { heading: 'JOB', value: ({ id }) => id },
      { heading: 'ACTION', value: ({ action }) => action },
      { heading: 'STATE', value: ({ state }) => state },
      { heading: 'STARTED', value: ({ startedAt }) => localTime(startedAt) },
      { heading: 'CHANGED', value: ({ changed }) => changed },
      { heading: 'UNCHANGED', value: ({ unchanged }) => unchanged },
      { heading: 'TOTAL', value: ({ total }) => total },
      { heading: 'PROBLEM', value: ({ problem }) => problem ?? '' },
    ],
    jobs,
    look,
  );
