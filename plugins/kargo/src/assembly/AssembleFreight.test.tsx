import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  KargoRequestError,
  ProjectAccess,
} from 'backstage-plugin-kargo-common';
import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PipelineView } from '../pipeline/PipelineView';

const REPO = 'registry.example.com/web';
const old = aFreight('f1', { alias: 'calm-heron', version: '1.1.0' });

function warehouse(tags: string[]) {
  return aWarehouse('web', {
    discoveredArtifacts: {
      discoveredAt: '2026-03-01T11:00:00Z',
      images: [
        {
          repoURL: REPO,
          references: tags.map(tag => ({ tag, digest: `sha256:${tag}` })),
        },
      ],
    },
  });
}

const access = (manage: ProjectAccess['project']['manage']) => ({
  project: { manage },
  stages: {},
});

function shop(tags = ['1.2.0', '1.1.0', '1.0.0']) {
  return FakeKargoApi.create({
    warehouses: [warehouse(tags)],
    stages: [aStage('test', { status: holding(old) })],
    freight: [old],
    access: access({ allowed: true }),
  });
}

const view = <PipelineView scope={{ project: 'shop' }} />;
const openWarehouse = { path: '/?view=list&warehouse=web' };
const openFreight = { path: '/?view=list&freight=f1' };

async function openDialog(button: string, title: string) {
  const details = await screen.findByRole('dialog');
  await userEvent.click(
    await within(details).findByRole('button', { name: button }),
  );
  return within(await screen.findByRole('dialog', { name: title }));
}

describe('Freight by hand', () => {
  it('makes Freight of the version I choose, and opens it', async () => {
    const api = shop();
    renderWithKargo(view, api, openWarehouse);
    const dialog = await openDialog(
      'Assemble Freight',
      'Assemble Freight of web',
    );
    const choices = within(dialog.getByRole('radiogroup', { name: /web/ }));
    expect(choices.getByRole('radio', { name: '1.2.0' })).toBeChecked();
    await userEvent.click(choices.getByRole('radio', { name: '1.0.0' }));
    await userEvent.type(dialog.getByLabelText('Name'), 'the-good-one');
    await userEvent.click(dialog.getByRole('button', { name: 'Make Freight' }));
    expect(
      await screen.findByRole('dialog', { name: 'the-good-one' }),
    ).toBeInTheDocument();
    expect(JSON.parse(api.calls[0].replace('create ', ''))).toEqual([
      expect.objectContaining({
        kind: 'Freight',
        alias: 'the-good-one',
        origin: { kind: 'Warehouse', name: 'web' },
        images: [{ repoURL: REPO, tag: '1.0.0', digest: 'sha256:1.0.0' }],
      }),
    ]);
  });

  it('clones Freight: its versions are chosen, and the same again is refused', async () => {
    const api = shop();
    renderWithKargo(view, api, openFreight);
    const dialog = await openDialog('Clone', 'Clone calm-heron');
    expect(dialog.getByRole('radio', { name: '1.1.0' })).toBeChecked();
    expect(
      dialog.getByText('calm-heron holds exactly these versions already.'),
    ).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Make Freight' }));
    expect(api.calls).toEqual([]);
  });

  it('keeps what I chose when the server refuses, and says why', async () => {
    const api = shop();
    api.refusal = new KargoRequestError(409, "alias 'x' is taken");
    renderWithKargo(view, api, openWarehouse);
    const dialog = await openDialog(
      'Assemble Freight',
      'Assemble Freight of web',
    );
    await userEvent.click(dialog.getByRole('radio', { name: '1.0.0' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Make Freight' }));
    expect(await dialog.findByText("alias 'x' is taken")).toBeInTheDocument();
    expect(dialog.getByRole('radio', { name: '1.0.0' })).toBeChecked();
  });

  it('finds a version among many', async () => {
    const tags = Array.from({ length: 20 }, (_, index) => `1.${20 - index}.0`);
    renderWithKargo(view, shop(tags), openWarehouse);
    const dialog = await openDialog(
      'Assemble Freight',
      'Assemble Freight of web',
    );
    expect(dialog.queryByRole('radio', { name: '1.3.0' })).toBeNull();
    await userEvent.type(dialog.getByLabelText('Find a version'), '1.3.');
    expect(dialog.getByRole('radio', { name: '1.3.0' })).toBeInTheDocument();
    expect(dialog.getAllByRole('radio')).toHaveLength(1);
    await userEvent.type(dialog.getByLabelText('Find a version'), 'x');
    expect(dialog.getByText('No version matches.')).toBeInTheDocument();
  });

  it('says why nothing can be assembled', async () => {
    renderWithKargo(view, shop([]), openWarehouse);
    const button = await screen.findByRole('button', {
      name: 'Assemble Freight',
    });
    await userEvent.hover(button);
    expect(
      await screen.findByText(`Nothing was found yet in ${REPO}.`),
    ).toBeInTheDocument();
  });

  it('says why Freight may not be deleted, and where it is', async () => {
    const api = shop();
    renderWithKargo(view, api, openFreight);
    const button = await screen.findByRole('button', { name: 'Delete' });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    await userEvent.hover(button);
    expect(await screen.findByText('It runs in test.')).toBeInTheDocument();
  });

  it('shows the reason of the server when only the server knows one', async () => {
    const api = FakeKargoApi.create({
      warehouses: [warehouse(['1.1.0'])],
      freight: [old],
      access: access({ allowed: true }),
    });
    const reason = "Freight 'f1' cannot be deleted while it is promoted";
    api.refusal = new KargoRequestError(403, reason);
    renderWithKargo(view, api, openFreight);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Delete' }),
    );
    const question = within(
      await screen.findByRole('dialog', { name: 'Delete Freight f1?' }),
    );
    await userEvent.click(question.getByRole('button', { name: 'Delete' }));
    expect(await question.findByText(reason)).toBeInTheDocument();
    await waitFor(() => expect(api.calls).toHaveLength(1));
  });
});
