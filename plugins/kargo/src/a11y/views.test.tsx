import { Entity } from '@backstage/catalog-model';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  aFreight,
  aProject,
  aPromotion,
  aStage,
  aSummary,
  aWarehouse,
  holding,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { aConfigMap, aRole, aSecret } from '../../dev/testing/FakeSettings';
import { findObstacles } from '../../dev/testing/findObstacles';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { WaitingForYou } from '../home/WaitingForYou';
import { EntityDeliveriesCard } from '../overview/EntityDeliveriesCard';
import { KargoRouter } from '../project/KargoRouter';
import { SystemContent } from '../system/SystemContent';

const freight = aFreight('f1', { alias: 'calm-heron', version: '1.4.1' });
const stage = aStage('test', { status: holding(freight) });
const warehouse = aWarehouse('web', {
  discoveredArtifacts: {
    discoveredAt: '2026-03-01T11:00:00Z',
    images: [
      {
        repoURL: 'registry.example.com/web',
        references: Array.from({ length: 12 }, (_, index) => ({
          tag: `1.${12 - index}.0`,
          digest: `sha256:${index}`,
        })),
      },
    ],
  },
});

function shop() {
  const image = { repoURL: 'x/y', username: 'u', password: '***' };
  return FakeKargoApi.create({
    projects: [aProject('shop', [1, 1], 'What it delivers')],
    summaries: [
      aSummary('shop', {
        stages: { count: 3, healthy: 1, empty: 1, failing: 1 },
        lastPromotion: {
          name: 'test.1',
          stage: 'test',
          finishedAt: '2026-03-01T11:00:00Z',
        },
        forCaller: [
          { kind: 'promote', stage: 'test', freight: 'f1', version: '1.4.1' },
        ],
        forOthers: { count: 2, owners: ['group:default/ops'] },
      }),
    ],
    warehouses: [warehouse],
    stages: [stage, aStage('uat', { sources: { stages: ['test'] } })],
    freight: [freight],
    promotions: [
      aPromotion('test.1', stage, freight, { phase: 'Succeeded' }),
      aPromotion('test.2', stage, freight, { phase: 'Running' }),
      aPromotion('test.3', stage, freight, {
        phase: 'Failed',
        stepExecutionMetadata: [
          { alias: 'step-1', status: 'Failed', message: 'It broke.' },
        ],
      }),
    ],
    access: {
      project: { manage: { allowed: true } },
      stages: {
        test: { promote: { allowed: true }, approve: { allowed: true } },
      },
    },
    settings: {
      project: aProject('shop', [1, 1]),
      repoCredentials: { Project: [aSecret('registry', image, 'image')] },
      secrets: { Project: [aSecret('jira', { token: '***' })] },
      configMaps: { Project: [aConfigMap('region', { name: 'eu' })] },
      roles: [
        aRole('deployer', {
          claims: [{ name: 'groups', values: ['devops'] }],
          rules: [{ resources: ['stages'], verbs: ['get'] }],
        }),
      ],
    },
  });
}

const component: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'web',
    namespace: 'default',
    annotations: { 'kargo.akuity.io/project': 'shop' },
  },
  relations: [{ type: 'ownedBy', targetRef: 'group:default/ops' }],
};

const group: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: { name: 'ops', namespace: 'default' },
};

const project = '/projects/shop';

