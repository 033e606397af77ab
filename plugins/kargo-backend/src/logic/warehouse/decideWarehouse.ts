import {
  findCondition,
  Reason,
  tellReason,
  Warehouse,
  WarehouseStatus,
} from 'backstage-plugin-kargo-common';
import { ConditionDraft, deleteConditions, setCondition } from '../conditions';
import {
  assembleFreight,
  findEmptyResult,
  findMissingArtifacts,
  IncompleteArtifacts,
} from './assembleFreight';
import {
  explainConsidered,
  explainWarehouse,
  WarehouseChoice,
} from './explainWarehouse';
import { findUnreadSubscriptions } from './foldDiscovery';
import { freightName } from './freightName';

/** What the criteria said about the discovered artifacts. */
export type CriteriaVerdict =
  | { kind: 'none' }
  | { kind: 'satisfied' }
  | { kind: 'unsatisfied' }
  | { kind: 'error'; message: string };

/** What a Warehouse does, and all that there is to tell when somebody asks why. */
export interface WarehouseDecision extends WarehouseChoice {
  reasons: Reason[];
}

/**
 * What a Warehouse does with what it has discovered, and why.
 *
 * @param now - RFC 3339
 * @param minimumIntervalMs - shortest interval that the operator allows
 */
export function decideWarehouse(
  warehouse: Warehouse,
  criteria: CriteriaVerdict,
  now: string,
  minimumIntervalMs = 0,
): WarehouseDecision {
  const choice = withoutOldFreight(choose(warehouse, criteria, now));
  const reasons = explainWarehouse(warehouse, choice, minimumIntervalMs);
  return { ...choice, reasons };
}

/** What became of earlier Freight is told no longer once no Freight is to be made. */
function withoutOldFreight(choice: WarehouseChoice): WarehouseChoice {
  const { freight, status } = choice;
  const conditions = deleteConditions(status.conditions, 'FreightCreated');
  return freight ? choice : { ...choice, status: { ...status, conditions } };
}

function choose(
  warehouse: Warehouse,
  criteria: CriteriaVerdict,
  now: string,
): WarehouseChoice {
  const status = settle(warehouse);
  const missing = findMissingArtifacts(status.discoveredArtifacts);
  if (missing) {
    return {
      reason: 'missing-artifacts',
      problem: missing.message,
      status: fail(warehouse, status, missing, now),
    };
  }
  const unread = findUnreadSubscriptions(warehouse);
  if (unread.length > 0) {
    const problem = describeUnread(unread);
    return {
      reason: 'unread-subscriptions',
      problem: problem.message,
      status: fail(warehouse, status, problem, now),
    };
  }
  // Criteria are for what is made automatically; people need not meet them.
  if (warehouse.spec.freightCreationPolicy === 'Manual') {
    return { reason: 'manual-policy', status: succeed(warehouse, status, now) };
  }
  if (criteria.kind === 'error') {
    const reason = 'CriteriaEvaluationFailed';
    return {
      reason: 'criteria-failed',
      problem: criteria.message,
      status: fail(
        warehouse,
        status,
        { healthy: reason, ready: reason, message: criteria.message },
        now,
      ),
    };
  }
  if (criteria.kind === 'unsatisfied') {
    const unsatisfied = withConditions(status, now, {
      type: 'FreightCreationCriteriaSatisfied',
      status: 'False',
      reason: 'CriteriaNotSatisfied',
      message:
        'The newest artifacts do not satisfy the Freight creation criteria',
      observedGeneration: warehouse.metadata.generation,
    });
    return {
      reason: 'criteria-unsatisfied',
      status: succeed(warehouse, unsatisfied, now),
    };
  }
  const found = status.discoveredArtifacts!;
  const empty = findEmptyResult(found);
  if (empty) {
    return {
      reason: 'missing-artifacts',
      status: fail(warehouse, status, empty, now),
    };
  }
  const content = assembleFreight(
    { kind: 'Warehouse', name: warehouse.metadata.name },
    found,
  );
  const name = freightName(content);
  const created = withConditions(status, now, {
    type: 'FreightCreationCriteriaSatisfied',
    status: 'True',
    reason: 'CriteriaSatisfied',
    message: 'The artifacts satisfy the Freight creation criteria',
    observedGeneration: warehouse.metadata.generation,
  });
  return {
    reason: 'create-freight',
    status: succeed(warehouse, { ...created, lastFreightID: name }, now),
    freight: { ...content, name },
  };
}

