import { startCompletion } from '@codemirror/autocomplete';
import { EditorView } from '@codemirror/view';
import {
  act,
  fireEvent,
  screen,
  waitFor,
  within,
} from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { KargoRequestError } from 'backstage-plugin-kargo-common';
import { aStage, aWarehouse } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { findObstacles } from '../../dev/testing/findObstacles';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PipelineView } from '../pipeline/PipelineView';
import { CreateMenu } from './CreateMenu';
import { ManifestDialog } from './ManifestDialog';

function shop(mayManage = true) {
  return FakeKargoApi.create({
    warehouses: [aWarehouse('web')],
    stages: [aStage('test')],
    access: {
      project: {
        manage: mayManage
          ? { allowed: true }
          : { allowed: false, reason: 'Ask the shop team.' },
      },
      stages: {},
    },
  });
}

const drawer = { path: '/?view=list&stage=test' };
const view = <PipelineView scope={{ project: 'shop' }} />;

describe('manifests in the interface', () => {
  it('lets me create a project from a manifest that is valid as it is', async () => {
    const api = shop();
    renderWithKargo(<CreateMenu />, api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Create project' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Create Project' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Create' }));
    await waitFor(() =>
      expect(api.calls).toEqual([
        expect.stringMatching(/^create .*\nkind: Project\n/),
      ]),
    );
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
  });

  it('keeps what I wrote, and the words of the server, when it is refused', async () => {
    const api = shop();
    api.refusal = new KargoRequestError(409, "Project 'my-project' exists");
    renderWithKargo(<CreateMenu />, api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Create project' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Create Project' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Create' }));
    expect(
      await dialog.findByText("Project 'my-project' exists"),
    ).toBeInTheDocument();
  });

  it.each([
    ['was changed meanwhile', 409, 1],
    ['is invalid', 422, 0],
  ])('says what to do when what I edit %s', async (message, status, hints) => {
    const api = shop();
    api.refusal = new KargoRequestError(status, message);
    renderWithKargo(
      <ManifestDialog
        title="Edit Warehouse web"
        verb="update"
        text={`apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata:
  name: web
  namespace: shop
spec:
  subscriptions:
    - image:
        repoURL: ghcr.io/acme/web
        constraint: ^1.0.0
`}
        onClose={() => undefined}
      />,
      api,
    );
    await userEvent.click(
      await screen.findByRole('checkbox', { name: 'Fill in a form' }),
    );
    fireEvent.change(await screen.findByLabelText('constraint'), {
      target: { value: '^2.0.0' },
    });
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText(message)).toBeInTheDocument();
    expect(screen.queryAllByText(/^Copy what you wrote/)).toHaveLength(hints);
  });

  it('shows what is stored of a Stage, and saves nothing that did not change', async () => {
    const api = shop();
    renderWithKargo(view, api, drawer);
    const details = within(await screen.findByRole('dialog', { name: 'test' }));
    await userEvent.click(await details.findByText('Show what is stored'));
    expect(await details.findByText(/uid: uid-test/)).toBeInTheDocument();
    await userEvent.click(details.getByRole('button', { name: 'Edit' }));
    const editor = within(
      await screen.findByRole('dialog', { name: 'Edit Stage test' }),
    );
    expect(editor.getByText('Nothing changes yet.')).toBeInTheDocument();
    await userEvent.click(editor.getByRole('button', { name: 'Save' }));
    expect(api.calls).toEqual([]);
  });

  it('deletes a Stage after asking', async () => {
    const api = shop();
    renderWithKargo(view, api, drawer);
    const details = within(await screen.findByRole('dialog', { name: 'test' }));
    await userEvent.click(
      await details.findByRole('button', { name: 'Delete' }),
    );
    const question = within(
      await screen.findByRole('dialog', { name: 'Delete Stage test?' }),
    );
    await userEvent.click(question.getByRole('button', { name: 'Delete' }));
    await waitFor(() =>
      expect(api.calls).toEqual([
        'delete [{"apiVersion":"kargo.akuity.io/v1alpha1","kind":"Stage","metadata":{"name":"test","namespace":"shop"}}]',
      ]),
    );
  });

  it('says whom to ask to somebody who may not', async () => {
    renderWithKargo(view, shop(false), drawer);
    const details = within(await screen.findByRole('dialog', { name: 'test' }));
    const edit = await details.findByRole('button', { name: 'Edit' });
    await waitFor(() => expect(edit).toHaveAttribute('aria-disabled', 'true'));
    await userEvent.hover(edit);
    expect(await screen.findByText('Ask the shop team.')).toBeInTheDocument();
  });

  it('lets me fill in a manifest as a form, which is the same text', async () => {
    const api = shop();
    renderWithKargo(<CreateMenu project="shop" />, api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Create' }),
    );
    await userEvent.click(
      await screen.findByRole('menuitem', { name: 'Warehouse' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Create Warehouse' }),
    );
    await userEvent.click(
      dialog.getByRole('checkbox', { name: 'Fill in a form' }),
    );
    const name = within(
      dialog.getByRole('group', { name: 'metadata' }),
    ).getByLabelText('name');
    fireEvent.change(name, { target: { value: 'web' } });
    fireEvent.change(dialog.getByLabelText('constraint'), {
      target: { value: '^2.0.0' },
    });
    await userEvent.click(
      dialog.getByRole('button', { name: 'Add to spec.subscriptions' }),
    );
    await userEvent.click(
      dialog.getByRole('button', { name: 'Remove spec.subscriptions.2' }),
    );
    expect(await findObstacles()).toEqual([]);
    await userEvent.click(dialog.getByRole('button', { name: 'Create' }));
    await waitFor(() => expect(api.calls).toHaveLength(1));
    expect(api.calls[0]).toMatch(/name: web\n[\s\S]*constraint: \^2\.0\.0/);
  });

  it('offers the options of a step as fields, which take expressions, and as YAML', async () => {
    const api = shop();
    api.stepKinds = [
      {
        name: 'git-push',
        description: 'Pushes commits to a branch.',
        config: {
          type: 'object',
          properties: {
            path: { type: 'string' },
            force: { type: 'boolean' },
            provider: { enum: ['github', 'gitlab'] },
          },
          required: ['path'],
        },
      },
    ];
    const task = `apiVersion: kargo.akuity.io/v1alpha1
kind: PromotionTask
metadata:
  name: promote
  namespace: shop
spec:
  steps:
    # what was written here
    - uses: git-push
      config:
        force: \${{ vars.force }}
`;
    renderWithKargo(
      <ManifestDialog
        title="Create PromotionTask"
        verb="create"
        text={task}
        onClose={() => undefined}
      />,
      api,
    );
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(
      dialog.getByRole('checkbox', { name: 'Fill in a form' }),
    );
    const config = within(await dialog.findByRole('group', { name: 'config' }));
    expect(dialog.getByText('Pushes commits to a branch.')).toBeInTheDocument();
    fireEvent.change(config.getByLabelText('path'), {
      target: { value: './out' },
    });
    expect(config.getByLabelText('force')).toHaveValue('${{ vars.force }}');
    await userEvent.click(config.getByLabelText('Add a field'));
    await userEvent.click(
      await screen.findByRole('option', { name: 'provider' }),
    );
    fireEvent.change(config.getByLabelText('provider'), {
      target: { value: '${{ vars.provider }}' },
    });
    expect(await findObstacles()).toEqual([]);
    await userEvent.click(
      config.getByRole('checkbox', { name: 'spec.steps.0.config as YAML' }),
    );
    const yaml = config.getByLabelText('config');
    expect(yaml).toHaveValue(
      'force: ${{ vars.force }}\npath: ./out\nprovider: ${{ vars.provider }}',
    );
    fireEvent.change(yaml, { target: { value: 'path: ./elsewhere' } });
    await userEvent.click(dialog.getByRole('button', { name: 'Create' }));
    await waitFor(() => expect(api.calls).toHaveLength(1));
    expect(api.calls[0]).toMatch(
      /# what was written here\n {4}- uses: git-push\n {6}config:\n {8}path: \.\/elsewhere\n/,
    );
  });

  it('is not closed by the key that closes the suggestions of the editor', async () => {
    renderWithKargo(<CreateMenu />, shop());
    await userEvent.click(
      await screen.findByRole('button', { name: 'Create project' }),
    );
    const text = await screen.findByRole('textbox', { name: 'Create Project' });
    const editor = EditorView.findFromDOM(text)!;
    editor.dispatch({ selection: { anchor: editor.state.doc.length } });
    startCompletion(editor);
    expect(await screen.findByRole('listbox')).toBeInTheDocument();
    fireEvent.keyDown(text, { key: 'Escape', keyCode: 27 });
    await waitFor(() =>
      expect(screen.queryByRole('listbox')).not.toBeInTheDocument(),
    );
    expect(
      screen.getByRole('dialog', { name: 'Create Project' }),
    ).toBeInTheDocument();
    expect(text).toBeInTheDocument();

    act(() => editor.dispatch({ changes: { from: 0, insert: '# mine\n' } }));
    fireEvent.keyDown(text, { key: 'Escape', keyCode: 27 });
    const question = within(
      await screen.findByRole('dialog', { name: 'Discard what you wrote?' }),
    );
    await userEvent.click(question.getByRole('button', { name: 'Cancel' }));
    expect(text).toHaveTextContent('# mine');
  });

  it('asks the portal what it would make of a text, and what a Warehouse would find', async () => {
    const api = shop();
    api.results = [{ warnings: ['Field spec.x is not known'] }];
    renderWithKargo(<CreateMenu project="shop" />, api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Create' }),
    );
    await userEvent.click(
      await screen.findByRole('menuitem', { name: 'Warehouse' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Create Warehouse' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Check' }));
    expect(
      await dialog.findByText('Field spec.x is not known'),
    ).toBeInTheDocument();
    expect(
      dialog.getByText('The portal would take it as it is.'),
    ).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Look now' }));
    expect(
      await dialog.findByText('It would make no Freight now.'),
    ).toBeInTheDocument();
    expect(api.calls).toEqual([
      expect.stringMatching(/^check create .*\nkind: Warehouse\n/),
      expect.stringMatching(/^look .*\nkind: Warehouse\n/),
    ]);
  });
});
