import { link } from './primitives.ts';
import { issue, type IssueReason } from './reasons/issue-reasons.ts';

/**
 * Returns the rule for the address of a webhook of a service whose hosts and paths are known. Another host
 * (a proxy, another server) may have any path.
 */
export const hookAddress = (hosts: RegExp, path: RegExp, code: IssueReason['code']) =>
  link.refine((address) => {
    const url = URL.parse(address);
    return url === null || !hosts.test(url.hostname) || path.test(url.pathname);
  }, issue(code));
