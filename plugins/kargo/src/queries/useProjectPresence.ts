import { isKargoRequestError } from 'backstage-plugin-kargo-common';
import { useEffect, useState } from 'react';
import { kargoKeys } from './keys';
import { useLiveList } from './useLiveList';

/** What is known of whether a project is there. */
export interface ProjectPresence {
  /** Also while it is unknown, and when it could not be found out. */
  isThere: boolean;
  /** Whether it is being deleted: what is in it goes first. */
  isLeaving: boolean;
  /** Whether it was there while somebody looked. */
  wasThere: boolean;
  reload: () => void;
}

/** Follows whether a project is there, so that pages say at once when it goes. */
export function useProjectPresence(project: string): ProjectPresence {
  const { items, error, reload } = useLiveList<'projects'>({
    queryKey: kargoKeys.presence(project),
    request: { project, kind: 'projects' },
    list: async (api, signal) => {
      const { object, resourceVersion } = await api.read(
        'getProject',
        { project },
        { signal },
      );
      return { items: [object], resourceVersion };
    },
  });
  const found = items?.at(0);
  const [seen, setSeen] = useState<string>();
  useEffect(() => {
    if (found) {
      setSeen(project);
    }
  }, [found, project]);
  return {
    isThere: items?.length !== 0 && !isKargoRequestError(error, 404),
    isLeaving: found?.metadata.deletionTimestamp !== undefined,
    wasThere: seen === project,
    reload,
  };
}
