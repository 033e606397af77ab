import { isFailing, StageState } from 'backstage-plugin-kargo-common';
import { StageNodeModel } from './graphModel';
import { parseNames } from './nameList';

/** What a list of Stages can be reduced to. */
export const STAGE_GROUPS = [
  'failing',
  'newer',
  'moving',
  'held',
  'empty',
] as const;

/** A group of Stages that a person looks for together; a Stage may be in several. */
export type StageGroup = (typeof STAGE_GROUPS)[number];

/** What may be asked of a list of Stages. */
export interface StageFilter {
  /** Part of a name, or of a version that runs there. */
  search: string;
  /** Names of Warehouses, with commas between them; empty for all. */
  origin: string;
  group: string;
}

/** How a list of Stages is sorted; `flow` is the order in which Freight reaches them. */
export type StageOrder = 'flow' | 'name' | 'state' | 'since';

/** The groups that a Stage is in. */
export function groupsOf({ view }: StageNodeModel): StageGroup[] {
  if (!view) {
    return [];
  }
  const groups: Array<[StageGroup, boolean]> = [
    ['failing', isFailing(view.state)],
    ['newer', view.newer.some(({ isAvailable }) => isAvailable)],
    ['moving', ['promoting', 'verifying', 'settling'].includes(view.state)],
    ['held', view.automation === 'held'],
    ['empty', view.state === 'empty'],
  ];
  return groups.flatMap(([group, isIn]) => (isIn ? [group] : []));
}

/** How many Stages are in each group. */
export function countGroups(
  stages: StageNodeModel[],
): Record<StageGroup, number> {
  const counts = { failing: 0, newer: 0, moving: 0, held: 0, empty: 0 };
  for (const stage of stages) {
    groupsOf(stage).forEach(group => {
      counts[group] += 1;
    });
  }
  return counts;
}

/** The Stages that a filter lets through, in the order given. */
export function filterStages(
  stages: StageNodeModel[],
  { search, origin, group }: StageFilter,
): StageNodeModel[] {
  const text = search.trim().toLocaleLowerCase('en-US');
  const origins = parseNames(origin);
  return stages.filter(
    stage =>
      (!text || isFound(stage, text)) &&
      (origins.size === 0 ||
        stage.view?.origins.some(name => origins.has(name))) &&
      (!group || groupsOf(stage).includes(group as StageGroup)),
  );
}

function isFound({ name, view }: StageNodeModel, text: string): boolean {
  return (
    name.toLocaleLowerCase('en-US').includes(text) ||
    (view?.holds.some(
      ({ label, artifacts }) =>
        label.toLocaleLowerCase('en-US').includes(text) ||
        artifacts.some(({ version }) =>
          version.toLocaleLowerCase('en-US').includes(text),
        ),
    ) ??
      false)
  );
}

/** The most pressing first. */
const URGENCY: ReadonlyArray<StageState> = [
  'error',
  'promotionFailed',
  'verificationFailed',
  'unhealthy',
  'promoting',
  'verifying',
  'settling',
  'unknown',
  'ready',
  'empty',
  'passThrough',
];

/** Stages in another order; equals stay in the order in which Freight reaches them. */
export function sortStages(
  stages: StageNodeModel[],
  order: StageOrder,
): StageNodeModel[] {
  switch (order) {
    case 'name':
      return [...stages].sort((a, b) => a.name.localeCompare(b.name));
    case 'state':
      return [...stages].sort((a, b) => urgency(a) - urgency(b));
    case 'since':
      return [...stages].sort((a, b) => since(b) - since(a));
    default:
      return stages;
  }
}

function urgency({ view }: StageNodeModel): number {
  return view ? URGENCY.indexOf(view.state) : URGENCY.length;
}

/** Epoch milliseconds since when the latest Freight of a Stage runs there. */
function since({ view }: StageNodeModel): number {
  return Math.max(
    0,
    ...(view?.holds.map(held => Date.parse(held.since ?? '') || 0) ?? []),
  );
}
