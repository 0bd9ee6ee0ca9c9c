import type { Failure, Result } from '../../main/contract/result.ts';
import { NO_PROBLEMS, problemsOf, type FormProblems } from './field-problems.ts';

/** Sends a form, once at a time, and keeps the host's objections for its fields. */
export class Submission {
  #problems = $state.raw<FormProblems>(NO_PROBLEMS);
  #saving = $state(false);
  #refusal: Failure | null = null;

  get problems(): FormProblems {
    return this.#problems;
  }

  get saving(): boolean {
    return this.#saving;
  }

  /** Returns the problem of a field, or of one within it, as a list has items. */
  problemAt(path: string): string | undefined {
    const { fields } = this.#problems;
    return (
      fields[path] ?? fields[Object.keys(fields).find((at) => at.startsWith(`${path}.`)) ?? '']
    );
  }

  /** Shows problems that the window found before sending. */
  refuse(fields: Readonly<Record<string, string>>): void {
    this.#refusal = null;
    this.#problems = { fields, general: null };
  }

  /** Shows the refusal above the form, since none of its fields does. */
  showRefusal(): void {
    if (this.#refusal) this.#problems = { ...this.#problems, general: this.#refusal.message };
  }

  /** Returns what was saved, or null if the host refused it; `known` is as `problemsOf` takes it. */
  async send<T>(
    call: () => Promise<Result<T>>,
    known: readonly string[] | null = null,
  ): Promise<T | null> {
    if (this.#saving) return null;
    this.#saving = true;
    const answer = await call();
    this.#saving = false;
    this.show(answer.ok ? null : answer.error, known);
    return answer.ok ? answer.value : null;
  }

  /** Shows why the host refused it; null once it did not. */
  show(refusal: Failure | null, known: readonly string[] | null = null): void {
    this.#refusal = refusal;
    this.#problems = refusal ? problemsOf(refusal, known) : NO_PROBLEMS;
  }
}
