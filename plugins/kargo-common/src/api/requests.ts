import { PolicyRule } from '../model/core';
import { RoleClaim } from '../model/KargoRole';

/** Which part of a list, in the words of Kubernetes. @public */
export interface PageQuery {
  /** Only so many, in the order of names; 500 at most. 0 is no limit. */
  limit?: number;
  /** `metadata.continue` of the page before. */
  continue?: string;
}

/** Which projects to list. `page` counts from 0. @public */
export interface ListProjectsQuery {
  /** Part of the name. */
  filter?: string;
  /** Only projects that the caller created or owns in the catalog. */
  mine?: boolean;
  /** Those of the caller before all others. */
  mineFirst?: boolean;
  /** Only projects with one of these uids. */
  uid?: string[];
  pageSize?: number;
  page?: number;
}

/** What becomes of fields of manifests that nobody knows, in the words of Kubernetes. @public */
export interface FieldValidation {
  /**
   * `Strict` refuses them, `Ignore` leaves them out in silence; `Warn`, as without the
   * parameter, leaves them out and says so. Given, results tell their warnings.
   */
  fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
}

/** Whether manifests are stored, in the words of Kubernetes. @public */
export interface ManifestDryRun {
  /** `All` answers what would be stored, or why nothing would be, and stores nothing. */
  dryRun?: 'All';
}

/** Which Freight to list. @public */
export interface QueryFreightQuery {
  /** Only what may be promoted to this Stage. */
  stage?: string;
  /** Names of Warehouses. */
  origins?: string[];
  groupBy?: 'image_repo' | 'git_repo' | 'chart_repo';
  /** Only this group; needs `groupBy`. */
  group?: string;
  /** `tag` needs grouping by image or chart repository. */
  orderBy?: 'first_seen' | 'tag';
  reverse?: boolean;
  /** Only so many, the newest first; 500 at most. Not with `stage` or `groupBy`. */
  newest?: number;
}

/** What to promote: exactly one of the three. @public */
export type PromoteRequest =
  | { freight: string }
  | { freightAlias: string }
  /** `Warehouse/<name>`: whatever automation would choose now; lifts a hold. */
  | { origin: string };

/** What to promote downstream: exactly one of the two. @public */
export type PromoteDownstreamRequest = Exclude<
  PromoteRequest,
  { origin: string }
>;

/** Credentials for repositories. @public */
export interface RepoCredentials {
  type: 'git' | 'helm' | 'image';
  repoUrl: string;
  repoUrlIsRegex?: boolean;
  username: string;
  password: string;
  description?: string;
}

/** Fields of credentials to change; empty ones are kept, but for the description. @public */
export type RepoCredentialsChange = Partial<RepoCredentials>;

/** A Secret of any content. @public */
export interface GenericCredentials {
  /** Replacing, an empty text keeps the value that is stored under the key. */
  data: Record<string, string>;
  description?: string;
  /** Marks the object as meant for every project. */
  replicate?: boolean;
}

/** A Secret of any content under a new name. @public */
export interface NewGenericCredentials extends GenericCredentials {
  name: string;
  /** Kubernetes type; cannot change later. */
  type?: string;
}

/** The content of a ConfigMap. @public */
export interface ConfigMapContent {
  data: Record<string, string>;
  description?: string;
  /** Marks a shared object as meant for every project. */
  replicate?: boolean;
}

/** Entries to set and to remove. @public */
export interface DataChange {
  data?: Record<string, string>;
  removeKeys?: string[];
  /** An empty text clears it. */
  description?: string;
}

/** A role that is made, or what one is to be. @public */
export interface NewRole {
  metadata: {
    name: string;
    namespace?: string;
    annotations?: Record<string, string>;
  };
  claims?: RoleClaim[];
  rules?: PolicyRule[];
}

/** What is given to a role, or taken from it: people, or rights. @public */
export type RoleChange = { role: string } & (
  | { userClaims: { claims: RoleClaim[] } }
  | {
      resourceDetails: {
        /** Plural. */
        resourceType: string;
        resourceName?: string;
        verbs: string[];
      };
    }
);
