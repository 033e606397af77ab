import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import { keyOf, LabelSelector } from 'backstage-plugin-kargo-common';
import {
  Application,
  ApplicationChange,
  ApplicationKey,
  isConflictError,
  StepArgoCd,
} from 'backstage-plugin-kargo-node';
import { findStageRefusal } from '../../logic/argocd/authorization';
import { changePatch, refreshPatch } from '../../logic/argocd/applicationPatch';
import { ArgoCd, ArgoCds } from '../../ports/ArgoCd';
import { CapabilityScope } from '../../ports/CapabilityFactories';

/** Argo CD's controller writes Applications often. */
const MAX_CONFLICTS = 10;

/** Argo CD for the steps of a Promotion, which may change what its Stage is authorized to. */
export class PromotionArgoCd implements StepArgoCd {
  /** @throws TerminalError when no Argo CD is configured for the Stage. */
  static create(options: {
    argoCds: ArgoCds;
    scope: Pick<CapabilityScope, 'promotion' | 'stage' | 'project' | 'signal'>;
  }): PromotionArgoCd {
    const { argoCds, scope } = options;
    return new PromotionArgoCd(
      () => argoCds.get(scope.stage.spec.shard, keyOf(scope.promotion)),
      scope,
    );
  }

  #found?: ArgoCd;

  private constructor(
    private readonly get: () => ArgoCd,
    private readonly scope: Pick<
      CapabilityScope,
      'stage' | 'project' | 'signal'
    >,
  ) {}

  get namespace(): string {
    return this.argoCd.namespace;
  }

  find(key: ApplicationKey): Promise<Application | undefined> {
    return this.argoCd.find(key, this.scope);
  }

  list(namespace: string, selector: LabelSelector): Promise<Application[]> {
    return this.argoCd.list(namespace, selector, this.scope);
  }

  findRefusal(application: Application): string | undefined {
    const { project, stage } = this.scope;
    return findStageRefusal(application, {
      project,
      name: stage.metadata.name,
    });
  }

  async update(
    key: ApplicationKey,
    change: (latest: Application) => ApplicationChange | undefined,
  ): Promise<void> {
    for (let conflicts = 0; ; conflicts++) {
      const latest = await this.find(key);
      if (!latest) {
        throw new NotFoundError(
          `Application "${key.namespace}/${key.name}" does not exist`,
        );
      }
      const refusal = this.findRefusal(latest);
      if (refusal) {
        throw new NotAllowedError(refusal);
      }
      const wanted = change(latest);
      if (!wanted) {
        return;
      }
      try {
        await this.argoCd.patch(key, changePatch(latest, wanted), this.scope);
        return;
      } catch (error) {
        if (!isConflictError(error)) throw error;
        if (conflicts >= MAX_CONFLICTS) {
          throw new ConflictError(
            `Application "${key.namespace}/${key.name}" is being written by others all the time`,
            error,
          );
        }
      }
    }
  }

  async requestRefresh(application: Application): Promise<void> {
    const patch = refreshPatch(application);
    if (patch) {
      await this.argoCd.patch(application.metadata, patch, this.scope);
    }
  }

  /** Looked up when it is used, so that a step can tell what it needs it for. */
  private get argoCd(): ArgoCd {
    this.#found ??= this.get();
    return this.#found;
  }
}
