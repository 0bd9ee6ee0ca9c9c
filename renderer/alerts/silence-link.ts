import type { Alert } from '../../main/contract/alert.ts';
import { formatNewSilence } from '../app/route.ts';

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/** A value between quotes, as the contract's matchers read it back. */
const quoted = (value: string): string =>
  `"${value.replace(/[\\"\n]/g, (mark) => ESCAPES[mark] ?? mark)}"`;

/** Where a silence of alerts like this one is made: of the same kind, on the same host. */
export const silenceLink = ({ kind, host }: Pick<Alert, 'kind' | 'host'>): string =>
  formatNewSilence([`kind=${quoted(kind)}`, `host=${quoted(host)}`]);
