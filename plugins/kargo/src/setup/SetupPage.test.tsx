import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  KARGO_API_VERSION,
  KargoRequestError,
  Project,
  tellReason,
} from 'backstage-plugin-kargo-common';
import { aProject } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { findObstacles } from '../../dev/testing/findObstacles';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { manifestYaml } from '../manifest/manifestText';
import { KargoRouter } from '../project/KargoRouter';
import { EMPTY_DRAFT, SetupDraft } from './setupDraft';
import { splitManifests } from '../manifest/splitManifests';
import { StoredSetup, STORAGE_KEY } from './useSetup';

beforeEach(() => sessionStorage.clear());

const component = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'shop', namespace: 'default' },
};

function open(api: FakeKargoApi, path = '/') {
  return renderWithKargo(<KargoRouter />, api, {
    path,
    entities: [component],
  });
}

async function fill(label: string | RegExp, value: string) {
  fireEvent.change(await screen.findByLabelText(label), { target: { value } });
}

async function next() {
  await userEvent.click(await screen.findByRole('button', { name: 'Next' }));
}

const title = (name: string) => screen.findByRole('heading', { name });

function aStageManifest(namespace: string): string {
  const origin = { kind: 'Warehouse', name: 'web' };
  return manifestYaml({
    apiVersion: KARGO_API_VERSION,
    kind: 'Stage',
    metadata: { name: 'test', namespace },
    spec: { requestedFreight: [{ origin, sources: { direct: true } }] },
  });
}

/** A set-up that was answered before, in this tab. */
function answered(edited?: string) {
  const draft: SetupDraft = {
    ...EMPTY_DRAFT,
    project: { ...EMPTY_DRAFT.project, name: 'shop' },
    warehouse: {
      ...EMPTY_DRAFT.warehouse,
      repoURL: 'registry.example.com/web',
    },
    promotion: {
      ...EMPTY_DRAFT.promotion,
      repoURL: 'https://git.example.com/config.git',
    },
  };
  const stored: StoredSetup = {
    draft,
    applied: {},
    ...(edited !== undefined && { edited }),
  };
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(stored));
}

const applied = (api: FakeKargoApi) =>
  api.calls.map(call => call.match(/^kind: .*$/gm));

/** What was asked for, as the verb and the manifests. */
const asked = (api: FakeKargoApi) =>
  api.calls.map(
    call =>
      `${call.split(' ')[0]} ${splitManifests(call.replace(/^\w+ /, ''))
        .map(({ key }) => key)
        .join(', ')}`,
  );

async function press(name: string) {
  await userEvent.click(await screen.findByRole('button', { name }));
}

async function goTo(step: string) {
  await userEvent.click(
    // Steps that are complete say so in the same link.
    await screen.findByRole('link', { name: new RegExp(`^${step}`) }),
  );
  await title(step);
}

async function outcomes() {
  const made = within(
    await screen.findByRole('list', { name: 'What is made' }),
  );
  return made.getAllByRole('listitem').map(({ textContent }) => textContent);
}

/** Everything is made but the last Stage. */
async function setUpButTheLastStage(api: FakeKargoApi) {
  api.results = [{}, {}, {}, {}, {}, {}, { error: 'Ask the group ops' }];
  answered();
  open(api, '/setup?step=review');
  await press('Set up');
  await screen.findByRole('button', { name: 'Make the rest' });
  api.results = [];
  api.calls.length = 0;
}

