import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  buildStageGraph,
  orderStages,
  Stage,
} from 'backstage-plugin-kargo-common';
import { useMemo, useState } from 'react';
import { useParams } from 'react-router-dom';
import { PageHead } from '../components/PageHead';
import { EmptyView, SkeletonRows } from '../components/StateViews';
import { SwitchInput } from '../components/SwitchInput';
import { usePageTitle } from '../components/usePageTitle';
import { ProjectErrorView } from '../project/ProjectErrorView';
import { Pipeline, usePipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { versionMatrices } from './versionMatrix';
import { VersionMatrixTable } from './VersionMatrixTable';

/** Which version of each artifact runs and ran in which Stage of a project. */
export function VersionsPage() {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project = '' } = useParams();
  const { pipeline, error, reload } = usePipeline({ project });
  usePageTitle(t('matrix.title'), project, 'Kargo');
  return (
    <>
      <PageHead above={project} to=".." title={t('matrix.title')} />
      {pipeline && <Versions pipeline={pipeline} />}
      {!pipeline && error && (
        <ProjectErrorView project={project} error={error} onRetry={reload} />
      )}
      {!pipeline && !error && <SkeletonRows rows={6} />}
    </>
  );
}

function Versions(props: { pipeline: Pipeline }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline } = props;
  const [showsAll, setShowsAll] = useState(false);
  const matrices = useMemo(
    () =>
      versionMatrices({
        stages: stagesInOrder(pipeline),
        freight: pipeline.freight,
      }),
    [pipeline],
  );
  if (matrices.length === 0) {
    return (
      <EmptyView
        title={t('states.emptyFreightTitle')}
        text={t('states.emptyFreightText')}
      />
    );
  }
  return (
    <>
      <SwitchInput
        label={t('matrix.showAll')}
        isOn={showsAll}
        onChange={setShowsAll}
      />
      {matrices.map(matrix => (
        <VersionMatrixTable
          key={matrix.key}
          matrix={matrix}
          showsAll={showsAll}
        />
      ))}
    </>
  );
}

function stagesInOrder(pipeline: Pipeline): Stage[] {
  const order = orderStages(buildStageGraph(pipeline));
  const rank = new Map(order.map((name, index) => [name, index]));
  const rankOf = ({ metadata }: Stage) => rank.get(metadata.name) ?? 0;
  return [...pipeline.stages].sort((a, b) => rankOf(a) - rankOf(b));
}
