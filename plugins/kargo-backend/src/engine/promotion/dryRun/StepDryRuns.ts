import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  Draft,
  DryRunStep,
  Freight,
  freightReference,
  Promotion,
  PromotionDryRun,
  PromotionStatus,
  Stage,
} from 'backstage-plugin-kargo-common';
import {
  AnyStep,
  createRedactor,
  CredentialsLookup,
} from 'backstage-plugin-kargo-node';
import { targetCollection } from '../../../logic/promotion/decidePromotion';
import { limitDiffs } from '../../../logic/promotion/limitDiffs';
import { toTimestamp } from '../../../logic/timestamps';
import { Clock } from '../../../ports/Clock';
import { CapabilityFactories } from '../../../ports/CapabilityFactories';
import { DryRuns, PromotionTarget } from '../../../ports/DryRuns';
import { GitWorkingTrees } from '../../../ports/GitWorkingTree';
import { Ids } from '../../../ports/Ids';
import { SecretSealer } from '../../../ports/SecretSealer';
import { Workspace, Workspaces } from '../../../ports/Workspaces';
import { Promotions } from '../../admission/Promotions';
import { BoundedLooks, OutOfTime } from '../../runtime/BoundedLooks';
import { silentProgress } from '../../runtime/progress';
import { PromotionRunOptions } from '../PromotionRunOptions';
import { SecretsInUse } from '../SecretsInUse';
import { StepExpressions } from '../StepExpressions';
import { NotedCheckouts } from './NotedCheckouts';
import { readGitChanges } from './readGitChanges';
import { rehearseSteps } from './rehearseSteps';
import { Observation, restrainCapabilities } from './restrainCapabilities';
import { Restraint } from './Restraint';

/** What dry runs need. */
export interface StepDryRunsOptions {
  promotions: Promotions;
  workspaces: Workspaces;
  workingTrees: Pick<GitWorkingTrees, 'open'>;
  credentials: CredentialsLookup;
  steps: ReadonlyMap<string, AnyStep>;
  expressions: StepExpressions;
  capabilities: CapabilityFactories;
  sealer: SecretSealer;
  ids: Ids;
  clock: Clock;
  random: () => number;
  logger: LoggerService;
  uiBaseURL?: string;
}

/** What is rehearsed. */
interface Subject {
  promotion: Promotion;
  stage: Stage;
  freight: Freight;
}

/** Dry runs by the steps themselves, in folders that are thrown away. */
export class StepDryRuns implements DryRuns {
  readonly #looks: BoundedLooks;
  readonly #inUse = new Set<string>();

  static create(options: StepDryRunsOptions): StepDryRuns {
    return new StepDryRuns(options);
  }

  private constructor(private readonly options: StepDryRunsOptions) {
    this.#looks = BoundedLooks.create({
      clock: options.clock,
      busy: 'Others are looking at what promotions would change; try again in a moment',
    });
  }

  /** The uids under which folders are kept now. */
  get inUse(): ReadonlySet<string> {
    return this.#inUse;
  }

  async run(
    stage: Stage,
    target: PromotionTarget,
    { actor, signal }: { actor: string; signal: AbortSignal },
  ): Promise<PromotionDryRun> {
    const { promotions, ids, clock } = this.options;
    const planned = await promotions.plan(stage, target, { actor });
    const promotion = asStored(planned.promotion, {
      uid: ids.uuid(),
      now: toTimestamp(clock.now()),
    });
    const project = stage.metadata.namespace ?? '';
    const about = { promotion, stage, freight: planned.freight };
    return this.#looks.take(project, signal, limited =>
      this.#rehearse(about, limited),
    );
  }

  async #rehearse(
    about: Subject,
    signal: AbortSignal,
  ): Promise<PromotionDryRun> {
    const { workspaces, logger } = this.options;
    const { uid } = about.promotion.metadata;
    this.#inUse.add(uid);
    try {
      const workspace = await workspaces.open(uid, undefined);
      return await this.#runIn(workspace, about, signal);
    } finally {
      await workspaces.remove(uid).catch(error => {
        // It is cleared away with what others left; the answer is there.
        logger.warn('The folder of a dry run stays', toError(error));
      });
      this.#inUse.delete(uid);
    }
  }

  async #runIn(
    workspace: Workspace,
    about: Subject,
    signal: AbortSignal,
  ): Promise<PromotionDryRun> {
    const observation: Observation = {
      restraint: new Restraint(),
      checkouts: new NotedCheckouts(),
      secrets: new SecretsInUse([]),
    };
    const steps: DryRunStep[] = [];
    const tellSteps = () => steps.map(maskedBy(observation.secrets));
    try {
      await rehearseSteps({
        ...this.#runOptions(workspace, about, observation),
        restraint: observation.restraint,
        onStep: step => steps.push(step),
        signal,
      });
      const changes = await readGitChanges(observation.checkouts.all, {
        ...this.options,
        project: about.stage.metadata.namespace ?? '',
        workspace,
        secrets: observation.secrets,
        signal,
      });
      return { steps: tellSteps(), changes: limitDiffs(changes) };
    } catch (error) {
      if (signal.reason instanceof OutOfTime) {
        const { message } = signal.reason;
        return { steps: tellSteps(), changes: [], endedEarly: message };
      }
      throw error;
    }
  }

  /** What a run of a Promotion would be given, but that nothing of it is stored. */
  #runOptions(
    workspace: Workspace,
    about: Subject,
    observation: Observation,
  ): Omit<PromotionRunOptions, 'signal'> {
    const { capabilities, expressions, workspaces, clock } = this.options;
    const { promotion, stage, freight } = about;
    return {
      ...this.options,
      ...about,
      logger: this.options.logger.child({ isDryRun: true }),
      status: beginningStatus(stage, freight, clock.now()),
      workspace,
      renewWorkspace: () => workspaces.open(promotion.metadata.uid, undefined),
      capabilities: restrainCapabilities(capabilities, observation),
      expressions: observed(expressions, observation.secrets),
      persist: async () => {},
      latest: () => promotion,
      progress: silentProgress,
    };
  }
}

function maskedBy(secrets: Iterable<string>): (step: DryRunStep) => DryRunStep {
  const mask = createRedactor(secrets);
  return ({ message, ...step }) => ({
    ...step,
    ...(message && { message: mask(message) }),
  });
}

/** What is never stored, as if it was. */
function asStored(
  draft: Draft<Promotion>,
  { uid, now }: { uid: string; now: string },
): Promotion {
  return {
    ...draft,
    metadata: {
      ...draft.metadata,
      uid,
      creationTimestamp: now,
      resourceVersion: '',
      generation: 1,
    },
  } as Promotion;
}

function beginningStatus(
  stage: Stage,
  freight: Freight,
  nowMs: number,
): PromotionStatus {
  return {
    phase: 'Running',
    startedAt: toTimestamp(nowMs),
    currentStep: 0,
    freight: freightReference(freight),
    freightCollection: targetCollection(stage, freight),
  };
}

/** Notes the secrets that expressions read: they may stand in files. */
function observed(
  expressions: StepExpressions,
  secrets: SecretsInUse,
): StepExpressions {
  return {
    shouldRun: (scope, signal) => expressions.shouldRun(scope, signal),
    async evaluateConfig(scope, signal) {
      const evaluated = await expressions.evaluateConfig(scope, signal);
      evaluated.secrets.forEach(secret => secrets.add(secret));
      return evaluated;
    },
  };
}
