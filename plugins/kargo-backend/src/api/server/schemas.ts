import {
  ExplanationAnswer,
  KindName,
  MANIFESTS,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import {
  ConfigMapBody,
  DataPatch,
  GenericCredentialsBody,
  NewConfigMapBody,
  NewGenericCredentialsBody,
  NewRepoCredentialsBody,
  RepoCredentialsBody,
  RepoCredentialsPatch,
} from '../resources/dataBodies';
import {
  DryRunAnswer,
  WarehouseDryRunAnswer,
} from '../resources/dryRunAnswers';
import {
  PromoteBody,
  PromoteDownstreamBody,
} from '../resources/promotionBodies';
import { RoleAnswer, RoleOrResourcesAnswer } from '../resources/roleAnswers';
import {
  NewTokenBody,
  RoleBody,
  RoleChangeBody,
} from '../resources/roleBodies';

/** An object of a kind as the API answers it: what the store adds is always there. */
function stored(kind: KindName) {
  return MANIFESTS[kind];
}

function listOf(kind: KindName) {
  return z.object({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.object({
      resourceVersion: z.string().describe('Where a watch may start'),
      continue: z
        .string()
        .optional()
        .describe('Where the next page begins, if `limit` left something out'),
    }),
    items: z.array(stored(kind)),
  });
}

const verdict = z.object({
  allowed: z.boolean(),
  reason: z.string().optional().describe('Why not, and whom to ask'),
});

const resource = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

const listOfAny = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ resourceVersion: z.string() }),
  items: z.array(resource),
});

const commits = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      subject: z.string(),
      author: z.string(),
      committedAt: z.string().describe('RFC 3339'),
    }),
  ),
  isCut: z.boolean().describe('Whether there are more than are listed'),
});

