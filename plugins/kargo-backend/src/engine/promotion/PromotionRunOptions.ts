import { LoggerService } from '@backstage/backend-plugin-api';
import {
  Freight,
  Promotion,
  PromotionStatus,
  Stage,
} from 'backstage-plugin-kargo-common';
import { AnyStep } from 'backstage-plugin-kargo-node';
import { CapabilityFactories } from '../../ports/CapabilityFactories';
import { Clock } from '../../ports/Clock';
import { SecretSealer } from '../../ports/SecretSealer';
import { Workspace } from '../../ports/Workspaces';
import { EngineProgress } from '../runtime/progress';
import { StepExpressions } from './StepExpressions';

/** What a run needs from the engine. */
export interface PromotionRunOptions {
  promotion: Promotion;
  stage: Stage;
  freight: Freight;
  /** Status from which to go on; phase is Running. */
  status: PromotionStatus;
  workspace: Workspace;
  /** Other, empty folders, when what runs in the present ones can no longer be stopped. */
  renewWorkspace: () => Promise<Workspace>;
  steps: ReadonlyMap<string, AnyStep>;
  expressions: StepExpressions;
  capabilities: CapabilityFactories;
  /** Keeps what outputs hold of secrets. */
  sealer: SecretSealer;
  uiBaseURL?: string;
  /** Writes the status; the run stops when it throws. */
  persist: (status: PromotionStatus) => Promise<void>;
  /** The Promotion as of the last write, in which a request to abort shows. */
  latest: () => Promotion;
  clock: Clock;
  random: () => number;
  signal: AbortSignal;
  logger: LoggerService;
  progress: EngineProgress;
}