describe('a view that everybody can use', () => {
  it.each([
    ['all projects', '/', 'What it delivers'],
    ['the pipeline', `${project}?view=list`, 'Live'],
    ['compact rows', `${project}?view=list&rows=compact`, 'Live'],
    ['the graph', `${project}?view=graph&sources=web`, '1.12.0'],
    ['a folded graph', `${project}?view=graph&fold=test`, '1 Stage'],
    ['a Stage', `${project}?view=list&stage=test`, 'Takes Freight from'],
    ['a Warehouse', `${project}?view=list&warehouse=web`, 'Watches'],
    ['Freight', `${project}?view=list&freight=f1`, 'Contents'],
    ['the promote dialog', `${project}?view=list&promote=test`, 'What changes'],
    ['the review', `${project}?view=list&review=freight:f1`, /^Start/],
    ['nothing of that name', `${project}?view=list&stage=x`, /no Stage x/],
    ['the activity', `${project}/activity`, 'Nothing happened yet.'],
    ['the versions', `${project}/versions`, 'Runs here'],
    ['a promotion', `${project}/promotions/test.1`, 'Contents'],
    ['the policies', `${project}/settings`, 'Promotes automatically'],
    ['the webhooks', `${project}/settings/webhooks`, 'There are none yet.'],
    ['the roles and tokens', `${project}/settings/roles`, 'Who has it'],
    ['the credentials', `${project}/settings/credentials`, 'registry'],
    ['the config maps', `${project}/settings/config-maps`, 'region'],
    ['the tasks', `${project}/settings/tasks`, 'There are none yet.'],
    ['the general settings', `${project}/settings/general`, 'Edit'],
    ['the shared settings', '/settings', 'There is no configuration yet.'],
    ['a promotion that runs', `${project}?view=list&promotion=test.2`, 'Stop'],
    [
      'a promotion that failed',
      `${project}/promotions/test.3`,
      /^Step .* failed$/,
    ],
    ['the first step of the set-up', '/setup', 'What is written'],
    ['no page', '/nonsense', 'There is no such page'],
    [
      'no promotion',
      `${project}/promotions/nope`,
      'Promotion nope does not exist',
    ],
  ])('is that of %s', async (_, path, text) => {
    renderWithKargo(<KargoRouter />, shop(), { path });
    await screen.findAllByText(text);
    expect(await findObstacles()).toEqual([]);
  });

  it('is not one of a page without its landmark', async () => {
    renderWithKargo(<KargoRouter component="div" />, shop(), { path: '/' });
    await screen.findByText('What it delivers');
    expect(await findObstacles()).toContainEqual(
      expect.stringMatching(/^region/),
    );
  });

  it.each([
    [project, 'shop · Kargo'],
    [`${project}/activity`, 'Activity · shop · Kargo'],
    [`${project}/versions`, 'Versions · shop · Kargo'],
    [
      `${project}/promotions/test.1`,
      '1.4.1 (calm-heron) to test · shop · Kargo',
    ],
    [`${project}/settings`, 'Settings · shop · Kargo'],
    ['/', 'Projects · Kargo'],
    ['/settings', 'Settings of all projects · Kargo'],
    [`${project}/promotions/nope`, 'nope · shop · Kargo'],
    [`${project}/verifications/nope`, 'nope · shop · Kargo'],
    [`${project}/pages/nope`, 'There is no such page · shop · Kargo'],
    ['/nonsense', 'There is no such page · Kargo'],
    ['/setup', 'Project · Guided set-up · Kargo'],
  ])('names the tab of %s “%s”', async (path, title) => {
    renderWithKargo(<KargoRouter />, shop(), { path });
    await waitFor(() => expect(document.title).toBe(title));
    // What the page is about stands in it too.
    const headings = await screen.findAllByRole('heading', { level: 2 });
    expect(headings.length).toBeGreaterThan(0);
  });

  it('gives the tab back its name when somebody leaves', async () => {
    document.title = 'The portal';
    const { unmount } = renderWithKargo(<KargoRouter />, shop(), { path: '/' });
    await waitFor(() => expect(document.title).toBe('Projects · Kargo'));
    unmount();
    expect(document.title).toBe('The portal');
  });

  it.each([
    ['Assemble Freight', `${project}?view=list&warehouse=web`],
    ['Clone', `${project}?view=list&freight=f1`],
    ['Rename', `${project}?view=list&freight=f1`],
    ['Approve calm-heron for uat', `${project}?view=list&freight=f1`],
    ['Delete', `${project}?view=list&stage=test`],
    ['Edit', `${project}?view=list&stage=test`],
    ['Edit', `${project}?view=list&warehouse=web`],
    ['Stop', `${project}?view=list&promotion=test.2`],
    [/^Retry from/, `${project}/promotions/test.3`],
    ['Create project', '/'],
    ['Create PromotionTask', `${project}/settings/tasks`],
    ['Create AnalysisTemplate', `${project}/settings/templates`],
    ['Add a receiver', `${project}/settings/webhooks`],
    ['Create role', `${project}/settings/roles`],
    ['Grant deployer', `${project}/settings/roles`],
    ['Take deployer from groups: devops', `${project}/settings/roles`],
    ['Create API token', `${project}/settings/roles`],
    ['Create credentials', `${project}/settings/credentials`],
    ['Edit registry', `${project}/settings/credentials`],
    ['Edit jira', `${project}/settings/credentials`],
    ['Create Secret', `${project}/settings/credentials`],
    ['Create ConfigMap', `${project}/settings/config-maps`],
    ['Edit region', `${project}/settings/config-maps`],
    ['Delete region', `${project}/settings/config-maps`],
    ['Delete', `${project}/settings/general`],
  ])('is that of the dialog behind “%s” of %s', async (button, path) => {
    renderWithKargo(<KargoRouter />, shop(), { path });
    const [opener] = await screen.findAllByRole('button', { name: button });
    await userEvent.click(opener);
    const dialogs = await screen.findAllByRole('dialog');
    await within(dialogs.at(-1)!).findByRole('button', { name: 'Cancel' });
    expect(await findObstacles()).toEqual([]);
  });

  it('is that of a token that is shown once', async () => {
    renderWithKargo(<KargoRouter />, shop(), {
      path: `${project}/settings/roles`,
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Create API token' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Create API token' }),
    );
    await userEvent.type(dialog.getByLabelText('Name'), 'robot');
    await userEvent.click(dialog.getByRole('button', { name: /^Role/ }));
    await userEvent.click(
      await screen.findByRole('option', { name: 'deployer' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await screen.findByRole('dialog', { name: 'API token robot' });
    expect(await findObstacles()).toEqual([]);
  });

  it.each([
    ['what is deployed of a component', <EntityDeliveriesCard />, 'uat'],
    ['the tab of a group', <SystemContent />, 'test'],
    ['what waits for the viewer', <WaitingForYou />, /can be promoted/],
  ])('is that of %s', async (_, part, text) => {
    const entities = [component, group];
    const entity = part.type === SystemContent ? group : component;
    renderWithKargo(
      <main>
        <EntityProvider entity={entity}>{part}</EntityProvider>
      </main>,
      shop(),
      { entities },
    );
    await screen.findAllByText(text);
    expect(await findObstacles()).toEqual([]);
  });
});

describe('what may be too wide for a phone', () => {
  it('is scrolled by keys where it holds nothing to stop at', async () => {
    renderWithKargo(<KargoRouter />, shop(), { path: `${project}/versions` });
    const table = await screen.findByRole('table', { name: /^Versions/ });
    expect(table.closest('[role="group"]')).toHaveAttribute('tabindex', '0');
    expect(within(table).queryByRole('button')).not.toBeInTheDocument();
  });

  it('is an example, too', async () => {
    renderWithKargo(<KargoRouter />, FakeKargoApi.create(), { path: project });
    const title = 'The pipeline is empty';
    expect(await screen.findByRole('group', { name: title })).toHaveAttribute(
      'tabindex',
      '0',
    );
    expect(await findObstacles()).toEqual([]);
  });
});
