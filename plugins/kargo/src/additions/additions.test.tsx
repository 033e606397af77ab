import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { renderTestApp } from '@backstage/frontend-test-utils';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  aFreight,
  aProject,
  aPromotion,
  aStage,
  aWarehouse,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import {
  KargoProjectPageBlueprint,
  KargoPromoteSectionBlueprint,
  KargoSettingsPageBlueprint,
  KargoStageSectionBlueprint,
  KargoStepViewBlueprint,
} from '../index';
import { kargoApiRef } from '../kargoApiRef';
import {
  entityDeliveriesCard,
  entityPipelineContent,
  kargoPage,
  kargoPlugin,
  searchResultType,
  systemContent,
  waitingForYouWidget,
} from '../plugin';

const freight = aFreight('f1', { alias: 'calm-heron', version: '1.2.0' });
const test = aStage('test', { steps: ['acme-notes', 'git-push'] });

const additions = createFrontendModule({
  pluginId: 'kargo',
  extensions: [
    KargoPromoteSectionBlueprint.make({
      name: 'notes',
      params: {
        title: 'Release notes',
        loader: async () => props =>
          (
            <p>{`Notes of ${props.freight.alias} for ${props.stage.metadata.name}`}</p>
          ),
      },
    }),
    KargoPromoteSectionBlueprint.make({
      name: 'elsewhere',
      params: {
        title: 'Only for prod',
        appliesTo: ({ stage }) => stage.metadata.name === 'prod',
        loader: async () => () => <p>Never here</p>,
      },
    }),
    KargoPromoteSectionBlueprint.make({
      name: 'broken',
      params: {
        title: 'Broken',
        loader: async () => () => {
          throw new Error('It broke');
        },
      },
    }),
    KargoStageSectionBlueprint.make({
      name: 'cost',
      params: {
        title: 'Cost',
        loader: async () => props =>
          <p>{`${props.project}/${props.stage.metadata.name} is cheap`}</p>,
      },
    }),
    KargoStepViewBlueprint.make({
      name: 'notes',
      params: {
        title: 'Notes that were written',
        uses: 'acme-notes',
        loader: async () => props =>
          <p>{`${props.step.alias} of ${props.promotion.metadata.name}`}</p>,
      },
    }),
    KargoProjectPageBlueprint.make({
      name: 'calendar',
      params: {
        title: 'Calendar',
        path: 'calendar',
        loader: async () => props => <p>{`Days of ${props.project}`}</p>,
      },
    }),
    KargoSettingsPageBlueprint.make({
      name: 'budget',
      params: {
        title: 'Budget',
        path: 'budget',
        loader: async () => props => <p>{`Budget of ${props.project}`}</p>,
      },
    }),
  ],
});

function open(path: string) {
  const api = FakeKargoApi.create({
    projects: [aProject('shop', [1, 1])],
    stages: [test],
    warehouses: [aWarehouse('web')],
    freight: [freight],
    promotions: [aPromotion('test.1', test, freight)],
  });
  renderTestApp({
    features: [
      kargoPlugin.withOverrides({
        extensions: [
          kargoPage.override({ if: undefined }),
          entityPipelineContent.override({ if: undefined }),
          entityDeliveriesCard.override({ if: undefined }),
          systemContent.override({ if: undefined }),
          waitingForYouWidget.override({ if: undefined }),
          searchResultType.override({ if: undefined }),
        ],
      }),
      additions,
    ],
    initialRouteEntries: [path],
    apis: [
      [kargoApiRef, api.asApi()],
      [catalogApiRef, catalogApiMock()],
    ],
  });
}

describe('a module adds', () => {
  it('a section to the promote dialog, about the Freight that is chosen', async () => {
    open('/kargo/projects/shop?view=list&promote=test');
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Promote to test' }),
    );
    expect(
      await dialog.findByText('Notes of calm-heron for test'),
    ).toBeInTheDocument();
    expect(
      dialog.getByRole('heading', { name: 'Release notes' }),
    ).toBeInTheDocument();
    expect(dialog.queryByText('Only for prod')).not.toBeInTheDocument();
  });

  it('a section that breaks, and the dialog goes on without it', async () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    open('/kargo/projects/shop?view=list&promote=test');
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Promote to test' }),
    );
    expect(await dialog.findAllByText(/It broke/)).not.toHaveLength(0);
    expect(
      dialog.getByRole('button', { name: 'Promote to test' }),
    ).toBeEnabled();
    printed.mockRestore();
  });

  it('a section to the details of a Stage', async () => {
    open('/kargo/projects/shop?view=list&stage=test');
    expect(await screen.findByText('shop/test is cheap')).toBeInTheDocument();
  });

  it('a view of its kind of step, and of no other', async () => {
    open('/kargo/projects/shop/promotions/test.1');
    await userEvent.click(
      await screen.findByRole('button', { name: /acme-notes/ }),
    );
    expect(await screen.findByText('step-1 of test.1')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: /git-push/ }));
    expect(
      screen.getAllByRole('region', { name: 'Notes that were written' }),
    ).toHaveLength(1);
  });

  it('a page to every project', async () => {
    open('/kargo/projects/shop?view=list');
    await userEvent.click(
      await screen.findByRole('link', { name: 'Calendar' }),
    );
    expect(await screen.findByText('Days of shop')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('link', { name: 'shop' }));
    expect(
      await screen.findByRole('heading', { name: 'shop' }),
    ).toBeInTheDocument();
  });

  it('a page to the settings of every project', async () => {
    open('/kargo/projects/shop/settings');
    await userEvent.click(await screen.findByRole('link', { name: 'Budget' }));
    expect(await screen.findByText('Budget of shop')).toBeInTheDocument();
  });
});

it('says that a page which nobody adds does not exist', async () => {
  open('/kargo/projects/shop/pages/nowhere');
  expect(await screen.findByText('There is no such page')).toBeInTheDocument();
});
