import {
  ClusterConfig,
  Condition,
  ConfigStatus,
  ProjectConfig,
  ResourceKey,
} from 'backstage-plugin-kargo-common';
import { readSigningKey } from '../cluster-config/gitUser';
import { setCondition } from '../../../logic/conditions';
import { refreshToken } from '../../../logic/warehouse/isDiscoveryDue';
import { ResourceStore } from '../../../ports/ResourceStore';
import {
  Controller,
  ReconcileContext,
  Requeue,
  requeue,
} from '../../runtime/Controller';
import { writeStatus } from '../../writeStatus';

/** Reports whether a ProjectConfig or the ClusterConfig is in force. */
export class ConfigController implements Controller {
  static create(options: {
    store: ResourceStore;
    kind: 'ProjectConfig' | 'ClusterConfig';
  }): ConfigController {
    return new ConfigController(options.store, options.kind);
  }

  private constructor(
    private readonly store: ResourceStore,
    readonly kind: 'ProjectConfig' | 'ClusterConfig',
  ) {}

  async reconcile(
    key: ResourceKey,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const config = await this.store.find({ ...key, kind: this.kind });
    if (config && !config.metadata.deletionTimestamp) {
      const signing =
        config.kind === 'ClusterConfig'
          ? await readSigningKey(this.store, config)
          : undefined;
      const problem =
        signing && 'problem' in signing ? signing.problem : undefined;
      await writeStatus(
        this.store,
        config,
        statusOf(config, context.now, problem),
        { guarded: true },
      );
    }
    return requeue.never;
  }
}

function statusOf(
  config: ProjectConfig | ClusterConfig,
  now: string,
  problem: string | undefined,
): ConfigStatus {
  const { generation } = config.metadata;
  const token = refreshToken(config);
  const receivers = config.spec.webhookReceivers?.length ?? 0;
  return {
    ...config.status,
    ...(token && { lastHandledRefresh: token }),
    ...(receivers === 0 && { observedGeneration: generation }),
    conditions: setCondition(
      config.status?.conditions,
      readyCondition(generation, receivers, problem),
      now,
    ),
  };
}

function readyCondition(
  generation: number,
  receivers: number,
  problem: string | undefined,
): Omit<Condition, 'lastTransitionTime'> {
  if (problem !== undefined) {
    return {
      type: 'Ready',
      status: 'False',
      reason: 'SigningKeyMissing',
      message: problem,
      observedGeneration: generation,
    };
  }
  return receivers === 0
    ? {
        type: 'Ready',
        status: 'True',
        reason: 'Synced',
        message: 'Configuration is in force',
        observedGeneration: generation,
      }
    : {
        type: 'Ready',
        status: 'False',
        reason: 'SyncWebhookReceiversFailed',
        message: `${receivers} webhook receivers are declared, which this version does not serve; Warehouses are discovered at their interval`,
        observedGeneration: generation,
      };
}
