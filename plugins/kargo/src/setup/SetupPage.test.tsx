import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aProject } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { findObstacles } from '../../dev/testing/findObstacles';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { KargoRouter } from '../project/KargoRouter';
import { EMPTY_DRAFT, SetupDraft } from './setupDraft';
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

/** A set-up that was answered before, in this tab. */
function answered() {
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
  const stored: StoredSetup = { draft, applied: [] };
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(stored));
}

const applied = (api: FakeKargoApi) =>
  api.calls.map(call => call.match(/^kind: .*$/gm));

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
    const made = within(
      await screen.findByRole('list', { name: 'What is made' }),
    );
    expect(
      made.getAllByRole('listitem').map(({ textContent }) => textContent),
    ).toEqual([
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

  it('makes only the rest after some of it was refused', async () => {
    const api = FakeKargoApi.create();
    api.results = [{}, { error: 'Ask the group ops' }];
    answered();
    open(api, '/setup?step=review');
    await userEvent.click(
      await screen.findByRole('button', { name: 'Set up' }),
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Ask the group ops',
    );
    const rest = await screen.findByRole('button', { name: 'Make the rest' });
    api.results = [];
    await userEvent.click(rest);
    await screen.findByRole('link', { name: 'Open the pipeline' });
    expect(applied(api).at(-1)).toEqual(['kind: ProjectConfig']);
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
    const press = async (name: string) => {
      (await screen.findByRole('button', { name })).focus();
      await userEvent.keyboard('{Enter}');
    };
    await press('Move prod to an earlier place');
    await press('Remove uat');
    await press('Add a Stage');
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
      await screen.findByRole('heading', { level: 3 });
      expect(await findObstacles()).toEqual([]);
    },
  );
});
