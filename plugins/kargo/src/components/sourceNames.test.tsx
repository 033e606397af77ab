import { screen } from '@testing-library/react';
import {
  freightArtifacts,
  freightDifference,
} from 'backstage-plugin-kargo-common';
import { aFreight, aStage, aWarehouse } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { assemblySlots, emptySubscriptions } from '../assembly/assemblyModel';
import { versionMatrices } from '../matrix/versionMatrix';
import { ChangeList } from '../promotion/ChangeList';
import { foundVersions } from '../warehouse/foundVersions';
import { ArtifactTable } from './ArtifactTable';
import { VersionChips } from './VersionChips';

const repoURL = 'registry.example.com/acme/web';
const image = { repoURL, subscriptionName: 'frontend', tag: '1.0.0' };
const content = { images: [image] };
const found = {
  discoveredAt: '2026-01-01T00:00:00Z',
  images: [
    {
      repoURL,
      subscriptionName: 'frontend',
      references: [{ tag: '1.0.0', digest: 'sha256:1' }],
    },
  ],
  git: [{ repoURL: 'https://git/a', subscriptionName: 'config', commits: [] }],
};

describe('the name of a subscription', () => {
  it('stands beside the repository where there is room, and else for it', async () => {
    const artifacts = freightArtifacts(content);
    renderWithKargo(
      <>
        <ArtifactTable artifacts={artifacts} />
        <VersionChips artifacts={artifacts} max={1} />
        <ChangeList changes={freightDifference(undefined, content)} />
      </>,
      FakeKargoApi.create(),
    );
    expect(await screen.findByText(/^frontend · /)).toHaveTextContent(
      `frontend · ${repoURL}`,
    );
    expect(screen.getByTitle('frontend 1.0.0')).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: /frontend/ }),
    ).toBeInTheDocument();
    expect(screen.queryByText('web')).toBeNull();
  });

  it('stands for the repository among versions, found or chosen', () => {
    const freight = { ...aFreight('f'), ...content };
    expect(
      versionMatrices({ stages: [aStage('test')], freight: [freight] }),
    ).toMatchObject([{ source: 'frontend' }]);
    const warehouse = {
      ...aWarehouse('web'),
      status: { discoveredArtifacts: found },
    };
    expect(assemblySlots(warehouse)).toMatchObject([{ source: 'frontend' }]);
    expect(emptySubscriptions(warehouse)).toEqual(['config']);
    expect(foundVersions(found).map(({ source }) => source)).toEqual([
      'frontend',
      'config',
    ]);
  });
});
