import {
  AnalysisRun,
  AnalysisRunSpec,
  AnalysisTemplateSpec,
  ANNOTATIONS,
  Draft,
  Freight,
  FreightCollection,
  isAnalysisCompleted,
  keyOf,
  Secret,
  secretRefs,
  Stage,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import {
  AnyMetricProvider,
  isConflictError,
  isNotFoundError,
} from 'backstage-plugin-kargo-node';
import {
  mergeTemplates,
  supplyArgs,
} from '../../logic/analysis/mergeTemplates';
import { providersOf } from '../../logic/analysis/validateMetrics';
import { freightNames } from '../../logic/events';
import { shortenText } from '../../logic/shortenText';
import { DelegatedAnalyses } from '../../ports/DelegatedAnalyses';
import { Ids } from '../../ports/Ids';
import { IndexedStore } from '../../ports/ResourceIndex';
import { VerificationRequest, Verifier } from '../../ports/Verifier';
import { ifUnchanged } from '../writeStatus';
import { buildAnalysisRun, verificationSlot } from './buildAnalysisRun';
import { UnbuildableError, explaining } from './UnbuildableError';
import {
  argsSecretName,
  evaluateArgs,
  hideSecrets,
  VerificationArgsOptions,
} from './VerificationArgs';

/** What verifying needs. */
export interface StoreVerifierOptions extends VerificationArgsOptions {
  store: IndexedStore;
  ids: Ids;
  metricProviders: ReadonlyMap<string, AnyMetricProvider>;
  /** Who runs new AnalysisRuns, if not the engine itself. */
  rollouts?: Pick<DelegatedAnalyses, 'cluster'>;
}

/** An entry with what its run has come to. */
function follow(
  entry: VerificationInfo,
  run: AnalysisRun,
  now: string,
): VerificationInfo {
  const { namespace = '', name } = run.metadata;
  const { phase = '', message, completedAt } = run.status ?? {};
  // What it said before may be over.
  const { message: _, ...rest } = entry;
  return {
    ...rest,
    // A run that nobody looked at yet.
    phase: phase || 'Pending',
    ...(message && { message: shortenText(message) }),
    analysisRun: { namespace, name, phase },
    // Upstream knows no end of a run that ended before it was assessed.
    ...(isAnalysisCompleted(phase) && { finishTime: completedAt ?? now }),
  };
}

type StartRequest = Parameters<Verifier['start']>[0];
type AbortRequest = Parameters<Verifier['abort']>[0];
type ObserveRequest = Parameters<Verifier['observe']>[0];

/**
 * Verifies by AnalysisRuns in the store, which a controller of their own brings to their
 * end.
 *
 * @remarks
 * Differs from upstream: every Promotion and every verification again has a run of its own;
 * a result of the same Freight from another time is not reused.
 */
export class StoreVerifier implements Verifier {
  static create(options: StoreVerifierOptions): StoreVerifier {
    return new StoreVerifier(options);
  }

  private constructor(private readonly options: StoreVerifierOptions) {}

  async start(
    request: StartRequest,
    { signal }: { signal: AbortSignal },
  ): Promise<VerificationInfo> {
    const { id, actor, now } = request;
    const entry = { id, startTime: now, ...(actor && { actor }) };
    try {
      const run =
        (await this.findStarted(request)) ??
        (await this.create(request, signal));
      await this.ownSecret(run);
      return follow({ ...entry, phase: 'Pending' }, run, now);
    } catch (error) {
      if (!(error instanceof UnbuildableError)) {
        throw error;
      }
      return {
        ...entry,
        phase: 'Error',
        message: `error building AnalysisRun: ${error.message}`,
        finishTime: now,
      };
    }
  }

  async observe({
    entry,
    stage,
    now,
  }: ObserveRequest): Promise<VerificationInfo> {
    const name = entry.analysisRun?.name ?? '';
    const namespace = stage.metadata.namespace ?? '';
    const run = await this.options.store.find({
      kind: 'AnalysisRun',
      namespace,
      name,
    });
    return run
      ? follow(entry, run, now)
      : {
          ...entry,
          phase: 'Error',
          message: `AnalysisRun '${name}' is not there any more; verify the Stage again`,
          finishTime: now,
        };
  }

  /** What was aborted has failed from then on, whatever its run comes to. */
  async abort({ entry, actor, now }: AbortRequest): Promise<VerificationInfo> {
    if (entry.analysisRun) {
      const { namespace, name } = entry.analysisRun;
      try {
        await this.options.store.patch(
          { kind: 'AnalysisRun', namespace, name },
          { spec: { terminate: true } },
        );
      } catch (error) {
        // What is not there does not run either.
        if (!isNotFoundError(error)) {
          throw error;
        }
      }
    }
    return {
      ...entry,
      phase: 'Failed',
      message: 'Verification aborted by user',
      finishTime: now,
      ...(actor && { actor }),
    };
  }

  private async findStarted({
    stage,
    freight,
  }: VerificationRequest): Promise<AnalysisRun | undefined> {
    const { items } = await this.options.store.list('AnalysisRun', {
      namespace: stage.metadata.namespace,
      index: {
        name: 'verification',
        value: verificationSlot(stage, freight),
      },
      limit: 1,
    });
    return items.at(0);
  }

  private async create(
    { stage, freight: collection }: VerificationRequest,
    signal: AbortSignal,
  ): Promise<AnalysisRun> {
    const { store, ids, rollouts } = this.options;
    const slot = verificationSlot(stage, collection);
    const freight = await this.loadFreight(stage, collection);
    const templates = await this.loadTemplates(stage);
    const merged = explaining(() => mergeTemplates(templates));
    if (!rollouts) {
      this.refuseUnavailable(merged);
    }
    const { values, secrets } = await evaluateArgs(
      this.options,
      stage,
      collection,
      signal,
    );
    const { args, hidden } = hideSecrets(
      explaining(() => supplyArgs(merged.args ?? [], values)),
      secrets,
      argsSecretName(slot),
    );
    if (Object.keys(hidden).length > 0) {
      // Before the run, which reads it at once.
      await this.writeSecret(stage, argsSecretName(slot), hidden);
    }
    const run = buildAnalysisRun({
      stage,
      collection,
      freight,
      spec: { ...merged, ...(args.length > 0 && { args }) },
      slot,
      ulid: ids.ulid(),
      ...(rollouts && { rolloutsCluster: rollouts.cluster }),
    });
    const [created] = await store.write([{ create: run }, ifUnchanged(stage)]);
    return created as AnalysisRun;
  }

  /** What cannot be measured here at all is told before anything begins. */
  private refuseUnavailable({ metrics = [] }: AnalysisRunSpec): void {
    const { metricProviders } = this.options;
    for (const { name, provider: told } of metrics) {
      for (const id of providersOf(told)) {
        const provider = metricProviders.get(id);
        if (!provider) {
          throw new UnbuildableError(
            `metric '${name}': no metric provider '${id}' is installed; known are ${[
              ...metricProviders.keys(),
            ].join(', ')}`,
          );
        }
        const problem = explaining(() => {
          const config = provider.config.safeParse(told[id]);
          return config.success
            ? provider.unavailable?.(config.data as never)
            : undefined;
        });
        if (problem) {
          throw new UnbuildableError(`metric '${name}': ${problem}`);
        }
      }
    }
  }

  private async writeSecret(
    { metadata: { namespace = '' } }: Stage,
    name: string,
    data: Record<string, string>,
  ): Promise<void> {
    const { store } = this.options;
    const secret: Draft<Secret> = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace },
      type: 'Opaque',
      data: Object.fromEntries(
        Object.entries(data).map(([key, value]) => [
          key,
          Buffer.from(value, 'utf8').toString('base64'),
        ]),
      ),
    };
    try {
      await store.create(secret);
    } catch (error) {
      // Left by a start that did not come to making the run.
      if (!isConflictError(error)) {
        throw error;
      }
      await store.patch(keyOf(secret), { data: secret.data });
    }
  }

  /** The Secret of a run's arguments, if it has one, goes with the run. */
  private async ownSecret(run: AnalysisRun): Promise<void> {
    const { annotations, name, namespace = '', uid } = run.metadata;
    const secret = argsSecretName(
      annotations?.[ANNOTATIONS.verification] ?? '',
    );
    if (secretRefs(run.spec.args ?? []).some(ref => ref.name === secret)) {
      await this.options.store.patch(
        { kind: 'Secret', namespace, name: secret },
        {
          metadata: {
            ownerReferences: [
              { apiVersion: run.apiVersion, kind: run.kind, name, uid },
            ],
          },
        },
      );
    }
  }

  /** Templates of the project go before those of the installation, as upstream. */
  private async loadTemplates(stage: Stage): Promise<AnalysisTemplateSpec[]> {
    const { store } = this.options;
    const refs = stage.spec.verification?.analysisTemplates ?? [];
    const [shared, own] = [true, false].map(isShared =>
      refs.filter(
        ({ kind }) => (kind === 'ClusterAnalysisTemplate') === isShared,
      ),
    );
    return Promise.all(
      [...own, ...shared].map(async ({ name, kind }) => {
        const isShared = kind === 'ClusterAnalysisTemplate';
        const template = await store.find({
          kind: isShared ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate',
          namespace: isShared ? '' : stage.metadata.namespace ?? '',
          name,
        });
        if (!template) {
          throw new UnbuildableError(
            `${kind ?? 'AnalysisTemplate'} '${name}' does not exist`,
          );
        }
        return template.spec;
      }),
    );
  }

  private async loadFreight(
    { metadata: { namespace } }: Stage,
    { items }: FreightCollection,
  ): Promise<Freight[]> {
    const names = freightNames(items);
    const { items: found } = await this.options.store.list('Freight', {
      namespace,
      names,
    });
    const missing = names.find(
      name => !found.some(({ metadata }) => metadata.name === name),
    );
    if (missing) {
      throw new UnbuildableError(`Freight '${missing}' does not exist`);
    }
    return found;
  }
}