/** Adds what became of the Freight that a decision asked for. */
export function recordFreight(
  warehouse: Warehouse,
  status: WarehouseStatus,
  outcome: { created: boolean; name: string },
  now: string,
): WarehouseStatus {
  return withConditions(status, now, {
    type: 'FreightCreated',
    status: outcome.created ? 'True' : 'False',
    reason: outcome.created ? 'NewFreight' : 'AlreadyExists',
    message: outcome.created
      ? `Freight ${outcome.name} was created`
      : `Freight ${outcome.name} exists already`,
    observedGeneration: warehouse.metadata.generation,
  });
}

/** The status while discovery runs, so that people see it. */
export function decideDiscovering(
  warehouse: Warehouse,
  now: string,
): WarehouseStatus {
  const status = withConditions(warehouse.status ?? {}, now, {
    type: 'Reconciling',
    status: 'True',
    reason: 'ScheduledDiscovery',
    message: 'Discovering artifacts',
    observedGeneration: warehouse.metadata.generation,
  });
  if (findCondition(status, 'Ready')) {
    return status;
  }
  return withConditions(
    status,
    now,
    {
      type: 'Ready',
      status: 'False',
      reason: 'DiscoveryInProgress',
      message: 'Waiting for the first discovery to end',
      observedGeneration: warehouse.metadata.generation,
    },
    {
      type: 'Healthy',
      status: 'Unknown',
      reason: 'Pending',
      message: 'Waiting for the first discovery to end',
      observedGeneration: warehouse.metadata.generation,
    },
  );
}

function settle(warehouse: Warehouse): WarehouseStatus {
  const status = warehouse.status ?? {};
  return {
    ...status,
    observedGeneration: warehouse.metadata.generation,
    conditions: deleteConditions(
      status.conditions,
      'Reconciling',
      'FreightCreationCriteriaSatisfied',
    ),
  };
}

function fail(
  warehouse: Warehouse,
  status: WarehouseStatus,
  problem: IncompleteArtifacts,
  now: string,
): WarehouseStatus {
  const failed = describeFailures(warehouse, status);
  const observedGeneration = warehouse.metadata.generation;
  const message = [failed, problem.message, ...describeConsidered(status)]
    .filter(Boolean)
    .join('. ');
  return withConditions(
    status,
    now,
    {
      type: 'Healthy',
      status: 'False',
      reason: failed ? 'DiscoveryFailed' : problem.healthy,
      message,
      observedGeneration,
    },
    {
      type: 'Ready',
      status: 'False',
      reason: failed ? 'DiscoveryFailure' : problem.ready,
      message,
      observedGeneration,
    },
  );
}

function succeed(
  warehouse: Warehouse,
  status: WarehouseStatus,
  now: string,
): WarehouseStatus {
  const failed = describeFailures(warehouse, status);
  const observedGeneration = warehouse.metadata.generation;
  return withConditions(
    status,
    now,
    failed
      ? {
          type: 'Healthy',
          status: 'False',
          reason: 'DiscoveryFailed',
          message: `${failed}. What it found last stays in use`,
          observedGeneration,
        }
      : {
          type: 'Healthy',
          status: 'True',
          reason: 'ReconciliationSucceeded',
          message: [
            'Artifacts of every subscription were discovered',
            ...describeConsidered(status),
          ].join('. '),
          observedGeneration,
        },
    {
      type: 'Ready',
      status: 'True',
      reason: 'ArtifactsDiscovered',
      message: 'Artifacts were discovered',
      observedGeneration,
    },
  );
}

/** What each subscription had to choose from, and what it passed over. */
function describeConsidered(status: WarehouseStatus): string[] {
  return explainConsidered(status).map(reason => tellReason(reason).message);
}

function describeUnread(unread: number[]): IncompleteArtifacts {
  const places = unread.map(index => `spec.subscriptions[${index}]`);
  return {
    healthy: 'MissingArtifacts',
    ready: 'MissingArtifacts',
    message: `No Freight is made before ${places.join(' and ')} ${
      places.length > 1 ? 'have' : 'has'
    } been read`,
  };
}

/** One sentence that names each subscription that failed and why. */
function describeFailures(
  warehouse: Warehouse,
  status: WarehouseStatus,
): string | undefined {
  const failures = status.subscriptionFailures ?? [];
  if (failures.length === 0) {
    return undefined;
  }
  const each = failures.map(
    ({ subscription, message }) => `${subscription}: ${message}`,
  );
  return `${failures.length} of ${
    warehouse.spec.subscriptions.length
  } subscriptions could not be read: ${each.join('; ')}`;
}

function withConditions(
  status: WarehouseStatus,
  now: string,
  ...drafts: ConditionDraft[]
): WarehouseStatus {
  return {
    ...status,
    conditions: drafts.reduce(
      (conditions, draft) => setCondition(conditions, draft, now),
      status.conditions ?? [],
    ),
  };
}
