import { NotAllowedError } from '@backstage/errors';
import {
  BasicPermission,
  isResourcePermission,
  Permission,
} from '@backstage/plugin-permission-common';
import {
  AccessVerdict,
  needsOfRules,
  permissionNeeds,
  PolicyRule,
  Project,
  ProjectPermission,
  RuleNeed,
  rulesAllow,
  StagePermission,
} from 'backstage-plugin-kargo-common';
import { OperationNeeds } from '../../logic/roles/operationNeeds';
import {
  KARGO_NAMESPACE,
  SYSTEM_NAMESPACE,
} from '../../logic/sharedNamespaces';
import { Access } from './Access';
import { assertAllowed } from './assertAllowed';
import { describeDenial, describeGrantDenial } from './describeDenial';
import { StageIdentity } from './permissionResources';

/** Rules, and where they hold; everywhere without a namespace. */
export interface PlacedRules {
  namespace?: string;
  rules: readonly PolicyRule[];
}

const EVERYTHING: PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
];

/**
 * What somebody may do whom the plugin itself knows: a role, or the admin account. The
 * portal's policy is not asked: it does not know them.
 */
export class RoleAccess implements Access {
  static create(
    rules: readonly PlacedRules[],
    options: { sharedNamespace: string },
  ): RoleAccess {
    return new RoleAccess(rules, options.sharedNamespace);
  }

  /** Everything, everywhere. */
  static ofAdmin(options: { sharedNamespace: string }): RoleAccess {
    return RoleAccess.create([{ rules: EVERYTHING }], options);
  }

  private constructor(
    private readonly rules: readonly PlacedRules[],
    private readonly sharedNamespace: string,
  ) {}

  prepare(): void {
    // Nobody has to be asked.
  }

  /** Kargo's own terms are finer than the portal's permissions. */
  decideByRules({ place, sets }: OperationNeeds, project?: string): boolean {
    const namespace = {
      project: project ?? '',
      shared: this.sharedNamespace,
      system: SYSTEM_NAMESPACE,
      installation: '',
    }[place];
    if (!this.holdsOne(sets, namespace)) {
      throw new NotAllowedError(describeLack(sets[0]?.[0]));
    }
    return true;
  }

  async mayDo({ name }: BasicPermission): Promise<boolean> {
    return this.holdsOne(permissionNeeds(name), '');
  }

  async demand(permission: BasicPermission): Promise<void> {
    if (!(await this.mayDo(permission))) {
      throw new NotAllowedError(describeDenial(permission));
    }
  }

  async demandAny(permissions: readonly Permission[]): Promise<void> {
    const hasSome = permissions.some(permission =>
      isResourcePermission(permission)
        ? this.rules.length > 0
        : this.holdsOne(permissionNeeds(permission.name), ''),
    );
    if (!hasSome) {
      throw new NotAllowedError(describeDenial(permissions[0]));
    }
  }

  /** A role knows of its own project that it is there, and so does who may get any. */
  async mayRead({ metadata: { name } }: Project): Promise<boolean> {
    return (
      this.rules.some(({ namespace }) => namespace === name) ||
      this.holds({ verb: 'get', resource: 'projects' }, '')
    );
  }

  mayReadAll(projects: Project[]): Promise<boolean[]> {
    return Promise.all(projects.map(project => this.mayRead(project)));
  }

  async onProject(
    permission: ProjectPermission,
    { metadata: { name } }: Project,
  ): Promise<AccessVerdict> {
    return this.holdsOne(permissionNeeds(permission.name), name)
      ? { allowed: true }
      : { allowed: false, reason: describeDenial(permission, { name }) };
  }

  async demandOnProject(
    permission: ProjectPermission,
    project: Project,
  ): Promise<void> {
    assertAllowed(await this.onProject(permission, project));
  }

  async onStages(
    permission: StagePermission,
    stages: StageIdentity[],
  ): Promise<AccessVerdict[]> {
    return stages.map(({ metadata: { name, namespace = '' } }) =>
      this.holdsOne(permissionNeeds(permission.name, name), namespace)
        ? { allowed: true }
        : { allowed: false, reason: describeDenial(permission, { name }) },
    );
  }

  async demandOnStages(
    permission: StagePermission,
    stages: StageIdentity[],
  ): Promise<void> {
    assertAllowed(...(await this.onStages(permission, stages)));
  }

  async demandGrant(
    rules: readonly PolicyRule[],
    project: Project | undefined,
  ): Promise<void> {
    const namespace = project?.metadata.name;
    for (const need of needsOfRules(rules)) {
      const isHeld =
        namespace === undefined
          ? this.holdsEverywhere(need)
          : this.holds(need, namespace);
      if (!isHeld) {
        throw new NotAllowedError(describeGrantDenial(need));
      }
    }
  }

  async findOwnersOf(): Promise<string[]> {
    return [];
  }

  async ownersOf(): Promise<string[]> {
    return [];
  }

  async unconfirmedEntities(): Promise<string[]> {
    return [];
  }

  async claims(): Promise<Set<string>> {
    return new Set();
  }

  private holdsOne(
    sets: readonly (readonly RuleNeed[])[],
    namespace: string,
  ): boolean {
    return sets.some(set => set.every(need => this.holds(need, namespace)));
  }

  private holds(need: RuleNeed, namespace: string): boolean {
    return this.rules.some(
      placed =>
        (placed.namespace === undefined || placed.namespace === namespace) &&
        rulesAllow(placed.rules, need),
    );
  }

  private holdsEverywhere(need: RuleNeed): boolean {
    return this.holds(need, KARGO_NAMESPACE);
  }
}

/** @param need - what is missing; absent where no role helps */
function describeLack(need: RuleNeed | undefined): string {
  if (!need) {
    return 'You may not do this with a token of Kargo. Ask an administrator to do it in the portal';
  }
  const { verb, resource, name } = need;
  const what = name === undefined ? resource : `${resource}/${name}`;
  return `You may not '${verb}' ${what}. Ask an administrator for a role that allows it`;
}
