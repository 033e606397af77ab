import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useParams } from 'react-router-dom';
import { AddedComponent } from '../additions/AddedComponent';
import { KargoPageAddition } from '../additions/KargoAdditions';
import { useAdditions } from '../additions/useAdditions';
import { PageHead } from '../components/PageHead';
import { EmptyView } from '../components/StateViews';
import { PageTitle, usePageTitle } from '../components/usePageTitle';
import { kargoTranslationRef } from '../translation';

/** Where the pages that modules add have their addresses, below that of the project. */
export const ADDED_PAGES = 'pages';

/** A page of a project that a module adds. */
export function AddedProjectPage() {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project = '', page = '' } = useParams();
  const found = useAdditions('projectPages').find(({ path }) => path === page);
  return found ? (
    <Found project={project} page={found} />
  ) : (
    <>
      <PageTitle parts={[t('states.noPageTitle'), project, 'Kargo']} />
      <EmptyView
        title={t('states.noPageTitle')}
        text={t('states.noPageText')}
      />
    </>
  );
}

function Found(props: { project: string; page: KargoPageAddition }) {
  const { project, page } = props;
  usePageTitle(page.title, project, 'Kargo');
  return (
    <>
      <PageHead above={project} to="../.." title={page.title} />
      <AddedComponent addition={page} about={{ project }} />
    </>
  );
}
