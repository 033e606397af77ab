import {
  BasicPermission,
  Permission,
} from '@backstage/plugin-permission-common';
import {
  AccessVerdict,
  PolicyRule,
  Project,
  ProjectPermission,
  Stage,
  StagePermission,
} from 'backstage-plugin-kargo-common';
import { OperationNeeds } from '../../logic/roles/operationNeeds';
import { StageIdentity } from './permissionResources';

/** What one caller may do, for the length of one request. */
export interface Access {
  /** Says what will be asked, so that it can be found out at once. */
  prepare(permissions: Array<ProjectPermission | StagePermission>): void;
  /**
   * Decides about an operation by rules of roles, where those are all that counts.
   *
   * @param project - that the operation is about
   * @returns whether it did, so that no permission need be asked
   * @throws NotAllowedError
   */
  decideByRules(needs: OperationNeeds, project?: string): boolean;
  mayDo(permission: BasicPermission): Promise<boolean>;
  /** @throws NotAllowedError */
  demand(permission: BasicPermission): Promise<void>;
  /**
   * Refuses whoever has none of the permissions anywhere.
   *
   * @throws NotAllowedError about the first one
   */
  demandAny(permissions: readonly Permission[]): Promise<void>;
  mayRead(project: Project): Promise<boolean>;
  /** One answer per project, in the same order. */
  mayReadAll(projects: Project[]): Promise<boolean[]>;
  onProject(
    permission: ProjectPermission,
    project: Project,
  ): Promise<AccessVerdict>;
  /** @throws NotAllowedError with a reason that names whom to ask. */
  demandOnProject(
    permission: ProjectPermission,
    project: Project,
  ): Promise<void>;
  /** One verdict per Stage, in the same order. */
  onStages(
    permission: StagePermission,
    stages: StageIdentity[],
  ): Promise<AccessVerdict[]>;
  /** @throws NotAllowedError with a reason that names whom to ask. */
  demandOnStages(
    permission: StagePermission,
    stages: StageIdentity[],
  ): Promise<void>;
  /**
   * Refuses whoever lacks a right that a role is to have, in a project or, without one, in
   * all of them: nobody gives away more than they have.
   *
   * @throws NotAllowedError that names the right
   */
  demandGrant(
    rules: readonly PolicyRule[],
    project: Project | undefined,
  ): Promise<void>;
  /** Owners for display: none when the catalog cannot say. */
  ownersOf(project: Project, stage?: StageIdentity): Promise<string[]>;
  /** Owners; `undefined` when the catalog cannot say. */
  findOwnersOf(
    project: Project,
    stage?: StageIdentity,
  ): Promise<string[] | undefined>;
  /**
   * Entities whose claim on a project gives nothing, for display: all of them, or only
   * those of the caller. None when the catalog cannot say.
   */
  unconfirmedEntities(
    project: Project,
    stages: Stage[],
    of: 'everybody' | 'caller',
  ): Promise<string[]>;
  /**
   * Entity references that the caller acts for, in lower case. Only people own things in
   * the catalog; services have none.
   */
  claims(): Promise<Set<string>>;
}
