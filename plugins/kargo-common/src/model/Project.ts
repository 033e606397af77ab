import { z } from 'zod';
import { Condition } from './conditions';
import { KARGO_API_VERSION } from './kinds';
import { ManifestMetadata, Resource } from './metadata';

/** Status of a Project. @public */
export interface ProjectStatus {
  conditions?: Condition[];
  stats?: {
    warehouses: { count: number; health: { healthy: number } };
    stages: { count: number; health: { healthy: number } };
  };
}

/** A unit of tenancy; its name is the namespace of everything in it. @public */
export interface Project extends Resource {
  kind: 'Project';
  status?: ProjectStatus;
}

/** Manifest of a {@link Project}; it has no spec. @public */
export const ProjectManifest = z.strictObject({
  apiVersion: z.literal(KARGO_API_VERSION),
  kind: z.literal('Project'),
  metadata: ManifestMetadata,
  spec: z.strictObject({}).optional(),
  status: z.unknown().optional(),
});
