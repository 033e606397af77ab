import { Entity } from '@backstage/catalog-model';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PipelineView } from '../pipeline/PipelineView';

const old = aFreight('f1', {
  alias: 'calm-heron',
  version: '1.0.0',
  minutesOld: 90,
});
const newest = aFreight('f2', {
  alias: 'keen-wren',
  version: '1.1.0',
  minutesOld: 10,
});

function openDialog(api: FakeKargoApi, entities: Entity[] = []) {
  renderWithKargo(<PipelineView scope={{ project: 'shop' }} />, api, {
    path: '/?view=list&promote=prod',
    entities,
  });
  return screen.findByRole('dialog', { name: 'Promote to prod' });
}

describe('the promote dialog', () => {
  it('tells all that a choice holds by the keyboard and by touch, which choose nothing then', async () => {
    const images = ['web', 'api', 'jobs', 'mail', 'docs'].map(
      (name, index) => ({
        repoURL: `registry.example.com/${name}`,
        tag: `2.0.${index}`,
      }),
    );
    const api = FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages: [aStage('prod')],
      freight: [
        { ...old, images },
        { ...newest, images },
      ],
    });
    const dialog = within(await openDialog(api));
    const first = await dialog.findByRole('radio', { name: /keen-wren/ });
    await waitFor(() => expect(first).toBeChecked());
    const [ofFirst, ofSecond] = dialog.getAllByRole('button', { name: '+2' });
    first.focus();
    await userEvent.tab();
    expect(ofFirst).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    const all = within(await screen.findByRole('dialog', { name: '+2' }));
    expect(all.getByText('2.0.4')).toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(ofFirst).toHaveFocus());

    await userEvent.click(ofSecond);
    await screen.findByRole('dialog', { name: '+2' });
    await userEvent.keyboard('{Escape}');
    expect(first).toBeChecked();
    await userEvent.click(dialog.getByText('calm-heron'));
    expect(dialog.getByRole('radio', { name: /calm-heron/ })).toBeChecked();
    expect(ofFirst).toHaveAttribute('tabindex', '-1');
  });

  it('chooses nothing for me where the newest runs, and names a rollback', async () => {
    const api = FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages: [aStage('prod', { status: holding(newest) })],
      freight: [old, newest],
    });
    const dialog = within(await openDialog(api));
    expect(
      dialog.getByText(/prod already runs the newest/),
    ).toBeInTheDocument();
    expect(
      dialog.getByRole('button', { name: 'Promote to prod' }),
    ).toHaveAttribute('aria-disabled', 'true');
    dialog
      .getAllByRole('radio')
      .forEach(radio => expect(radio).not.toBeChecked());
    expect(dialog.getByText(/choosing one rolls back/)).toBeInTheDocument();

    await userEvent.click(dialog.getByRole('radio', { name: /calm-heron/ }));
    expect(
      dialog.getByText('1.1.0 (keen-wren) → 1.0.0 (calm-heron)'),
    ).toBeInTheDocument();
    await userEvent.click(
      dialog.getByRole('button', { name: 'Roll back to 1.0.0' }),
    );
    await waitFor(() =>
      expect(api.calls).toEqual(['promote prod {"freight":"f1"}']),
    );
  });

  it('says what keeps the portal from it before I promote', async () => {
    const api = FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages: [aStage('prod', { status: holding(old) })],
      freight: [old, newest],
    });
    api.engine = new TypeError('Failed to fetch');
    const dialog = within(await openDialog(api));
    expect(await dialog.findByRole('alert')).toHaveTextContent(
      'The portal does not answer',
    );
  });

  it('promotes what I looked at, though newer Freight came meanwhile', async () => {
    const api = FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages: [aStage('prod', { status: holding(old) })],
      freight: [old, newest],
    });
    const dialog = within(await openDialog(api));
    expect(dialog.getByRole('radio', { name: /keen-wren/ })).toBeChecked();
    const newer = aFreight('f3', {
      alias: 'swift-hare',
      version: '1.2.0',
      minutesOld: 1,
    });
    api.put('freight', newer);
    expect(
      await dialog.findByRole('radio', { name: /swift-hare/ }),
    ).not.toBeChecked();
    await userEvent.click(
      dialog.getByRole('button', { name: 'Promote to prod' }),
    );
    await waitFor(() =>
      expect(api.calls).toEqual(['promote prod {"freight":"f2"}']),
    );
  });

  it('keeps Freight of several Warehouses apart, and says what stays', async () => {
    const content = aFreight('c1', { warehouse: 'content', version: '7.0.0' });
    const api = FakeKargoApi.create({
      warehouses: [aWarehouse('content'), aWarehouse('web')],
      stages: [
        aStage('prod', {
          warehouses: ['web', 'content'],
          status: holding(old, content),
        }),
      ],
      freight: [old, newest, content],
    });
    const dialog = within(await openDialog(api));
    expect(dialog.getByText('From web')).toBeInTheDocument();
    expect(dialog.getByText('From content')).toBeInTheDocument();
    expect(dialog.getByRole('radio', { name: /keen-wren/ })).toBeChecked();
    expect(dialog.getByText('From content, as it is')).toBeInTheDocument();
    expect(dialog.getAllByText('7.0.0').length).toBeGreaterThan(1);
  });

  it('lists the commits that come in or go away, with author and link', async () => {
    const repoURL = 'https://github.com/acme/web.git';
    const commitOf = (id: string, subject: string) => ({
      id: id.repeat(40),
      subject,
      author: 'Ana Nowak <ana@example.org>',
      committedAt: '2026-03-01T11:00:00Z',
    });
    const withCommit = (freight: typeof old, id: string) => ({
      ...freight,
      commits: [{ repoURL, id: id.repeat(40), branch: 'main' }],
    });
    const [from, to] = [withCommit(old, 'a'), withCommit(newest, 'b')];
    const api = FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages: [aStage('prod', { status: holding(from) })],
      freight: [from, to],
      commits: {
        f2: [
          {
            repoURL,
            from: 'a'.repeat(40),
            to: 'b'.repeat(40),
            added: {
              items: [commitOf('b', 'Say hello'), commitOf('c', 'Count them')],
              isCut: false,
            },
            removed: { items: [commitOf('d', 'Rewritten')], isCut: true },
          },
          {
            repoURL: 'https://git.example/charts.git',
            from: 'a',
            to: 'b',
            unknown: 'git.example is down',
          },
        ],
      },
    });
    const dialog = within(await openDialog(api));
    const added = within(
      await dialog.findByRole('list', {
        name: '2 commits of web come in',
      }),
    );
    expect(
      added.getAllByRole('listitem').map(({ textContent }) => textContent),
    ).toEqual([
      expect.stringMatching(/^bbbbbbbSay helloby Ana Nowak, /),
      expect.stringMatching(/^cccccccCount themby Ana Nowak, /),
    ]);
    expect(added.getByRole('link', { name: 'bbbbbbb' })).toHaveAttribute(
      'href',
      `https://github.com/acme/web/commit/${'b'.repeat(40)}`,
    );
    expect(
      dialog.getByText('More than 1 commits of web go away; the newest:'),
    ).toBeInTheDocument();
    expect(
      dialog.getByText(
        /commits of charts in between are not known: git.example is down/,
      ),
    ).toBeInTheDocument();
  });

  it('names who depends on what it changes', async () => {
    const api = FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages: [aStage('prod', { status: holding(old) })],
      freight: [old, newest],
    });
    const entities = [
      {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: {
          name: 'web',
          namespace: 'default',
          annotations: { 'kargo.akuity.io/project': 'shop' },
        },
        relations: [
          { type: 'dependencyOf', targetRef: 'component:default/checkout' },
        ],
      },
    ];
    const dialog = within(await openDialog(api, entities));
    expect(await dialog.findByText('Depends on it:')).toBeInTheDocument();
    expect(
      await dialog.findByRole('link', { name: 'checkout' }),
    ).toHaveAttribute('href', '/catalog/default/component/checkout');
  });

  it('says which Stage an approval goes past', async () => {
    const approved = { ...newest, status: { approvedFor: { prod: {} } } };
    const api = FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages: [
        aStage('uat'),
        aStage('prod', { sources: { stages: ['uat'] }, status: holding(old) }),
      ],
      freight: [old, approved],
    });
    const dialog = within(await openDialog(api));
    expect(
      dialog.getByText(/goes past uat: it was approved/),
    ).toBeInTheDocument();
  });
});
