import type { Snippet } from 'svelte';
import type { IconName } from './icons.ts';

/** A duration in milliseconds, null for no end, or what returns one from a moment. */
export interface DurationChoice {
  readonly ms: number | null | ((nowMs: number) => number);
  /** The duration when left out. */
  readonly label?: string;
}

/** The question that is asked before an action runs. */
export interface Question {
  readonly title: string;
  /** The subject of the action, where the title does not say it. */
  readonly subject?: string | undefined;
  /** The consequences. */
  readonly help: readonly string[] | Snippet;
  /** The label of the button that confirms, where it is not that of the action. */
  readonly confirm?: string;
  /** The durations to choose from, in place of a button that confirms. */
  readonly choices?: readonly DurationChoice[];
}

/** The action of a button, and the question that it asks first. */
export interface Action {
  /** Tells it from its neighbours, also when its label changes. */
  readonly key: string;
  readonly label: string;
  /** Gets the duration, where one was chosen. */
  readonly run: (chosen: number | null) => unknown;
  readonly disabled?: boolean | undefined;
  readonly tone?: 'primary' | 'danger' | 'quiet' | null;
  readonly icon?: IconName;
  /** True if the icon stands alone, and the label is read aloud only. */
  readonly isBare?: true;
  readonly title?: string | undefined;
  readonly ask?: Question | undefined;
}
