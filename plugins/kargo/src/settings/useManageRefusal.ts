import { useRefusal } from '../components/useRefusal';
import { useAccess } from '../queries/usePipeline';
import { useSystemAccess } from '../queries/useSystemAccess';

/** Why the viewer may not manage a project; `undefined` while they may, or it is unknown. */
export function useManageRefusal(project: string): string | undefined {
  return useRefusal(useAccess(project)?.project.manage);
}

/** Why the viewer may not change what all projects share, in the same way. */
export function useSharedRefusal(): string | undefined {
  return useRefusal(useSystemAccess()?.shared.manage);
}
