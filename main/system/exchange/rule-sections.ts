import type { z } from 'zod';
import type { InhibitionService } from '../../alerts/inhibition-service.ts';
import type { MaintenanceService } from '../../alerts/maintenance-service.ts';
import { mappedWebhookInput } from '../../contract/mapped-webhook.ts';
import {
  inhibitionInput,
  maintenanceInput,
  type InhibitionInput,
  type MaintenanceInput,
  type MaintenanceSchedule,
} from '../../contract/suppression.ts';
import type { MappingService } from '../mapping-service.ts';
import { byKey, inputOf, type Facts, type Known, type Section, type Wish } from './section.ts';

type MappedWebhookInput = z.output<typeof mappedWebhookInput>;

interface Named {
  readonly id: string;
  readonly name: string;
}

/** What entries have in common that are just what their books take. */
const plain = {
  written: ({ facts }: Known) => facts,
  keyOf: ({ name }: { readonly name: string }) => ['name', name] as const,
};

const knownByName = <Row extends Named>(rows: readonly Row[], factsOf: (row: Row) => Facts) =>
  byKey(
    rows,
    ({ name }) => name,
    (row) => ({ id: row.id, facts: factsOf(row), secrets: {} }),
  );

const wish = <Entry>(entry: Entry, facts: Facts): Wish<Entry> => ({
  ok: true,
  wanted: { entry, facts, secrets: {}, notes: [] },
});

export const maintenanceSection = (book: MaintenanceService): Section<MaintenanceInput> => ({
  ...plain,
  name: 'maintenanceWindows',
  known: () => knownByName(book.list(), (row) => maintenanceFacts(inputOf(maintenanceInput, row))),
  want: (entry) => wish(entry, maintenanceFacts(entry)),
  put: (unit, { entry }, id, actor) =>
    id === null ? book.createIn(unit, entry, actor) : book.updateIn(unit, { ...entry, id }, actor),
  remove: (unit, id, actor) => book.deleteIn(unit, id, actor),
});

export const inhibitionSection = (book: InhibitionService): Section<InhibitionInput> => ({
  ...plain,
  name: 'inhibitions',
  known: () => knownByName(book.list(), (row) => inputOf(inhibitionInput, row)),
  want: (entry) => wish(entry, entry),
  put: (unit, { entry }, id, actor) =>
    id === null ? book.createIn(unit, entry, actor) : book.updateIn(unit, { ...entry, id }, actor),
  remove: (unit, id, actor) => book.deleteIn(unit, id, actor),
});

export const mappedWebhookSection = (book: MappingService): Section<MappedWebhookInput> => ({
  ...plain,
  name: 'mappedWebhooks',
  known: () => knownByName(book.list(), (row) => inputOf(mappedWebhookInput, row)),
  want: (entry) => wish(entry, entry),
  put: (unit, { entry }, id, actor) =>
    id === null ? book.createIn(unit, entry, actor) : book.updateIn(unit, { ...entry, id }, actor),
  remove: (unit, id, actor) => book.deleteIn(unit, id, actor),
});

const maintenanceFacts = (input: MaintenanceInput): Facts => ({
  ...input,
  schedule: scheduleFacts(input.schedule),
});

/** The same moment is written in many ways; ISO 8601 in UTC is one that people can read. */
const scheduleFacts = (schedule: MaintenanceSchedule): Facts =>
  schedule.type === 'once'
    ? { type: 'once', startsAt: isoTime(schedule.startsAt), endsAt: isoTime(schedule.endsAt) }
    : schedule;

const isoTime = (moment: string | number): string => new Date(moment).toISOString();
