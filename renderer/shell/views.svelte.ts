import type { Component } from 'svelte';
import type { Failure } from '../../main/contract/result.ts';
import type { View } from '../app/route.ts';
import { noAnswer } from '../client/no-answer.ts';
import OverviewView from '../overview/OverviewView.svelte';

type Load = () => Promise<{ readonly default: Component }>;

/** The first view comes with the page. Each other one is a file, so that a page costs no more than it shows. */
const LOADS: Readonly<Record<Exclude<View, 'overview'>, Load>> = {
  alerts: () => import('../alerts/AlertsView.svelte'),
  'dead-letters': () => import('../dead-letters/DeadLettersView.svelte'),
  deliveries: () => import('../deliveries/DeliveriesView.svelte'),
  heartbeats: () => import('../heartbeats/HeartbeatsView.svelte'),
  sources: () => import('../sources/SourcesView.svelte'),
  channels: () => import('../channels/ChannelsView.svelte'),
  routing: () => import('../routing/RoutingView.svelte'),
  muting: () => import('../muting/MutingView.svelte'),
  settings: () => import('../settings/SettingsView.svelte'),
  audit: () => import('../audit/AuditView.svelte'),
};

/** Kept for the life of the page, like the modules they come from. */
let loaded = $state.raw<Partial<Record<View, Component>>>({ overview: OverviewView });
let failed = $state.raw<Partial<Record<View, Failure>>>({});

const isLoadable = (view: View): view is keyof typeof LOADS => view in LOADS;

/** Returns the component of a view; undefined while it is loaded, and if that failed. */
export const viewComponent = (view: View): Component | undefined => loaded[view];

/** Returns why a view could not be loaded when that was last tried; undefined if it never failed. */
export const viewFailure = (view: View): Failure | undefined => failed[view];

/** Loads a view that is not there yet. A failure is kept for whoever shows the view. */
export async function loadView(view: View): Promise<void> {
  if (loaded[view] || !isLoadable(view)) return;
  try {
    const { default: component } = await LOADS[view]();
    loaded = { ...loaded, [view]: component };
  } catch (error) {
    failed = { ...failed, [view]: noAnswer(error).error };
  }
}

/** Loads every view, one after the other, so that the window needs no more files if its host goes away. */
export async function loadViews(): Promise<void> {
  for (const view of Object.keys(LOADS) as View[]) await loadView(view);
}
