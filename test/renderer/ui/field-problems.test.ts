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

  it('puts a taken name beside the name', () => {
    const failure = { code: 'name_taken' as const, message: 'name: another one has it' };
    expect(problemsOf(failure, [])).toEqual({
      fields: { name: 'another one has it' },
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
