import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { AccessVerdict } from 'backstage-plugin-kargo-common';
import { FakeKargoApi } from '../../../dev/testing/FakeKargoApi';
import { aRole, aSecret } from '../../../dev/testing/FakeSettings';
import { renderWithKargo } from '../../../dev/testing/renderWithKargo';
import { KargoRouter } from '../../project/KargoRouter';

const deployer = aRole('deployer', {
  claims: [{ name: 'groups', values: ['devops'] }],
  rules: [
    { resources: ['stages'], resourceNames: ['prod'], verbs: ['promote'] },
  ],
});

const ci = aSecret('ci', {});
const usedToken = {
  ...ci,
  metadata: {
    ...ci.metadata,
    annotations: {
      'kubernetes.io/service-account.name': 'deployer',
      'kargo.akuity.io/create-actor': 'admin',
      'rbac.kargo.akuity.io/last-used': '2026-03-01T11:30:00Z',
    },
  },
};

function open(
  roles = [deployer],
  manage: AccessVerdict = { allowed: true },
): FakeKargoApi {
  const api = FakeKargoApi.create({
    access: { project: { manage }, stages: {} },
    settings: { roles, tokens: [usedToken] },
  });
  renderWithKargo(<KargoRouter />, api, {
    path: '/projects/shop/settings/roles',
  });
  return api;
}

const press = async (name: string) =>
  userEvent.click(await screen.findByRole('button', { name }));
const dialogOf = async (name: string) =>
  within(await screen.findByRole('dialog', { name }));
const sent = (call: string) => JSON.parse(call.slice(call.indexOf('{')));

describe('roles', () => {
  it('shows who has a role and what it allows', async () => {
    open();
    const row = within(await screen.findByRole('row', { name: /^deployer/ }));
    expect(row.getByText('groups: devops')).toBeInTheDocument();
    expect(row.getByText('stages prod: promote')).toBeInTheDocument();
  });

  it('makes a role for a group', async () => {
    const api = open();
    await press('Create role');
    const dialog = await dialogOf('Create role');
    expect(dialog.getByRole('status')).toHaveTextContent('Name is missing');
    await userEvent.type(dialog.getByLabelText('Name'), 'ops');
    await userEvent.type(dialog.getByLabelText('Value'), 'team-ops');
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(api.calls).toHaveLength(1));
    expect(sent(api.calls[0])).toEqual({
      metadata: { name: 'ops' },
      claims: [{ name: 'groups', values: ['team-ops'] }],
    });
  });

  it('gives a role to somebody, and takes it back after asking', async () => {
    const api = open();
    await press('Grant deployer');
    let dialog = await dialogOf('Grant deployer');
    await userEvent.clear(dialog.getByLabelText('Claim'));
    await userEvent.type(dialog.getByLabelText('Claim'), 'email');
    await userEvent.type(dialog.getByLabelText('Value'), 'kim@example.com');
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(api.calls).toHaveLength(1));
    expect(sent(api.calls[0])).toEqual({
      role: 'deployer',
      userClaims: { claims: [{ name: 'email', values: ['kim@example.com'] }] },
    });

    await press('Take deployer from groups: devops');
    dialog = await dialogOf('Take deployer from groups: devops?');
    expect(api.calls).toHaveLength(1);
    await userEvent.click(dialog.getByRole('button', { name: 'Revoke' }));
    await waitFor(() => expect(api.calls).toHaveLength(2));
    expect(sent(api.calls[1]).userClaims.claims).toEqual([
      { name: 'groups', values: ['devops'] },
    ]);
  });

  it('lets a role do more, and says what is no resource type', async () => {
    const api = open();
    await press('Grant deployer');
    const dialog = await dialogOf('Grant deployer');
    await userEvent.click(
      dialog.getByRole('radio', { name: 'Let the role do more' }),
    );
    const resource = dialog.getByLabelText('Resource type');
    await userEvent.clear(resource);
    await userEvent.type(resource, 'stage');
    expect(dialog.getByRole('status')).toHaveTextContent(
      "did you mean 'stages'?",
    );
    await userEvent.type(resource, 's');
    await userEvent.type(dialog.getByLabelText('Name of one'), 'uat');
    await userEvent.type(dialog.getByLabelText('Verbs'), 'get, promote');
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(api.calls).toHaveLength(1));
    expect(sent(api.calls[0])).toEqual({
      role: 'deployer',
      resourceDetails: {
        resourceType: 'stages',
        resourceName: 'uat',
        verbs: ['get', 'promote'],
      },
    });
  });

  it.each<[string, Parameters<typeof open>, RegExp]>([
    [
      'a role that was put together by hand',
      [[aRole('deployer', { kargoManaged: false })]],
      /put together by hand/,
    ],
    [
      'somebody who may not manage the project',
      [[deployer], { allowed: false, reason: 'Ask group:default/ops.' }],
      /Ask group:default\/ops\./,
    ],
  ])('refuses to grant of %s, and says why', async (_, given, reason) => {
    open(...given);
    const button = await screen.findByRole('button', {
      name: 'Grant deployer',
    });
    await waitFor(() =>
      expect(button).toHaveAttribute('aria-disabled', 'true'),
    );
    await userEvent.hover(button);
    expect(await screen.findByText(reason)).toBeInTheDocument();
  });

  it('keeps what every project has', async () => {
    open([aRole('kargo-viewer')]);
    expect(
      await screen.findByRole('button', { name: 'Delete kargo-viewer' }),
    ).toHaveAttribute('aria-disabled', 'true');
    await press('Grant kargo-viewer');
    const dialog = await dialogOf('Grant kargo-viewer');
    expect(dialog.queryByRole('radio')).not.toBeInTheDocument();
  });
});

