import type { Result } from '../../main/contract/result.ts';
import { NO_PROBLEMS, problemsOf, type FormProblems } from './field-problems.ts';

/** A form on its way to the host: once at a time, and what the host refused stays beside its fields. */
export class Submission {
  #problems = $state.raw<FormProblems>(NO_PROBLEMS);
  #saving = $state(false);

  get problems(): FormProblems {
    return this.#problems;
  }

  get saving(): boolean {
    return this.#saving;
  }

  /** Problems that the window itself has found, before anything was sent. */
  refuse(fields: Readonly<Record<string, string>>): void {
    this.#problems = { fields, general: null };
  }

  /** What was saved, or null when the host refused it; `known` are the paths of fields that the form shows. */
  async send<T>(call: () => Promise<Result<T>>, known: readonly string[]): Promise<T | null> {
    if (this.#saving) return null;
    this.#saving = true;
    const answer = await call();
    this.#saving = false;
    this.#problems = answer.ok ? NO_PROBLEMS : problemsOf(answer.error, known);
    return answer.ok ? answer.value : null;
  }
}
