import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Alert from '@material-ui/lab/Alert';
import { createContext, ReactNode, useContext } from 'react';
import { PageTitle } from '../components/usePageTitle';
import { useProjectPresence } from '../queries/useProjectPresence';
import { kargoTranslationRef } from '../translation';
import { MissingProject } from './ProjectErrorView';

const Leaving = createContext(false);

/** Whether the project around is being deleted. */
export function useIsProjectLeaving(): boolean {
  return useContext(Leaving);
}

/** What is about a project, as long as there is one; says at once when it goes. */
export function ProjectGate(props: {
  project: string;
  /** Whether it is a page of its own, which names the browser's tab. */
  isPage?: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project, children } = props;
  const { isThere, isLeaving, wasThere, reload } = useProjectPresence(project);
  if (!isThere) {
    return (
      <>
        {props.isPage && <PageTitle parts={[project, 'Kargo']} />}
        <MissingProject
          project={project}
          wasThere={wasThere}
          onRetry={reload}
        />
      </>
    );
  }
  return (
    <Leaving.Provider value={isLeaving}>
      {isLeaving && (
        <Alert severity="info">{t('states.leavingProject', { project })}</Alert>
      )}
      {children}
    </Leaving.Provider>
  );
}
