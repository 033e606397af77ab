import {
  BackstageCredentials,
  PermissionsService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  AuthorizeResult,
  BasicPermission,
  ConditionalPolicyDecision,
  isResourcePermission,
  Permission,
  PolicyDecision,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  createConditionAuthorizer,
  PermissionRuleset,
} from '@backstage/plugin-permission-node';
import DataLoader from 'dataloader';
import {
  AccessVerdict,
  EntityClaim,
  kargoProjectReadPermission,
  needsOfRules,
  PolicyRule,
  Project,
  ProjectPermission,
  RoleGrant,
  RuleNeed,
  Stage,
  StagePermission,
} from 'backstage-plugin-kargo-common';
import {
  HAS_KARGO_ROLE,
  KargoProjectPermissionResource,
  KargoStagePermissionResource,
} from 'backstage-plugin-kargo-node';
import { GrantAsk, grantAsk } from '../../logic/roles/grantAsk';
import { loadRoleGrants } from '../resources/roles';
import { Access } from './Access';
import { assertAllowed } from './assertAllowed';
import { hasNegation, hasRule } from './conditions';
import { decided } from './decided';
import { describeDenial, describeGrantDenial } from './describeDenial';
import {
  PermissionResourceSources,
  projectPermissionResource,
  projectsNamed,
  StageIdentity,
  stagePermissionResource,
} from './permissionResources';

/** What permission questions need. */
export interface AccessOptions extends PermissionResourceSources {
  permissions: PermissionsService;
  projectRules: PermissionRuleset<KargoProjectPermissionResource>;
  stageRules: PermissionRuleset<KargoStagePermissionResource>;
  userInfo: UserInfoService;
}

/**
 * What somebody whom the portal knows may do.
 *
 * @remarks
 * The portal's policy is asked once per permission. It answers with conditions, and
 * those are applied here to as many projects and Stages as the request is about.
 */
export class PolicyAccess implements Access {
  private readonly decisions = new Map<string, Promise<PolicyDecision>>();
  private ownClaims: Promise<Set<string>> | undefined;
  /** What several permissions ask for at the same time is read once; not kept: it may change. */
  private readonly projects = new DataLoader<string, Project | undefined>(
    async names => {
      const found = await projectsNamed(this.options.store, names);
      return names.map(name => found.get(name));
    },
    { cache: false },
  );
  private readonly roles = new DataLoader<Project, RoleGrant[]>(
    async projects => {
      const named = new Map(projects.map(one => [one.metadata.name, one]));
      const { store } = this.options;
      const grants = await loadRoleGrants(store, [...named.values()]);
      return projects.map(({ metadata }) => grants.get(metadata.name) ?? []);
    },
    { cache: false },
  );

  static create(
    options: AccessOptions,
    credentials: BackstageCredentials,
  ): PolicyAccess {
    return new PolicyAccess(options, credentials);
  }

  private constructor(
    private readonly options: AccessOptions,
    private readonly credentials: BackstageCredentials,
  ) {}

  /** Asks the policy about several permissions in one request. */
  prepare(permissions: Array<ProjectPermission | StagePermission>): void {
    const missing = permissions.filter(
      permission => !this.decisions.has(permission.name),
    );
    if (missing.length === 0) {
      return;
    }
    const answers = decided(
      this.options.permissions.authorizeConditional(
        missing.map(permission => ({ permission })),
        { credentials: this.credentials },
      ),
    );
    missing.forEach((permission, index) => {
      const decision = answers.then(all => all[index]);
      // Whoever asks for it sees the failure; nobody has to.
      decision.catch(() => undefined);
      this.decisions.set(permission.name, decision);
    });
  }

  /** The policy of the portal is asked about permissions instead. */
  decideByRules(): boolean {
    return false;
  }

  async mayDo(permission: BasicPermission): Promise<boolean> {
    const [decision] = await decided(
      this.options.permissions.authorize([{ permission }], {
        credentials: this.credentials,
      }),
    );
    return decision.result === AuthorizeResult.ALLOW;
  }

  /** @throws NotAllowedError */
  async demand(permission: BasicPermission): Promise<void> {
    if (!(await this.mayDo(permission))) {
      throw new NotAllowedError(describeDenial(permission));
    }
  }

  /**
   * Refuses whoever has none of the permissions anywhere.
   *
   * @throws NotAllowedError about the first one
   */
  async demandAny(permissions: readonly Permission[]): Promise<void> {
    const { permissions: policy } = this.options;
    const options = { credentials: this.credentials };
    const onResources = permissions.filter(permission =>
      isResourcePermission(permission),
    ) as ResourcePermission[];
    const asked = Promise.all([
      policy.authorize(
        permissions
          .filter(permission => !isResourcePermission(permission))
          .map(permission => ({ permission: permission as BasicPermission })),
        options,
      ),
      policy.authorizeConditional(
        onResources.map(permission => ({ permission })),
        options,
      ),
    ]);
    const decisions = await decided(asked);
    if (
      decisions.flat().every(({ result }) => result === AuthorizeResult.DENY)
    ) {
      throw new NotAllowedError(describeDenial(permissions[0]));
    }
  }

