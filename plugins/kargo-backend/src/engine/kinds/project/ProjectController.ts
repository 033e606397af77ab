import {
  ANNOTATIONS,
  Project,
  ProjectStatus,
  ResourceKey,
} from 'backstage-plugin-kargo-common';
import { setCondition } from '../../../logic/conditions';
import { IndexedStore } from '../../../ports/ResourceIndex';
import {
  Controller,
  ReconcileContext,
  Requeue,
  requeue,
} from '../../runtime/Controller';
import { writeStatus } from '../../writeStatus';
import { finalize } from '../finalize';
import { deletionDelay, describeLeft, removeContent } from './removeContent';

/** Keeps a Project's statistics, and removes what is in it when it goes. */
export class ProjectController implements Controller {
  readonly kind = 'Project';

  static create(options: { store: IndexedStore }): ProjectController {
    return new ProjectController(options.store);
  }

  private constructor(private readonly store: IndexedStore) {}

  async reconcile(
    key: ResourceKey,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const project = await this.store.find({ ...key, kind: 'Project' });
    if (!project) {
      return requeue.never;
    }
    const ending = await finalize(this.store, project, () =>
      this.remove(project, context),
    );
    if (ending) {
      return ending;
    }
    await writeStatus(
      this.store,
      project,
      await this.statusOf(project, context.now),
      { guarded: true },
    );
    // Whatever it counts wakes it.
    return requeue.never;
  }

  private async statusOf(
    project: Project,
    now: string,
  ): Promise<ProjectStatus> {
    const namespace = project.metadata.name;
    const healthyIndex = { name: 'healthy', value: '' };
    const [warehouses, healthyWarehouses, stages, healthyStages] =
      await Promise.all([
        this.store.count('Warehouse', { namespace }),
        this.store.count('Warehouse', { namespace, index: healthyIndex }),
        this.store.count('Stage', {
          namespace,
          index: { name: 'regular', value: '' },
        }),
        this.store.count('Stage', { namespace, index: healthyIndex }),
      ]);
    return {
      ...project.status,
      conditions: setCondition(
        project.status?.conditions,
        {
          type: 'Ready',
          status: 'True',
          reason: 'Synced',
          message: 'Project is synced and ready for use',
          observedGeneration: project.metadata.generation,
        },
        now,
      ),
      stats: {
        warehouses: {
          count: warehouses,
          health: { healthy: healthyWarehouses },
        },
        stages: { count: stages, health: { healthy: healthyStages } },
      },
    };
  }

  /**
   * Empties the Project, unless `keep-namespace` leaves everything in place for a Project
   * of that name to come. Says what it waits for.
   */
  private async remove(
    project: Project,
    context: ReconcileContext,
  ): Promise<Requeue | undefined> {
    const { annotations, deletionTimestamp = context.now } = project.metadata;
    if (annotations?.[ANNOTATIONS.keepNamespace] === 'true') {
      return undefined;
    }
    const left = await removeContent(this.store, project, context);
    if (left.length === 0) {
      return undefined;
    }
    await writeStatus(
      this.store,
      project,
      {
        ...project.status,
        conditions: setCondition(
          project.status?.conditions,
          {
            type: 'Ready',
            status: 'False',
            reason: 'Terminating',
            message: describeLeft(left),
            observedGeneration: project.metadata.generation,
          },
          context.now,
        ),
      },
      { guarded: false },
    );
    const waitedMs = context.nowMs - Date.parse(deletionTimestamp);
    return requeue.after(deletionDelay(waitedMs));
  }
}
