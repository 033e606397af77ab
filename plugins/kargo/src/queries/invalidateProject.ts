import { QueryClient } from '@tanstack/react-query';
import { kargoKeys } from './keys';

/** Lets everything load again that tells of a project. */
export async function invalidateProject(
  client: QueryClient,
  project: string,
): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ['kargo', project] }),
    client.invalidateQueries({ queryKey: kargoKeys.summaries([]) }),
  ]);
}