/** Every schema that requests and answers refer to, by its name in the OpenAPI document. */
export const SCHEMAS = {
  Error: z.object({
    error: z.string().describe('One sentence for a person'),
    problems: z
      .array(
        z.object({
          path: z.string(),
          found: z.string(),
          expected: z.string(),
        }),
      )
      .optional()
      .describe('Everything that is wrong with a refused manifest'),
  }),

  Project: stored('Project'),
  ProjectList: z.object({
    items: z.array(stored('Project')),
    total: z.number().int(),
    mine: z
      .number()
      .int()
      .optional()
      .describe('With mineFirst: how many of all come first as the caller’s'),
  }),
  ProjectSummaries: z.object({
    items: z.array(
      z.object({
        project: z.string(),
        stages: z.object({
          count: z
            .number()
            .int()
            .describe('All but those that only let Freight through'),
          healthy: z
            .number()
            .int()
            .describe(
              'Of these, whose health is good and that nobody has to look at',
            ),
          empty: z
            .number()
            .int()
            .describe('Of these, that hold nothing and where nothing failed'),
          failing: z
            .number()
            .int()
            .describe('Of these, that somebody has to look at'),
          passThrough: z
            .number()
            .int()
            .describe('That only let Freight through'),
        }),
        lastPromotion: z
          .object({
            name: z.string(),
            stage: z.string(),
            finishedAt: z.string().describe('RFC 3339'),
          })
          .optional()
          .describe('The one that ended last'),
        forCaller: z
          .array(
            z.object({
              kind: z
                .enum(['failed', 'approve', 'held', 'promote'])
                .describe(
                  'A failure to see to, Freight to approve, automation to resume, Freight to promote',
                ),
              failed: z
                .enum(['promotion', 'verification'])
                .optional()
                .describe('What failed, of a failure'),
              stage: z.string(),
              freight: z.string().optional().describe('Its name'),
              version: z.string().optional(),
            }),
          )
          .describe('What waits for the caller, the most pressing first'),
        forOthers: z.object({
          count: z.number().int(),
          owners: z
            .array(z.string())
            .describe('Entity references, as far as they are known'),
        }),
      }),
    ),
  }),
  ProjectConfig: stored('ProjectConfig'),
  ClusterConfig: stored('ClusterConfig'),
  SystemAccess: z.object({
    projects: z.object({ create: verdict }),
    shared: z
      .object({ manage: verdict })
      .describe(
        'What all projects share, and the configuration of the installation',
      ),
  }),
  ProjectAccess: z.object({
    project: z.object({ manage: verdict, alias: verdict.optional() }),
    stages: z.record(
      z.string(),
      z.object({
        promote: verdict,
        approve: verdict,
        verify: verdict.optional().describe('Told of one Stage alone'),
        abort: verdict.optional().describe('Told of one Stage alone'),
        owners: z.array(z.string()).optional(),
        isOwner: z
          .boolean()
          .optional()
          .describe(
            'That the caller, to whom something is refused, is one of the owners',
          ),
      }),
    ),
    unconfirmedEntities: z
      .array(z.string())
      .optional()
      .describe(
        'Catalog entities that name the project without being confirmed by it; whoever may not manage it sees only their own',
      ),
  }),
  WebhookDeliveries: z.object({
    items: z.array(
      z.object({
        receiver: z.string(),
        type: z.string(),
        at: z.string().describe('RFC 3339'),
        event: z.string().describe("In the sender's word"),
        status: z.number().int().describe('Of the HTTP answer'),
        outcome: z.enum(['Refreshed', 'Ignored', 'Refused', 'Failed']),
        message: z.string(),
      }),
    ),
  }),
  Event: stored('Event'),
  EventList: listOf('Event'),
  SearchResults: z.object({
    items: z.array(
      z.object({
        kind: z.enum(['Stage', 'Freight', 'Promotion']),
        project: z.string(),
        name: z.string(),
        alias: z.string().optional(),
        versions: z.array(z.string()).optional().describe('Of Freight'),
      }),
    ),
    isCut: z.boolean().describe('Whether there may be more than are listed'),
  }),
  ImageMatrix: z.record(
    z.string(),
    z.object({
      tags: z.record(
        z.string(),
        z.object({
          stages: z
            .record(z.string(), z.number().int().min(0))
            .describe('0 is what the Stage holds now, larger is longer ago'),
        }),
      ),
    }),
  ),

  Warehouse: stored('Warehouse'),
  WarehouseList: listOf('Warehouse'),
  WarehouseDryRun: WarehouseDryRunAnswer,
  Freight: stored('Freight'),
  FreightGroups: z.object({
    groups: z.record(
      z.string(),
      z.object({ items: z.array(stored('Freight')) }),
    ),
    resourceVersion: z
      .string()
      .describe('Empty when the set was computed and cannot be watched'),
  }),
  FreightCommits: z.object({
    repositories: z.array(
      z.object({
        repoURL: z.string(),
        from: z.string(),
        to: z.string(),
        added: commits
          .optional()
          .describe('What the Freight has and the Stage has not, newest first'),
        removed: commits
          .optional()
          .describe('What the Stage has and the Freight has not, newest first'),
        unknown: z.string().optional().describe('Why the history is not known'),
      }),
    ),
  }),
  Explanation: ExplanationAnswer,
  Stage: stored('Stage'),
  StageList: listOf('Stage'),
  Promotion: stored('Promotion'),
  PromotionList: listOf('Promotion'),
  PromoteBody,
  PromotionDryRun: DryRunAnswer,
  PromotionConfigs: z.object({
    steps: z.array(
      z.object({
        alias: z.string(),
        config: z.record(z.string(), z.json()).optional(),
        unknown: z
          .string()
          .optional()
          .describe('Why there is none: it holds secrets, or is not known'),
      }),
    ),
  }),
  PromoteDownstreamBody,
  PromoteDownstreamAnswer: z.object({
    promotions: z.array(stored('Promotion')),
    errors: z
      .string()
      .optional()
      .describe('What could not be created, one line each'),
  }),
  PromotionTask: stored('PromotionTask'),
  PromotionTaskList: listOf('PromotionTask'),
  ClusterPromotionTask: stored('ClusterPromotionTask'),
  ClusterPromotionTaskList: listOf('ClusterPromotionTask'),
  AnalysisTemplate: stored('AnalysisTemplate'),
  AnalysisTemplateList: listOf('AnalysisTemplate'),
  ClusterAnalysisTemplate: stored('ClusterAnalysisTemplate'),
  ClusterAnalysisTemplateList: listOf('ClusterAnalysisTemplate'),
  AnalysisRun: stored('AnalysisRun'),

  Secret: resource.describe(
    'Values are shown only of repoURL, repoURLIsRegex and username',
  ),
  SecretList: listOfAny,
  ConfigMap: stored('ConfigMap'),
  ConfigMapList: listOf('ConfigMap'),
  RepoCredentialsBody,
  NewRepoCredentialsBody,
  RepoCredentialsPatch,
  GenericCredentialsBody,
  NewGenericCredentialsBody,
  ConfigMapBody,
  NewConfigMapBody,
  DataPatch,

  Role: RoleAnswer,
  RoleOrResources: RoleOrResourcesAnswer,
  RoleList: z.array(RoleOrResourcesAnswer),
  RoleBody,
  RoleChangeBody,
  NewTokenBody,

  Links: z.object({
    links: z.array(
      z.object({
        title: z.string(),
        url: z.string(),
        description: z.string().optional(),
      }),
    ),
    errors: z.array(z.string()).optional(),
  }),
  ResourceResults: z.object({
    results: z
      .array(
        z.object({
          createdResourceManifest: resource.optional(),
          updatedResourceManifest: resource.optional(),
          deletedResourceManifest: resource.optional(),
          error: z.string().optional(),
          warnings: z.array(z.string()).optional(),
        }),
      )
      .describe(
        'One per document, in their order but for Projects: those come first, or last when they are deleted',
      ),
  }),

  Login: z.object({ idToken: z.string() }),
  PublicServerConfig: z.object({
    adminAccountEnabled: z.boolean(),
    skipAuth: z.boolean(),
    oidcConfig: z
      .object({
        issuerUrl: z.string(),
        clientId: z.string(),
        cliClientId: z.string(),
        scopes: z.array(z.string()),
      })
      .optional(),
  }),
  OAuthClient: z.object({
    client_id: z.string(),
    client_name: z.string(),
    redirect_uris: z.array(z.string()),
    response_types: z.array(z.string()),
    grant_types: z.array(z.string()),
    token_endpoint_auth_method: z.string(),
    scope: z.string(),
  }),
  ServerVersion: z.object({
    version: z.string(),
    buildDate: z.string(),
    gitCommit: z.string(),
    gitTreeDirty: z.boolean(),
    goVersion: z.string(),
    compiler: z.string(),
    platform: z.string(),
  }),
  ControllerHeartbeats: z.object({
    heartbeats: z.record(
      z.string(),
      z.object({
        controller: z.string(),
        status: z.enum(['Alive', 'Dead']),
        timestamp: z.string(),
      }),
    ),
    defaultController: z.string(),
  }),
  ServerConfig: z.object({
    argocdShards: z
      .record(
        z.string(),
        z.object({
          url: z.string().describe("Argo CD's pages; empty when not known"),
          namespace: z.string(),
        }),
      )
      .describe('The Argo CDs of Stages, by shard'),
    secretManagementEnabled: z.boolean(),
    kargoNamespace: z.string(),
    systemResourcesNamespace: z.string(),
    sharedResourcesNamespace: z.string(),
    hasAnalysisRunLogsUrlTemplate: z.boolean(),
  }),
  StepKinds: z.object({
    items: z.array(
      z.object({
        name: z.string().describe('What `uses` of a step says'),
        description: z.string(),
        config: z
          .record(z.string(), z.unknown())
          .describe(
            'JSON Schema of what `config` holds when its expressions are evaluated',
          ),
      }),
    ),
  }),
  Readiness: z.object({ status: z.literal('ok') }),
  EngineHealth: z.object({
    state: z.enum(['starting', 'running', 'impaired', 'stopped']),
    since: z.string().describe('RFC 3339'),
    message: z
      .string()
      .optional()
      .describe('What is wrong and what happens next; absent while it runs'),
  }),
} as const satisfies Record<string, z.ZodType>;

/** Name of a schema of the API. */
export type SchemaName = keyof typeof SCHEMAS;
