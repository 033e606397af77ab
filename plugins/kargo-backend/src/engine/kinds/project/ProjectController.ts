import {
  ANNOTATIONS,
  FINALIZER,
  KINDS,
  keyOf,
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

const REQUEUE_MS = 300_000;
const DELETE_PAGE = 100;

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
    if (project.metadata.deletionTimestamp) {
      return this.remove(project, context);
    }
    const { finalizers = [] } = project.metadata;
    if (!finalizers.includes(FINALIZER)) {
      await this.store.patch(key, {
        metadata: { finalizers: [...finalizers, FINALIZER] },
      });
      return requeue.now;
    }
    await writeStatus(
      this.store,
      project,
      await this.statusOf(project, context.now),
      { guarded: true },
    );
    return requeue.after(REQUEUE_MS);
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
   * Deletes what is in the Project, a page of each kind at a time, then lets it go.
   * `keep-namespace` leaves everything in place, for a Project of that name to come.
   */
  private async remove(
    project: Project,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const keep =
      project.metadata.annotations?.[ANNOTATIONS.keepNamespace] === 'true';
    if (!keep && (await this.removeContent(project, context))) {
      return requeue.after(100);
    }
    await this.store.patch(keyOf(project), {
      metadata: {
        finalizers: (project.metadata.finalizers ?? []).filter(
          finalizer => finalizer !== FINALIZER,
        ),
      },
    });
    return requeue.never;
  }

  /** Whether something may be left. */
  private async removeContent(
    project: Project,
    context: ReconcileContext,
  ): Promise<boolean> {
    let isLeft = false;
    for (const { kind, namespaced } of Object.values(KINDS)) {
      if (!namespaced) {
        continue;
      }
      const { items } = await this.store.list(kind, {
        namespace: project.metadata.name,
        limit: DELETE_PAGE,
      });
      isLeft ||= items.length > 0;
      for (const item of items) {
        context.signal.throwIfAborted();
        if (!item.metadata.deletionTimestamp) {
          await this.deleteIfThere(keyOf(item));
        }
      }
    }
    return isLeft;
  }

  private async deleteIfThere(key: ResourceKey): Promise<void> {
    try {
      await this.store.delete(key);
    } catch (error) {
      // Deleting its owner has taken it along already.
      if ((error as Error).name !== 'NotFoundError') {
        throw error;
      }
    }
  }
}
