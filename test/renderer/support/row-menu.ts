import { fireEvent, screen } from '@testing-library/svelte';

/** Chooses in the menu of the first row. */
export async function pick(name: string): Promise<void> {
  const [more] = await screen.findAllByRole('button', { name: 'More actions' });
  await fireEvent.click(more as HTMLElement);
  await fireEvent.click(await screen.findByRole('menuitem', { name }));
}
