import {
  ClusterConfig,
  Condition,
  ConfigStatus,
  ProjectConfig,
  ResourceKey,
} from 'backstage-plugin-kargo-common';
import { AnyWebhookReceiverType } from 'backstage-plugin-kargo-node';
import { readSigningKey } from '../cluster-config/gitUser';
import { setCondition } from '../../../logic/conditions';
import { refreshToken } from '../../../logic/warehouse/isDiscoveryDue';
import { ResourceStore } from '../../../ports/ResourceStore';
import { WebhookDeliveries } from '../../../ports/WebhookDeliveries';
import {
  Controller,
  ReconcileContext,
  Requeue,
  requeue,
} from '../../runtime/Controller';
import { writeStatus } from '../../writeStatus';
import { ResolvedReceivers, resolveReceivers } from './resolveReceivers';

/** What a controller of configs needs. */
export interface ConfigControllerOptions {
  store: ResourceStore;
  kind: 'ProjectConfig' | 'ClusterConfig';
  receiverTypes: ReadonlyMap<string, AnyWebhookReceiverType>;
  /** Of the plugin, as the world reaches it. */
  webhookBaseURL: string;
  webhookDeliveries: WebhookDeliveries;
}

/**
 * Reports whether a ProjectConfig or the ClusterConfig is in force, and where its webhook
 * receivers are.
 */
export class ConfigController implements Controller {
  static create(options: ConfigControllerOptions): ConfigController {
    return new ConfigController(options);
  }

  readonly kind: ConfigControllerOptions['kind'];

  private constructor(private readonly options: ConfigControllerOptions) {
    this.kind = options.kind;
  }

  async reconcile(
    key: ResourceKey,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const { store, webhookDeliveries } = this.options;
    const config = await store.find({ ...key, kind: this.kind });
    const receivers = config?.spec.webhookReceivers ?? [];
    await webhookDeliveries.keepOnly(
      key.namespace,
      receivers.map(({ name }) => name),
    );
    if (config && !config.metadata.deletionTimestamp) {
      const resolved = await resolveReceivers(config, {
        store,
        types: this.options.receiverTypes,
        baseURL: this.options.webhookBaseURL,
      });
      const signing =
        config.kind === 'ClusterConfig'
          ? await readSigningKey(store, config)
          : undefined;
      await writeStatus(
        store,
        config,
        statusOf(config, context.now, {
          resolved,
          signingProblem:
            signing && 'problem' in signing ? signing.problem : undefined,
        }),
        { guarded: true },
      );
    }
    return requeue.never;
  }
}

/** What the status tells of. */
interface Findings {
  resolved: ResolvedReceivers;
  signingProblem: string | undefined;
}

function statusOf(
  config: ProjectConfig | ClusterConfig,
  now: string,
  findings: Findings,
): ConfigStatus {
  const { generation } = config.metadata;
  const { served, problems } = findings.resolved;
  const token = refreshToken(config);
  const { webhookReceivers: _, ...status } = config.status ?? {};
  return {
    ...status,
    ...(token && { lastHandledRefresh: token }),
    ...(problems.length === 0 && { observedGeneration: generation }),
    ...(served.length > 0 && { webhookReceivers: served }),
    conditions: setCondition(
      config.status?.conditions,
      { ...readyCondition(findings), observedGeneration: generation },
      now,
    ),
  };
}

function readyCondition({
  resolved: { problems },
  signingProblem,
}: Findings): Omit<Condition, 'lastTransitionTime'> {
  const type = 'Ready';
  if (signingProblem !== undefined) {
    return {
      type,
      status: 'False',
      reason: 'SigningKeyMissing',
      message: [signingProblem, ...problems].join('; '),
    };
  }
  return problems.length === 0
    ? {
        type,
        status: 'True',
        reason: 'Synced',
        message: 'Configuration is in force',
      }
    : {
        type,
        status: 'False',
        reason: 'SyncWebhookReceiversFailed',
        message: problems.join('; '),
      };
}
