import {
  Freight,
  PipelineScope,
  selectPipeline,
  Stage,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { OverviewRow, overviewRows } from '../overview/overviewModel';

/** What is known of a project. */
export interface ProjectContent {
  stages: Stage[];
  warehouses: Warehouse[];
  freight: Freight[];
}

/** A component of a system, with the part of a project that delivers it. */
export interface DeliveredComponent {
  /** Reference of the catalog entity. */
  entityRef: string;
  name: string;
  scope: PipelineScope;
}

/** One component across the environments. */
export interface SystemRow {
  component: DeliveredComponent;
  /** What stands in each environment; one may hold several Stages of a component. */
  cells: Readonly<Record<string, OverviewRow[]>>;
}

/** Components in rows, environments in columns. */
export interface SystemMatrix {
  environments: string[];
  rows: SystemRow[];
}

/**
 * The components of a system across their environments.
 *
 * @remarks
 * An environment is what Stages are called, without the name of the component: `web-prod`,
 * `prod-web` and `prod` are all `prod`. Environments stand in the order in which Freight
 * comes to them, on average over the components that have them.
 *
 * @param isShown - leaves out environments, and components that have none of the others
 */
export function systemMatrix(
  components: Array<DeliveredComponent & { content: ProjectContent }>,
  nowMs: number,
  isShown: (environment: string) => boolean = () => true,
): SystemMatrix {
  const positions = new Map<string, number[]>();
  const rows = components.map(({ content, ...component }) => {
    const cells: Record<string, OverviewRow[]> = {};
    const stages = overviewRows({
      ...selectPipeline(component.scope, content),
      freight: content.freight,
      nowMs,
    });
    stages.forEach((row, index) => {
      const name = environmentName(row.view.name, component);
      if (!isShown(name)) {
        return;
      }
      cells[name] = [...(cells[name] ?? []), row];
      const position = index / Math.max(1, stages.length - 1);
      positions.set(name, [...(positions.get(name) ?? []), position]);
    });
    return { component, cells };
  });
  const rank = (name: string) => average(positions.get(name) ?? []);
  return {
    environments: [...positions.keys()].sort(
      (one, other) => rank(one) - rank(other) || one.localeCompare(other),
    ),
    rows: rows.filter(({ cells }) => Object.keys(cells).length > 0),
  };
}

/** What a Stage of a component is called without the component's name. */
export function environmentName(
  stage: string,
  { name, scope }: Pick<DeliveredComponent, 'name' | 'scope'>,
): string {
  for (const own of [name, scope.project]) {
    if (stage.startsWith(`${own}-`)) {
      return stage.slice(own.length + 1);
    }
    if (stage.endsWith(`-${own}`)) {
      return stage.slice(0, -own.length - 1);
    }
  }
  return stage;
}

function average(numbers: number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}