describe('API tokens', () => {
  it('says which role a token acts as and when it was last used', async () => {
    open();
    const table = within(
      await screen.findByRole('table', { name: 'API tokens' }),
    );
    const row = within(table.getByRole('row', { name: /^ci/ }));
    expect(row.getByText('deployer')).toBeInTheDocument();
    expect(row.getByTitle(/11:30:00/)).toHaveTextContent(/ago$/);
  });

  it('shows a new token once', async () => {
    const api = open();
    await press('Create API token');
    const dialog = await dialogOf('Create API token');
    await userEvent.type(dialog.getByLabelText('Name'), 'robot');
    await userEvent.click(dialog.getByRole('button', { name: /^Role/ }));
    await userEvent.click(
      await screen.findByRole('option', { name: 'deployer' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    const shown = await dialogOf('API token robot');
    expect(api.calls).toEqual(['create token robot of deployer']);
    expect(shown.getByText('secret-text')).toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
    expect(shown.getByText('secret-text')).toBeInTheDocument();
    await userEvent.click(shown.getByRole('button', { name: 'Close' }));
    await waitFor(() =>
      expect(screen.queryByText('secret-text')).not.toBeInTheDocument(),
    );
  });

  it('is revoked after asking', async () => {
    const api = open();
    await press('Delete ci');
    const dialog = await dialogOf('Delete API token ci?');
    await userEvent.click(dialog.getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(api.calls).toEqual(['delete token ci']));
  });
});

describe('the roles of the installation', () => {
  it('are there to read, with tokens that act as one', async () => {
    const api = FakeKargoApi.create({
      settings: {
        tokens: [usedToken],
        systemRoles: [
          aRole('kargo-user', {
            claims: [{ name: 'groups', values: ['developers'] }],
          }),
        ],
      },
    });
    renderWithKargo(<KargoRouter />, api, { path: '/settings/roles' });
    const roles = within(
      await screen.findByRole('table', { name: 'Roles of the installation' }),
    );
    expect(roles.getByText('groups: developers')).toBeInTheDocument();
    expect(roles.queryByRole('button')).not.toBeInTheDocument();
    await press('Delete ci');
    const dialog = await dialogOf('Delete API token ci?');
    await userEvent.click(dialog.getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(api.calls).toEqual(['delete system token ci']));
  });
});