  async mayRead(project: Project): Promise<boolean> {
    const [allowed] = await this.mayReadAll([project]);
    return allowed;
  }

  /** One answer per project, in the same order. */
  mayReadAll(projects: Project[]): Promise<boolean[]> {
    return this.judgeProjects(kargoProjectReadPermission, projects);
  }

  async onProject(
    permission: ProjectPermission,
    project: Project,
  ): Promise<AccessVerdict> {
    const [allowed] = await this.judgeProjects(permission, [project]);
    return allowed
      ? { allowed }
      : { allowed, reason: await this.describe(permission, project) };
  }

  /** @throws NotAllowedError with a reason that names whom to ask. */
  async demandOnProject(
    permission: ProjectPermission,
    project: Project,
  ): Promise<void> {
    assertAllowed(await this.onProject(permission, project));
  }

  /** One verdict per Stage, in the same order. */
  async onStages(
    permission: StagePermission,
    stages: StageIdentity[],
  ): Promise<AccessVerdict[]> {
    const allowed = await this.judgeStages(permission, stages);
    if (allowed.every(Boolean)) {
      return stages.map(() => ({ allowed: true }));
    }
    const projects = await this.projectsOf(stages);
    return Promise.all(
      stages.map(async (stage, index) => {
        const project = projects.get(stage.metadata.namespace ?? '');
        return allowed[index]
          ? { allowed: true }
          : {
              allowed: false,
              reason: await this.describe(permission, project, stage),
            };
      }),
    );
  }

  /** @throws NotAllowedError with a reason that names whom to ask. */
  async demandOnStages(
    permission: StagePermission,
    stages: StageIdentity[],
  ): Promise<void> {
    assertAllowed(...(await this.onStages(permission, stages)));
  }

  /** Owners for display: none when the catalog cannot say. */
  async ownersOf(project: Project, stage?: StageIdentity): Promise<string[]> {
    return (await this.findOwnersOf(project, stage)) ?? [];
  }

  /** Owners; `undefined` when the catalog cannot say. */
  async findOwnersOf(
    project: Project,
    stage?: StageIdentity,
  ): Promise<string[] | undefined> {
    try {
      return await this.options.linkedEntities.ownersOf(project, stage);
    } catch {
      // A sentence without names is still an answer; a failed one is none.
      return undefined;
    }
  }

  /**
   * Entities whose claim on a project gives nothing, for display: all of them, or only
   * those of the caller. None when the catalog cannot say.
   */
  async unconfirmedEntities(
    project: Project,
    stages: Stage[],
    of: 'everybody' | 'caller',
  ): Promise<string[]> {
    const { linkedEntities } = this.options;
    let claims: EntityClaim[];
    try {
      claims = await linkedEntities.unconfirmedClaims(project, stages);
    } catch {
      // As above.
      return [];
    }
    const own = of === 'caller' ? await this.claims() : undefined;
    return claims
      .filter(({ owners }) => !own || owners.some(owner => own.has(owner)))
      .map(({ entity }) => entity)
      .sort();
  }

  private async describe(
    permission: ProjectPermission | StagePermission,
    project: Project | undefined,
    stage?: StageIdentity,
  ): Promise<string> {
    const name = (stage ?? project)?.metadata.name ?? '';
    const owners = project ? await this.ownersOf(project, stage) : [];
    const claims = owners.length > 0 ? await this.claims() : new Set<string>();
    const isOwner = owners.some(owner => claims.has(owner));
    return describeDenial(permission, { name, owners, isOwner });
  }

  /**
   * Entity references that the caller acts for, in lower case. Only people own things in
   * the catalog; services have none.
   */
  claims(): Promise<Set<string>> {
    this.ownClaims ??= this.loadClaims();
    return this.ownClaims;
  }

  private async loadClaims(): Promise<Set<string>> {
    const { principal } = this.credentials;
    const isUser = (principal as { type?: unknown }).type === 'user';
    const refs = isUser
      ? (await this.options.userInfo.getUserInfo(this.credentials))
          .ownershipEntityRefs
      : [];
    return new Set(refs.map(ref => ref.toLocaleLowerCase('en-US')));
  }

