import { relative } from 'node:path';
import { z } from 'zod';
import type { Tally } from './step.ts';

const vitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      startTime: z.number(),
      endTime: z.number(),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), tags: z.array(z.string()) }),
      ),
    }),
  ),
});

const shortPath = (path: string): string => relative(process.cwd(), path);

/** Vitest's JSON reporter. A file that failed although none of its tests did (it could not be loaded, or it leaked) counts as one. */
export function vitestTally(json: unknown): Tally {
  const report = vitestReport.parse(json);
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failures = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => `${shortPath(name)}: ${fullName}`),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: [...failures, ...broken.map(({ name }) => shortPath(name))],
  };
}

/** The files that took longer than `limitMs` and do not say so, which `npm test -- --quick` would run. */
export function unmarkedSlow(json: unknown, limitMs: number): string[] {
  return vitestReport
    .parse(json)
    .testResults.filter(({ startTime, endTime }) => endTime - startTime > limitMs)
    .filter(({ assertionResults }) => !assertionResults.some(({ tags }) => tags.includes('slow')))
    .map(({ name, startTime, endTime }) => {
      const seconds = Math.round((endTime - startTime) / 1_000);
      return `${shortPath(name)} (${seconds} s)`;
    });
}

const playwrightReport = z.object({
  errors: z.array(z.unknown()),
  stats: z.object({
    expected: z.int(),
    unexpected: z.int(),
    flaky: z.int(),
    skipped: z.int(),
  }),
});

interface Suite {
  readonly suites?: readonly Suite[] | undefined;
  readonly specs: readonly {
    readonly title: string;
    readonly file: string;
    readonly tests: readonly {
      readonly projectName: string;
      readonly status: string;
      readonly results: readonly { readonly status: string }[];
    }[];
  }[];
}

const suite: z.ZodType<Suite> = z.object({
  get suites() {
    return z.array(suite).optional();
  },
  specs: z.array(
    z.object({
      title: z.string(),
      file: z.string(),
      tests: z.array(
        z.object({
          projectName: z.string(),
          status: z.string(),
          results: z.array(z.object({ status: z.string() })),
        }),
      ),
    }),
  ),
});

function specsOf(json: unknown): Suite['specs'] {
  const below = ({ suites = [], specs }: Suite): Suite['specs'] => [
    ...specs,
    ...suites.flatMap(below),
  ];
  return z
    .object({ suites: z.array(suite) })
    .parse(json)
    .suites.flatMap(below);
}

/** Playwright's JSON reporter. Flaky is failed: a test that passes on the second try has failed once. */
export function playwrightTally(json: unknown): Tally {
  const { errors, stats } = playwrightReport.parse(json);
  const failures = specsOf(json).flatMap(({ title, file, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ projectName }) => `${file} (${projectName}): ${title}`),
  );
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
    failures: [...failures, ...errors.map(() => 'an error outside of the tests')],
  };
}

/** The end-to-end targets of which at least one test ran, by Playwright's project name. */
export function playwrightTargets(json: unknown): string[] {
  const ran = specsOf(json)
    .flatMap(({ tests }) => tests)
    .filter(({ results }) => results.some(({ status }) => status !== 'skipped'));
  return [...new Set(ran.map(({ projectName }) => projectName))].sort();
}