describe('the guided set-up', () => {
  it('makes a project of what was answered, and leads to its pipeline', async () => {
    const api = FakeKargoApi.create();
    open(api);
    await userEvent.click(
      await screen.findByRole('link', { name: 'Guided set-up' }),
    );
    await fill('Name', 'shop');
    await fill('Catalog entity', 'component:default/shop');
    await next();
    await title('Warehouse');
    await fill('Repository', 'registry.example.com/web');
    await next();
    await title('Stages');
    await next();
    await title('Promotion');
    await fill(/^Git repository/, 'https://git.example.com/config.git');
    await next();
    await title('Review');
    expect(await outcomes()).toEqual([
      'Project shopWill be made',
      'ProjectConfig shopWill be made',
      'Warehouse shopWill be made',
      'PromotionTask promoteWill be made',
      'Stage testWill be made',
      'Stage uatWill be made',
      'Stage prodWill be made',
    ]);
    await userEvent.click(screen.getByRole('button', { name: 'Set up' }));
    expect(
      await screen.findByRole('link', { name: 'Open the pipeline' }),
    ).toHaveAttribute('href', '/projects/shop');
    expect(screen.getByText('kargo.akuity.io/project: shop')).toBeVisible();
    expect(screen.getByText(/^The entity shows the pipeline/)).toBeVisible();
    expect(applied(api)).toEqual([
      [
        'kind: Project',
        'kind: ProjectConfig',
        'kind: Warehouse',
        'kind: PromotionTask',
        'kind: Stage',
        'kind: Stage',
        'kind: Stage',
      ],
    ]);
    expect(await findObstacles()).toEqual([]);
  });

  it('says of a project without an entity how one comes to own it', async () => {
    answered();
    open(FakeKargoApi.create(), '/setup?step=review');
    await press('Set up');
    expect(
      await screen.findByText(
        /^An entity shows the pipeline .* once it does, in kargo\.akuity\.io\/entities\.$/,
      ),
    ).toBeVisible();
    expect(screen.queryByText(/^The entity shows/)).not.toBeInTheDocument();
  });

  it('looks at what the Warehouse would find before anything is made', async () => {
    const api = FakeKargoApi.create();
    api.look = {
      discoveredArtifacts: {
        discoveredAt: '2026-03-01T12:00:00Z',
        images: [
          {
            repoURL: 'registry.example.com/web',
            references: [
              '1.6.0',
              '1.5.0',
              '1.4.0',
              '1.3.0',
              '1.2.0',
              '1.1.0',
            ].map(tag => ({ tag, digest: `sha256:${tag}` })),
          },
        ],
      },
      freight: {
        origin: { kind: 'Warehouse', name: 'shop' },
        images: [{ repoURL: 'registry.example.com/web', tag: '1.6.0' }],
      },
      explanation: {
        reasons: [
          tellReason({
            code: 'newest-left-out',
            subscription: 'image registry.example.com/web',
            newest: '2.0.0',
            by: 'constraint ^1.0.0',
          }),
        ],
      },
    };
    answered();
    open(api, '/setup?step=warehouse');
    await press('Look now');
    expect(
      await screen.findByText('It would make Freight of:'),
    ).toBeInTheDocument();
    expect(
      screen.getByText('1.6.0, 1.5.0, 1.4.0, 1.3.0, 1.2.0 and 1 more'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/2\.0\.0.*constraint \^1\.0\.0/),
    ).toBeInTheDocument();
    expect(await findObstacles()).toEqual([]);
    expect(api.calls).toEqual([
      expect.stringMatching(/^look [\s\S]*kind: Warehouse[\s\S]*web/),
    ]);
    await fill('Repository', 'registry.example.com/other');
    expect(
      await screen.findByRole('button', { name: 'Look now' }),
    ).toBeInTheDocument();
  });

  it('says why it could not be looked, and looks again', async () => {
    const api = FakeKargoApi.create();
    api.refusal = new KargoRequestError(503, 'Others are looking');
    answered();
    open(api, '/setup?step=warehouse');
    await press('Look now');
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'It could not be looked: Others are looking',
    );
    api.refusal = undefined;
    await press('Look now');
    expect(
      await screen.findByText('It would make no Freight now.'),
    ).toBeInTheDocument();
  });

  it('asks what the portal would refuse, before anything is made', async () => {
    const api = FakeKargoApi.create();
    api.results = [{}, { error: 'Ask the group ops' }, { warnings: ['odd'] }];
    answered();
    open(api, '/setup?step=review');
    await press('Check');
    expect(
      await screen.findByText('ProjectConfig shop/shop: Ask the group ops'),
    ).toBeInTheDocument();
    expect(screen.getByText('Warehouse shop/shop: odd')).toBeInTheDocument();
    expect(api.calls).toEqual([expect.stringMatching(/^check create /)]);
  });

  it('makes only the rest after some of it was refused', async () => {
    const api = FakeKargoApi.create();
    api.results = [{}, { error: 'Ask the group ops' }];
    answered();
    open(api, '/setup?step=review');
    await press('Set up');
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Ask the group ops',
    );
    const rest = await screen.findByRole('button', { name: 'Make the rest' });
    api.results = [];
    await userEvent.click(rest);
    await screen.findByRole('link', { name: 'Open the pipeline' });
    expect(applied(api).at(-1)).toEqual(['kind: ProjectConfig']);
  });

  it('applies what I changed after it was made, and not only the rest', async () => {
    const api = FakeKargoApi.create();
    await setUpButTheLastStage(api);
    await goTo('Promotion');
    await fill(/^Git repository/, 'https://git.example.com/moved.git');
    await goTo('Review');
    expect(await outcomes()).toEqual([
      'Project shopMade',
      'ProjectConfig shopMade',
      'Warehouse shopMade',
      'PromotionTask promoteWill be changed',
      'Stage testMade',
      'Stage uatMade',
      'Stage prodWill be made',
    ]);
    await press('Make the rest');
    await screen.findByRole('link', { name: 'Open the pipeline' });
    expect(asked(api)).toEqual([
      'update PromotionTask shop/promote',
      'create Stage shop/prod',
    ]);
    expect(api.calls[0]).toContain('https://git.example.com/moved.git');
  });

  it('shows why a change was refused, and does not take it for made', async () => {
    const api = FakeKargoApi.create();
    await setUpButTheLastStage(api);
    await press('Make the rest');
    await screen.findByRole('link', { name: 'Open the pipeline' });
    await goTo('Promotion');
    await fill(/^Git repository/, 'https://git.example.com/moved.git');
    await goTo('Review');
    api.results = [{ error: 'The task is locked' }];
    await press('Make the rest');
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The task is locked',
    );
    expect(
      screen.queryByRole('link', { name: 'Open the pipeline' }),
    ).not.toBeInTheDocument();
  });

  it('sends again what was changed when the answer to the change was lost', async () => {
    const api = FakeKargoApi.create();
    await setUpButTheLastStage(api);
    await goTo('Promotion');
    await fill(/^Git repository/, 'https://git.example.com/moved.git');
    await goTo('Review');
    api.refusal = new Error('The connection was lost');
    await press('Make the rest');
    await screen.findByText('The connection was lost');
    api.refusal = undefined;
    await goTo('Promotion');
    await fill(/^Git repository/, 'https://git.example.com/config.git');
    await goTo('Review');
    await press('Make the rest');
    await screen.findByRole('link', { name: 'Open the pipeline' });
    expect(asked(api).slice(1)).toEqual([
      'update PromotionTask shop/promote',
      'create Stage shop/prod',
    ]);
  });

  it('goes on when the answer to the set-up was lost after some was made', async () => {
    const projects: Project[] = [];
    const api = FakeKargoApi.create({ projects });
    answered();
    open(api, '/setup?step=review');
    api.refusal = new Error('The connection was lost');
    await press('Set up');
    await screen.findByText('The connection was lost');
    api.refusal = undefined;
    projects.push(aProject('shop', [0, 3]));
    await goTo('Project');
    expect(await api.listProjects()).toMatchObject({ total: 1 });
    await goTo('Review');
    await press('Make the rest');
    await screen.findByRole('link', { name: 'Open the pipeline' });
    expect(asked(api)).toEqual([
      expect.stringMatching(/^create Project shop, .*Stage shop\/prod$/),
      expect.stringMatching(/^update Project shop, .*Stage shop\/prod$/),
    ]);
  });

  it('may be given up when all of it was refused', async () => {
    const api = FakeKargoApi.create();
    answered();
    open(api, '/setup?step=review');
    api.refusal = new KargoRequestError(403, 'Ask the group ops');
    await press('Set up');
    await screen.findByText('Ask the group ops');
    await goTo('Project');
    await fill('Name', 'store');
    await goTo('Review');
    expect(await screen.findByRole('button', { name: 'Set up' })).toBeEnabled();
    expect((await outcomes()).join()).not.toContain('Made before');
  });

  it('makes everything in the project that I renamed after some was made', async () => {
    const api = FakeKargoApi.create();
    await setUpButTheLastStage(api);
    await goTo('Project');
    await fill('Name', 'store');
    await goTo('Review');
    expect(await outcomes()).toEqual([
      'Project storeWill be made',
      'ProjectConfig storeWill be made',
      'Warehouse storeWill be made',
      'PromotionTask promoteWill be made',
      'Stage testWill be made',
      'Stage uatWill be made',
      'Stage prodWill be made',
      'Project shopMade before, and stays',
      'ProjectConfig shop/shopMade before, and stays',
      'Warehouse shop/shopMade before, and stays',
      'PromotionTask shop/promoteMade before, and stays',
      'Stage shop/testMade before, and stays',
      'Stage shop/uatMade before, and stays',
    ]);
    await press('Set up');
    await screen.findByRole('link', { name: 'Open the pipeline' });
    expect(asked(api)).toEqual([
      'create Project store, ProjectConfig store/store, Warehouse store/store, PromotionTask store/promote, Stage store/test, Stage store/uat, Stage store/prod',
    ]);
  });

  it('tells that automatic promotion, once made, is not taken back', async () => {
    const api = FakeKargoApi.create();
    await setUpButTheLastStage(api);
    await goTo('Stages');
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'Promote automatically to test' }),
    );
    await goTo('Review');
    await press('Make the rest');
    await screen.findByRole('link', { name: 'Open the pipeline' });
    expect(await outcomes()).toContain(
      'ProjectConfig shop/shopMade before, and stays',
    );
  });

  it('tells Stages of one name in two projects apart', async () => {
    const api = FakeKargoApi.create();
    api.results = [{}, { error: 'Ask the group ops' }];
    answered(`${aStageManifest('shop')}---\n${aStageManifest('other')}`);
    open(api, '/setup?step=review');
    await press('Set up');
    await screen.findByText('Ask the group ops');
    expect((await outcomes())[0]).toBe('Stage testMade');
    api.results = [];
    await press('Make the rest');
    await screen.findByRole('button', { name: 'Set up another project' });
    expect(asked(api).at(-1)).toBe('create Stage other/test');
  });

  it('says that a manifest is there twice', async () => {
    answered(`${aStageManifest('shop')}---\n${aStageManifest('shop')}`);
    open(FakeKargoApi.create(), '/setup?step=review');
    // Beside the button, and at it.
    expect(
      await screen.findAllByText('Stage shop/test is there twice.'),
    ).not.toEqual([]);
  });

  it('keeps what I answered when the page is loaded again', async () => {
    const { unmount } = open(FakeKargoApi.create(), '/setup');
    await fill('Name', 'shop');
    await next();
    await fill('Repository', 'registry.example.com/web');
    unmount();
    open(FakeKargoApi.create(), '/setup?step=warehouse');
    expect(await screen.findByLabelText('Repository')).toHaveValue(
      'registry.example.com/web',
    );
  });

  it('says what is missing, and lets nobody pass it by the address', async () => {
    open(FakeKargoApi.create(), '/setup?step=review');
    await title('Project');
    expect(screen.getByText('Name is missing.')).toBeInTheDocument();
    await next();
    await title('Project');
    await fill('Name', 'My Shop');
    // Beside the button, and at it.
    await screen.findAllByText(/^“My Shop” is no name/);
    expect(
      screen.queryByRole('link', { name: 'Warehouse' }),
    ).not.toBeInTheDocument();
  });

  it('says at once to who may not create projects whom to ask', async () => {
    const reason = 'You may not create projects. Ask the group platform';
    const api = FakeKargoApi.create({
      systemAccess: {
        projects: { create: { allowed: false, reason } },
        shared: { manage: { allowed: true } },
      },
    });
    open(api, '/setup');
    expect(await screen.findByText(reason)).toBeInTheDocument();
    await fill('Name', 'shop');
    expect(screen.getByRole('button', { name: 'Next' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
  });

  it('says that the project exists already', async () => {
    const api = FakeKargoApi.create({ projects: [aProject('shop', [0, 0])] });
    open(api, '/setup');
    await fill('Name', 'shop');
    expect(
      await screen.findByText('Project shop exists already.'),
    ).toBeInTheDocument();
  });

  it('orders, adds and removes Stages by the keyboard', async () => {
    open(FakeKargoApi.create(), '/setup');
    await fill('Name', 'shop');
    await next();
    await fill('Repository', 'registry.example.com/web');
    await next();
    await title('Stages');
    const pressEnter = async (name: string) => {
      (await screen.findByRole('button', { name })).focus();
      await userEvent.keyboard('{Enter}');
    };
    await pressEnter('Move up: prod');
    await pressEnter('Remove uat');
    await pressEnter('Add a Stage');
    await fill('Stage 3', 'eu');
    const names = ['Stage 1', 'Stage 2', 'Stage 3'].map(
      name => screen.getByLabelText<HTMLInputElement>(name).value,
    );
    expect(names).toEqual(['test', 'prod', 'eu']);
    await waitFor(() =>
      expect(
        screen.getByRole('checkbox', { name: 'Promote automatically to test' }),
      ).toBeChecked(),
    );
  });

  it('offers the ways to write a version that fit what is watched', async () => {
    open(FakeKargoApi.create(), '/setup');
    await fill('Name', 'shop');
    await next();
    await userEvent.click(
      await screen.findByRole('button', { name: /^What it watches/ }),
    );
    await userEvent.click(
      await screen.findByRole('option', { name: 'A git repository' }),
    );
    await fill('Repository', 'https://git.example.com/web.git');
    await next();
    await next();
    await title('Promotion');
    expect(screen.getAllByRole('radio')).toHaveLength(1);
    expect(screen.getByLabelText('Path in the repository')).toHaveValue(
      'env/${{ ctx.stage }}/values.yaml',
    );
  });

  it.each(['project', 'warehouse', 'stages', 'promotion', 'review'])(
    'can be used by everybody at the step “%s”',
    async step => {
      answered();
      open(FakeKargoApi.create(), `/setup?step=${step}`);
      await screen.findAllByRole('heading', { level: 3 });
      expect(await findObstacles()).toEqual([]);
    },
  );
});
