import type { Alert } from '../../main/contract/alert.ts';
import { formatMatcher } from '../../main/contract/matcher.ts';
import { formatNewSilence } from '../app/route.ts';

/** Where a silence of alerts like this one is made: of the same kind, on the same host. */
export const silenceLink = ({ kind, host }: Pick<Alert, 'kind' | 'host'>): string =>
  formatNewSilence([
    formatMatcher({ name: 'kind', op: '=', value: kind }),
    formatMatcher({ name: 'host', op: '=', value: host }),
  ]);