  private async judgeProjects(
    permission: ProjectPermission,
    projects: Project[],
  ): Promise<boolean[]> {
    const decision = await this.decide(permission);
    if (decision.result !== AuthorizeResult.CONDITIONAL) {
      return projects.map(() => decision.result === AuthorizeResult.ALLOW);
    }
    const { linkedEntities, projectRules } = this.options;
    const isAllowed = createConditionAuthorizer(projectRules);
    const roles = await this.rolesFor(decision, projects);
    return Promise.all(
      projects.map(async project =>
        isAllowed(
          decision,
          await projectPermissionResource(
            project,
            linkedEntities,
            roles.get(project.metadata.name),
          ),
        ),
      ),
    );
  }

  private async judgeStages(
    permission: StagePermission,
    stages: StageIdentity[],
  ): Promise<boolean[]> {
    const decision = await this.decide(permission);
    if (decision.result !== AuthorizeResult.CONDITIONAL) {
      return stages.map(() => decision.result === AuthorizeResult.ALLOW);
    }
    const { linkedEntities, stageRules } = this.options;
    const isAllowed = createConditionAuthorizer(stageRules);
    const projects = await this.projectsOf(stages);
    const roles = await this.rolesFor(decision, [...projects.values()]);
    return Promise.all(
      stages.map(async stage => {
        const { namespace = '' } = stage.metadata;
        return isAllowed(
          decision,
          await stagePermissionResource(
            stage,
            projects.get(namespace),
            linkedEntities,
            roles.get(namespace),
          ),
        );
      }),
    );
  }

  /** The roles of projects, if a decision asks for them. */
  private async rolesFor(
    decision: ConditionalPolicyDecision,
    projects: readonly Project[],
  ): Promise<Map<string, RoleGrant[]>> {
    if (!hasRule(decision.conditions, HAS_KARGO_ROLE)) {
      return new Map();
    }
    const grants = await Promise.all(
      projects.map(project => this.roles.load(project)),
    );
    return new Map(
      projects.map(({ metadata }, index) => [metadata.name, grants[index]]),
    );
  }

  /** The projects of Stages by name. */
  private async projectsOf(
    stages: readonly StageIdentity[],
  ): Promise<Map<string, Project>> {
    const names = [
      ...new Set(stages.map(({ metadata: { namespace = '' } }) => namespace)),
    ];
    const found = await Promise.all(
      names.map(name => this.projects.load(name)),
    );
    return new Map(
      found.flatMap(project =>
        project ? [[project.metadata.name, project]] : [],
      ),
    );
  }

  async demandGrant(
    rules: readonly PolicyRule[],
    project: Project | undefined,
  ): Promise<void> {
    // Many rights come to the same question, which may cost reads of the database.
    const asked = new Set<string>();
    for (const need of needsOfRules(rules)) {
      const ask = grantAsk(need);
      const question = JSON.stringify([
        ask.permission.name,
        ask.on === 'stages' && need.name,
      ]);
      if (!asked.has(question) && !(await this.mayGive(ask, need, project))) {
        throw new NotAllowedError(describeGrantDenial(need));
      }
      asked.add(question);
    }
  }

  /**
   * Whether the caller has a right that a role is to have. Rights in all projects have
   * only those whom the policy asks for no conditions.
   */
  private async mayGive(
    ask: GrantAsk,
    need: RuleNeed,
    project: Project | undefined,
  ): Promise<boolean> {
    if (ask.on === 'installation') {
      // What a role of a project says of the installation has no effect.
      return project !== undefined || this.mayDo(ask.permission);
    }
    const { result } = await this.decide(ask.permission);
    if (result !== AuthorizeResult.CONDITIONAL || !project) {
      return result === AuthorizeResult.ALLOW;
    }
    if (ask.on === 'project') {
      const [allowed] = await this.judgeProjects(ask.permission, [project]);
      return allowed;
    }
    return this.mayGiveOnStages(ask.permission, project, need.name);
  }

  /** A right on all Stages is one on those that will be made, too, whatever their names. */
  private async mayGiveOnStages(
    permission: StagePermission,
    project: Project,
    name: string | undefined,
  ): Promise<boolean> {
    const namespace = project.metadata.name;
    const decision = await this.decide(permission);
    if (
      name === undefined &&
      decision.result === AuthorizeResult.CONDITIONAL &&
      hasNegation(decision.conditions)
    ) {
      return false;
    }
    const { items } = await this.options.store.list('Stage', {
      namespace,
      names: [name ?? ''],
    });
    const [stage = { metadata: { name: name ?? '', namespace } }] = items;
    const [allowed] = await this.judgeStages(permission, [stage]);
    return allowed;
  }

  private async decide(
    permission: ProjectPermission | StagePermission,
  ): Promise<PolicyDecision> {
    this.prepare([permission]);
    const decision = await this.decisions.get(permission.name);
    return decision ?? { result: AuthorizeResult.DENY };
  }
}
