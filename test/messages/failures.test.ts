import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../main/contract/language.ts';
import { failureClass } from '../../main/contract/failure-class.ts';
import { failureReason } from '../../main/contract/reasons/failure-reasons.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { nextStep, renderFailure, renderReason } from '../../main/messages/reasons.ts';
import { FAILURE_CLASSES, FAILURE_EXAMPLES } from '../../resources/failure-examples.ts';
import { readCatalogue } from '../../resources/messages.ts';
import { legacy } from '../support/failures.ts';

const ENGLISH = messagesFor('en');

describe.each(LANGUAGES)('failures in %s', (language) => {
  const messages = messagesFor(language);

  it.each(FAILURE_EXAMPLES)('$code is a sentence with a next step', (reason) => {
    expect(failureReason.parse(reason)).toEqual(reason);
    const step = nextStep(messages, reason, FAILURE_CLASSES[reason.code] ?? null);
    for (const text of [renderReason(messages, reason), step]) {
      expect(text).toMatch(/^(?!.*[{}])(?!.*“\w+\.\w+”).{10,}\.$/s);
    }
  });

  it('have a next step for each class, for what is older than codes', () => {
    const steps = failureClass.options.map((each) => nextStep(messages, legacy('x'), each));
    expect(new Set(steps).size).toBe(failureClass.options.length);
  });
});

it('has no step for a code that there is not', () => {
  const steps = Object.keys(readCatalogue('en')).filter((key) => key.startsWith('step.failure.'));
  const codes = new Set<string>(FAILURE_EXAMPLES.map(({ code }) => code));
  expect(steps.filter((key) => !codes.has(key.slice('step.'.length)))).toEqual([]);
});

it('writes what the receiver said behind the sentence', () => {
  const reason = { code: 'failure.unreachable', params: { error: 'ECONNREFUSED' } } as const;
  expect(renderFailure(ENGLISH, { reason, receiverText: 'no' })).toBe(
    'The receiver could not be reached (ECONNREFUSED). Response: “no”',
  );
  expect(renderFailure(ENGLISH, { reason: null, receiverText: null })).toBeNull();
});

it('leaves a sentence from before as it was', () => {
  const text = 'HTTP 503: {it} could not <b>take</b> it now.';
  expect(renderFailure(ENGLISH, { reason: legacy(text), receiverText: null })).toBe(text);
});
