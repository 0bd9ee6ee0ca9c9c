import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../../renderer/ui/field-problems.ts';

const invalid = (details: unknown) => ({
  code: 'invalid_input' as const,
  message: 'first: wrong',
  details,
});

describe('problemsOf', () => {
  it('puts each problem beside its field', () => {
    const details = [{ field: 'config.url', problem: 'must be an http or https URL' }];
    expect(problemsOf(invalid(details), ['config.url'])).toEqual({
      fields: { 'config.url': 'must be an http or https URL' },
      general: null,
    });
  });

  it('says above the form what belongs to no field of it', () => {
    const details = [
      { field: 'name', problem: 'too long' },
      { field: 'retry', problem: 'wrong' },
    ];
    expect(problemsOf(invalid(details), ['name'])).toEqual({
      fields: { name: 'too long' },
      general: 'first: wrong',
    });
  });

  it('puts what is wrong with one matcher beside it, where the form shows matchers one by one', () => {
    const failure = invalid([{ field: 'matchers.1', problem: 'missing ): `(nas`' }]);
    expect(problemsOf(failure, ['matchers', 'matchers.1'])).toEqual({
      fields: { 'matchers.1': 'missing ): `(nas`' },
      general: null,
    });
    expect(problemsOf(failure, ['name'])).toEqual({ fields: {}, general: failure.message });
  });

  it('puts a problem of an item beside the list that holds it', () => {
    const details = [{ field: 'escalation.0.channelIds.2', problem: 'there is no such channel' }];
    expect(problemsOf(invalid(details), ['escalation', 'escalation.0.channelIds'])).toEqual({
      fields: { 'escalation.0.channelIds': 'there is no such channel' },
      general: null,
    });
  });

  it('puts a taken name beside the name', () => {
    const details = [{ field: 'name', problem: 'another one has it' }];
    const failure = { code: 'name_taken' as const, message: 'name: another one has it', details };
    expect(problemsOf(failure, ['name'])).toEqual({
      fields: { name: 'another one has it' },
      general: null,
    });
  });

  it('puts what else is taken beside its field', () => {
    const details = [{ field: 'slug', problem: 'another one has it' }];
    const failure = { code: 'name_taken' as const, message: 'slug: another one has it', details };
    expect(problemsOf(failure, ['name', 'slug'])).toEqual({
      fields: { slug: 'another one has it' },
      general: null,
    });
  });

  it.each([undefined, null, 'text', [1, null, { field: 1 }]])(
    'takes details of an unknown shape (%j) as none',
    (details) => {
      expect(problemsOf(invalid(details), ['name'])).toEqual({
        fields: {},
        general: 'first: wrong',
      });
    },
  );
});
