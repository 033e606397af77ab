import {
  act,
  fireEvent,
  screen,
  waitFor,
  within,
} from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { KargoRequestError } from 'backstage-plugin-kargo-common';
import { useLocation } from 'react-router-dom';
import {
  aFreight,
  aPromotion,
  aStage,
  aWarehouse,
  awaitingMerge,
  holding,
  minutesAgo,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { giveHeights } from '../../dev/testing/giveHeights';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PipelineView } from './PipelineView';

const old = aFreight('f1', {
  alias: 'calm-heron',
  version: '1.0.0',
  minutesOld: 90,
});
const fresh = aFreight('f2', {
  alias: 'brisk-otter',
  version: '1.1.0',
  minutesOld: 10,
  status: { currentlyIn: { test: {} }, verifiedIn: { test: {} } },
});
const newest = aFreight('f3', {
  alias: 'keen-wren',
  version: '1.2.0',
  minutesOld: 1,
});

function shop(): FakeKargoApi {
  return FakeKargoApi.create({
    warehouses: [aWarehouse('web')],
    stages: [
      aStage('test', { status: holding(fresh) }),
      aStage('prod', { sources: { stages: ['test'] }, status: holding(old) }),
    ],
    freight: [old, fresh, newest],
    access: {
      project: { manage: { allowed: true } },
      stages: {
        test: {
          promote: { allowed: false, reason: 'Only the test team may.' },
          approve: { allowed: false },
        },
        prod: { promote: { allowed: true }, approve: { allowed: true } },
      },
      unconfirmedEntities: ['component:default/stranger'],
    },
  });
}

/** What the address asks for. */
function Query() {
  return <span data-testid="query">{useLocation().search}</span>;
}

const view = <PipelineView scope={{ project: 'shop' }} />;
const asList = { path: '/?view=list' };

describe('PipelineView', () => {
  it('follows all that it shows over one stream', async () => {
    const api = shop();
    renderWithKargo(view, api, asList);
    expect(await screen.findByText('Live')).toBeInTheDocument();
    await waitFor(() =>
      expect(api.streams.at(-1)).toEqual([
        'stages *@1',
        'warehouses *@1',
        'freight *@1',
      ]),
    );
    await waitFor(() => expect(api.openStreams).toBe(1));
  });

  it('keeps the Stage that has the focus in a list of hundreds, wherever I scroll', async () => {
    giveHeights();
    const stages = Array.from({ length: 100 }, (_, index) =>
      aStage(`s${index}`),
    );
    const api = FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages,
    });
    renderWithKargo(view, api, asList);
    const mine = await screen.findByRole('button', { name: 's1' });
    act(() => mine.focus());
    const scrolled = mine.closest<HTMLElement>('.MuiTableContainer-root')!;
    scrolled.scrollTop = 4000;
    fireEvent.scroll(scrolled);
    await screen.findByRole('button', { name: 's75' });
    expect(screen.queryByRole('button', { name: 's20' })).toBeNull();
    expect(mine).toHaveFocus();
    jest.restoreAllMocks();
  });

  it('halves the rows of a long list, and keeps that in the address', async () => {
    giveHeights();
    const stages = Array.from({ length: 100 }, (_, index) =>
      aStage(`s${index}`),
    );
    const api = FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages,
    });
    renderWithKargo(
      <>
        {view}
        <Query />
      </>,
      api,
      asList,
    );
    const table = await screen.findByRole('table');
    const roomOfOne = () => {
      // Without the head.
      const drawn = within(table).getAllByRole('row').length - 1;
      const gap = table.querySelector<HTMLElement>('tr[aria-hidden]')!;
      return parseFloat(gap.style.height) / (stages.length - drawn);
    };
    const mine = await screen.findByRole('button', { name: 's1' });
    expect(roomOfOne()).toBe(56);
    const compact = screen.getByRole('checkbox', { name: 'Compact rows' });
    await userEvent.click(compact);
    expect(compact).toBeChecked();
    expect(roomOfOne()).toBe(28);
    expect(mine.closest('th')).toHaveStyle({ height: '28px' });
    expect(screen.getByTestId('query')).toHaveTextContent(
      '?view=list&rows=compact',
    );
    await userEvent.click(screen.getByRole('button', { name: 'Graph' }));
    expect(compact).not.toBeInTheDocument();
    jest.restoreAllMocks();
  });

  it('hides Freight that was left behind', async () => {
    renderWithKargo(view, shop(), asList);
    const timeline = within(
      await screen.findByRole('list', { name: 'Freight, newest first' }),
    );
    const cards = () =>
      timeline.getAllByRole('button').map(({ textContent }) => textContent);
    expect(cards()).toEqual(['keen-wren', 'brisk-otter', 'calm-heron']);
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'Hide what was left behind' }),
    );
    expect(cards()).toEqual(['keen-wren', 'brisk-otter']);
  });

  it.each([
    ['stage=nope', 'There is no Stage nope in this pipeline.'],
    ['promote=nope', 'There is no Stage nope in this pipeline.'],
    ['warehouse=nope', 'There is no Warehouse nope in this pipeline.'],
    ['freight=nope', 'There is no Freight nope in this pipeline.'],
  ])('says so where ?%s names nothing', async (query, text) => {
    renderWithKargo(view, shop(), { path: `/?view=list&${query}` });
    const warning = await screen.findByText(new RegExp(`^${text}`));
    expect(warning).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(warning).not.toBeInTheDocument());
  });

  it('shows a skeleton, then the pipeline', async () => {
    renderWithKargo(view, shop(), asList);
    expect(screen.getByText('Loading')).toBeInTheDocument();
    expect(
      await screen.findByRole('button', { name: 'prod' }),
    ).toBeInTheDocument();
    expect(screen.queryByText('Loading')).not.toBeInTheDocument();
  });

  it('says what to add to an empty project', async () => {
    renderWithKargo(view, FakeKargoApi.create());
    expect(
      await screen.findByText('The pipeline is empty'),
    ).toBeInTheDocument();
  });

  it('lets the person try again after an error', async () => {
    const api = shop();
    api.failure = new KargoRequestError(422, 'The store is closed');
    renderWithKargo(view, api, asList);
    expect(await screen.findByText('The store is closed')).toBeInTheDocument();
    api.failure = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('button', { name: 'prod' }),
    ).toBeInTheDocument();
  });

  it('says whom to ask when access is refused', async () => {
    const api = shop();
    api.failure = new KargoRequestError(403, 'Permission is missing.');
    renderWithKargo(view, api);
    expect(
      await screen.findByText('You may not see this project'),
    ).toBeInTheDocument();
    expect(screen.getByText(/Permission is missing/)).toBeInTheDocument();
  });

  it('says which entities the project does not confirm', async () => {
    renderWithKargo(view, shop(), asList);
    expect(
      await screen.findByText(
        /does not confirm component:default\/stranger, .* annotation kargo\.akuity\.io\/entities/,
      ),
    ).toBeInTheDocument();
  });

  it('says on the row, without a click, what newer Freight waits for', async () => {
    const api = shop();
    api.put('freight', {
      ...fresh,
      status: { currentlyIn: { test: {} }, verifiedIn: {} },
    });
    renderWithKargo(view, api, asList);
    const row = await screen.findByRole('row', { name: /prod/ });
    expect(
      await within(row).findByText('Not yet verified in test'),
    ).toBeInTheDocument();
  });

  it.each([
    ['list', 'Stage', { stages: ['tset'] }, 'web', 'tset'],
    ['graph', 'Stage', { stages: ['tset'] }, 'web', 'tset'],
    ['graph', 'Warehouse', { direct: true }, 'wbe', 'wbe'],
  ])(
    'says in the %s of a %s that others take Freight from that it is not there',
    async (look, kind, sources, origin, name) => {
      const api = shop();
      const late = aStage('late');
      api.put('stages', {
        ...late,
        spec: {
          ...late.spec,
          requestedFreight: [
            { origin: { kind: 'Warehouse', name: origin }, sources },
          ],
        },
      });
      renderWithKargo(view, api, { path: `/?view=${look}` });
      const [label] = await screen.findAllByText('Not in this pipeline');
      expect(label.closest('[title]')).toHaveAttribute(
        'title',
        `There is no ${kind} ${name} in this pipeline. It may have been deleted, or belong to another part of the project.`,
      );
    },
  );

  it('shows changes as they come', async () => {
    const api = shop();
    renderWithKargo(view, api, asList);
    await screen.findByText('Live');
    api.put('freight', aFreight('f4', { alias: 'merry-lynx', minutesOld: 0 }));
    const timeline = screen.getByRole('list', {
      name: 'Freight, newest first',
    });
    expect(
      await within(timeline).findByRole('button', { name: 'merry-lynx' }),
    ).toBeInTheDocument();
  });

  it('explains a button that is refused, and does nothing', async () => {
    renderWithKargo(view, shop(), asList);
    const button = await screen.findByRole('button', {
      name: 'Promote to test',
    });
    await waitFor(() =>
      expect(button).toHaveAttribute('aria-disabled', 'true'),
    );
    await userEvent.hover(button);
    expect(
      await screen.findByText('Only the test team may.'),
    ).toBeInTheDocument();
    await userEvent.click(button);
    expect(screen.queryByText('What changes')).not.toBeInTheDocument();
  });

  it('shows what would change before it promotes, then follows the promotion', async () => {
    const api = shop();
    renderWithKargo(view, api, asList);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Promote to prod' }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(
      within(dialog).getByText('1.0.0 (calm-heron) → 1.1.0 (brisk-otter)'),
    ).toBeInTheDocument();
    expect(api.calls).toEqual([]);
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Promote to prod' }),
    );
    expect(
      await screen.findByRole('heading', {
        name: '1.1.0 (brisk-otter) to prod',
      }),
    ).toBeInTheDocument();
    expect(api.calls).toEqual(['promote prod {"freight":"f2"}']);
  });

  it('offers approval for Freight that may not enter yet', async () => {
    const api = shop();
    renderWithKargo(view, api, { path: '/?view=list&promote=prod' });
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(
      within(dialog).getByRole('radio', { name: /keen-wren/ }),
    );
    expect(
      within(dialog).getByText('Not available: Not yet verified in test'),
    ).toBeInTheDocument();
    await userEvent.click(
      within(dialog).getByRole('button', {
        name: 'Approve keen-wren for prod',
      }),
    );
    const question = await screen.findByRole('dialog', {
      name: 'Approve keen-wren for prod?',
    });
    await userEvent.click(
      within(question).getByRole('button', { name: 'Approve' }),
    );
    await waitFor(() => expect(api.calls).toEqual(['approve f3 prod']));
  });

  it('answers why a Stage waits in the words of the engine, and only for the Stage that is open', async () => {
    const api = shop();
    renderWithKargo(view, api, { path: '/?view=list&stage=prod' });
    expect(await screen.findByText('Why is it waiting?')).toBeInTheDocument();
    expect(
      await screen.findByText(
        'keen-wren may not enter yet: it is not yet verified in test.',
      ),
    ).toBeInTheDocument();
    expect(new Set(api.asked)).toEqual(new Set(['stage prod']));
  });

  it('does not offer as something new what runs in a Stage', async () => {
    renderWithKargo(view, shop(), { path: '/?view=list&freight=f2' });
    expect(
      await screen.findByRole('button', {
        name: 'Promote again brisk-otter to test',
      }),
    ).toHaveTextContent('Promote again');
    expect(
      screen.getByRole('button', { name: 'Promote brisk-otter to prod' }),
    ).toBeInTheDocument();
  });

  it('asks nothing of a Stage that waits for nothing', async () => {
    const api = shop();
    api.reasons['stage prod'] = [
      { code: 'already-there', origin: 'Warehouse/web', freight: 'f3' },
    ];
    renderWithKargo(view, api, { path: '/?view=list&stage=prod' });
    expect(await screen.findByText('keen-wren runs here.')).toBeInTheDocument();
    expect(screen.getByText('What does it do now?')).toBeInTheDocument();
    expect(screen.queryByText('Why is it waiting?')).toBeNull();
  });

  it.each(['list', 'graph'])(
    'says in the %s for whom newer Freight waits',
    async name => {
      const verdict = (allowed: boolean) => ({
        promote: { allowed },
        approve: { allowed },
        owners: ['group:default/ops'],
      });
      renderWithKargo(
        view,
        FakeKargoApi.create({
          warehouses: [aWarehouse('web')],
          stages: [
            aStage('mine', { status: holding(old) }),
            aStage('theirs', { status: holding(old) }),
            aStage('kept', { status: holding(old) }),
            aStage('gated', { sources: {}, status: holding(old) }),
          ],
          freight: [old, newest],
          access: {
            project: { manage: { allowed: false } },
            stages: {
              mine: verdict(true),
              theirs: verdict(false),
              kept: { ...verdict(false), isOwner: true },
              gated: verdict(false),
            },
          },
        }),
        { path: `/?view=${name}` },
      );
      expect(
        await screen.findByText('Waits for you to promote it'),
      ).toBeInTheDocument();
      expect(
        await screen.findByText('Waits for ops to promote it'),
      ).toBeInTheDocument();
      // Whom the policy lets promote what it keeps from its owners, nobody knows.
      expect(
        await screen.findByText('Someone has to promote it'),
      ).toBeInTheDocument();
      expect(
        await screen.findByText('Waits for an approval by ops'),
      ).toBeInTheDocument();
    },
  );

  it('tells a rollback from other promotions of the Stage', async () => {
    const api = shop();
    const [, prod] = api.all('stages');
    [newest, old].forEach((freight, index) => {
      const promotion = aPromotion(`prod.${index}`, prod, freight, {
        phase: 'Succeeded',
      });
      promotion.metadata.creationTimestamp = minutesAgo(9 - index);
      api.put('promotions', promotion);
    });
    renderWithKargo(view, api, { path: '/?view=list&stage=prod' });
    const promoted = async (freight: string) =>
      (await screen.findByRole('button', { name: freight })).closest('li')!;
    expect(
      within(await promoted('1.0.0 (calm-heron)')).getByText('Rollback'),
    ).toBeInTheDocument();
    expect(
      within(await promoted('1.2.0 (keen-wren)')).queryByText('Rollback'),
    ).toBeNull();
  });

  it('leads from a promotion to its Stage, and stays in the list', async () => {
    const stage = aStage('test', { status: holding(fresh) });
    const api = FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages: [stage],
      freight: [fresh],
      promotions: [aPromotion('test.1', stage, fresh)],
    });
    const path = '/?view=list&promotion=test.1';
    renderWithKargo(
      <>
        {view}
        <Query />
      </>,
      api,
      { path },
    );
    const drawer = within(
      await screen.findByRole('dialog', {
        name: '1.1.0 (brisk-otter) to test',
      }),
    );
    await userEvent.click(drawer.getByRole('link', { name: 'test' }));
    expect(
      await screen.findByRole('dialog', { name: 'test' }),
    ).toBeInTheDocument();
    expect(screen.getByTestId('query')).toHaveTextContent(
      '?view=list&stage=test',
    );
  });

  it('says so when the project is deleted while I look, and does not show it as empty', async () => {
    const api = shop();
    renderWithKargo(view, api, asList);
    expect(await screen.findByText('Live')).toBeInTheDocument();
    api.goAway(new KargoRequestError(404, 'Project shop does not exist'));
    expect(
      await screen.findByText('Project shop does not exist'),
    ).toBeInTheDocument();
    expect(screen.queryByRole('table')).not.toBeInTheDocument();
  });

  it('makes a project that there is not, here and now', async () => {
    const api = shop();
    api.failure = new KargoRequestError(404, "Project 'shop' not found");
    renderWithKargo(view, api, asList);
    await screen.findByRole('heading', { name: 'Project shop does not exist' });
    await userEvent.click(
      screen.getByRole('button', { name: 'Create Project' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Create Project' }),
    );
    api.failure = undefined;
    await userEvent.click(dialog.getByRole('button', { name: 'Create' }));
    await waitFor(() => expect(api.calls.join()).toContain('name: shop'));
    expect(
      await screen.findByRole('button', { name: 'prod' }),
    ).toBeInTheDocument();
  });

  it('asks the engine again when the Stage changes', async () => {
    const api = shop();
    renderWithKargo(view, api, { path: '/?view=list&stage=prod' });
    await screen.findByText(/keen-wren may not enter yet/);
    await waitFor(() => expect(api.openStreams).toBe(1));
    api.reasons['stage prod'] = [
      {
        code: 'promotion-failed',
        promotion: 'prod.1',
        phase: 'Failed',
        error: 'The push was rejected',
      },
    ];
    const [prod] = api
      .all('stages')
      .filter(({ metadata }) => metadata.name === 'prod');
    api.put('stages', prod);
    expect(
      await screen.findByText(
        'The last promotion failed: The push was rejected',
      ),
    ).toBeInTheDocument();
  });

  it('lets the person resume automation beside the reason that it is held', async () => {
    const api = shop();
    api.reasons['stage prod'] = [
      {
        code: 'held',
        origin: 'Warehouse/web',
        freight: 'f3',
        holder: 'f1',
        promotion: 'prod.1',
        actor: 'ana',
      },
    ];
    renderWithKargo(view, api, { path: '/?view=list&stage=prod' });
    expect(
      await screen.findByText(
        'Automatic promotion of web is paused, because ana chose calm-heron.',
      ),
    ).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: 'Resume automatic promotion' }),
    );
    await waitFor(() =>
      expect(api.calls).toEqual(['promote prod {"origin":"Warehouse/web"}']),
    );
  });

  it('says that the engine could not be asked, and asks again on request', async () => {
    const api = shop();
    const answer = jest
      .spyOn(api.asApi(), 'explainStage')
      .mockRejectedValueOnce(new KargoRequestError(422, 'It is busy'));
    renderWithKargo(view, api, { path: '/?view=list&stage=prod' });
    expect(await screen.findByText('It is busy')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByText(/keen-wren may not enter yet/),
    ).toBeInTheDocument();
    expect(answer).toHaveBeenCalledTimes(2);
  });

  it('explains Freight before a Stage when somebody asks', async () => {
    const api = shop();
    renderWithKargo(view, api, { path: '/?view=list&freight=f3' });
    const ask = await screen.findByRole('button', {
      name: 'Why not here? keen-wren in prod',
    });
    expect(api.asked).toEqual([]);
    await userEvent.click(ask);
    expect(
      await screen.findByText(
        'keen-wren may not enter yet: it is not yet verified in test.',
      ),
    ).toBeInTheDocument();
    expect(api.asked).toEqual(['freight f3 prod']);
  });

  it('tells what a Warehouse does and what it failed to read', async () => {
    const api = shop();
    api.reasons['warehouse web'] = [
      {
        code: 'subscription-failed',
        subscription: 'image registry.example.com/web',
        error: 'It answered 503',
      },
    ];
    renderWithKargo(view, api, { path: '/?view=list&warehouse=web' });
    expect(
      await screen.findByText(
        'image registry.example.com/web could not be read: It answered 503',
      ),
    ).toBeInTheDocument();
  });

  it('leaves out of the list what a search does not find', async () => {
    renderWithKargo(view, shop(), asList);
    await screen.findByRole('button', { name: 'prod' });
    await userEvent.type(
      screen.getByRole('searchbox', { name: 'Find a Stage or version' }),
      'pro',
    );
    expect(await screen.findByText('1 of 2 Stages')).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: 'test' }),
    ).not.toBeInTheDocument();
  });

  it('says on every Stage which version is newer, and that it is on hold', async () => {
    const api = shop();
    const [prod] = api
      .all('stages')
      .filter(({ metadata }) => metadata.name === 'prod');
    api.put('stages', {
      ...prod,
      status: {
        ...prod.status,
        autoPromotionEnabled: true,
        autoPromotionHolds: { 'Warehouse/web': {} },
      } as unknown as typeof prod.status,
    });
    renderWithKargo(view, api, asList);
    const row = await screen.findByRole('row', { name: /^prod/ });
    expect(await within(row).findByText('Newer: 1.1.0')).toBeInTheDocument();
    expect(within(row).getAllByText('On hold').length).toBeGreaterThan(0);
  });

  it.each(['list', 'graph'])(
    'links the pull request that a Stage waits for in the %s, and says why',
    async name => {
      const api = shop();
      const [prod] = api
        .all('stages')
        .filter(({ metadata }) => metadata.name === 'prod');
      api.put('stages', {
        ...prod,
        status: { ...prod.status, ...awaitingMerge(42, fresh) },
      });
      renderWithKargo(view, api, { path: `/?view=${name}` });
      const [link] = await screen.findAllByRole('link', {
        name: 'PR #42 open',
      });
      expect(link).toHaveAttribute(
        'href',
        'https://git.example.com/acme/gitops/pull/42',
      );
      expect(
        screen.getByText(
          'Waits: pull request 42 is open; a review by bob is awaited',
        ),
      ).toBeInTheDocument();
    },
  );

  it.each(['list', 'graph'])(
    'shows several Warehouses at once in the %s, chosen by keyboard and kept in the address',
    async name => {
      const api = FakeKargoApi.create({
        warehouses: ['api', 'docs', 'web'].map(w => aWarehouse(w)),
        stages: ['api', 'docs', 'web'].map(warehouse =>
          aStage(`${warehouse}-test`, { warehouses: [warehouse] }),
        ),
        freight: [
          aFreight('f1', { alias: 'calm-heron', warehouse: 'api' }),
          aFreight('f2', { alias: 'keen-wren', warehouse: 'docs' }),
          aFreight('f3', { alias: 'brisk-otter', warehouse: 'web' }),
        ],
      });
      const label = (stage: string) =>
        name === 'list' ? stage : `Details of ${stage}`;
      renderWithKargo(
        <>
          {view}
          <Query />
        </>,
        api,
        { path: `/?view=${name}` },
      );
      const filter = await screen.findByRole('button', {
        name: 'Warehouses: All Warehouses',
      });
      act(() => filter.focus());
      await userEvent.keyboard('{Enter}');
      await screen.findByRole('listbox');
      await userEvent.keyboard('{ArrowDown}{Enter}');
      await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}{Escape}');
      expect(
        await screen.findByRole('button', { name: 'Warehouses: api, web' }),
      ).toBeInTheDocument();
      expect(screen.getByTestId('query')).toHaveTextContent(
        `?view=${name}&origin=api%2Cweb`,
      );
      await waitFor(() =>
        expect(
          screen.queryByRole('button', { name: label('docs-test') }),
        ).not.toBeInTheDocument(),
      );
      for (const kept of [label('api-test'), label('web-test')]) {
        expect(screen.getByRole('button', { name: kept })).toBeInTheDocument();
      }
      expect(
        within(screen.getByRole('list', { name: 'Freight, newest first' }))
          .getAllByRole('button')
          .map(({ textContent }) => textContent)
          .sort(),
      ).toEqual(['brisk-otter', 'calm-heron']);
    },
  );

  it('folds what follows a Stage, keeps that in the address, and finds what is folded', async () => {
    renderWithKargo(view, shop(), { path: '/?view=graph' });
    const button = await screen.findByRole('button', {
      name: 'What follows test',
    });
    expect(button).toHaveAttribute('aria-expanded', 'true');
    await userEvent.click(button);
    expect(button).toHaveAttribute('aria-expanded', 'false');
    expect(
      screen.queryByRole('button', { name: 'Details of prod' }),
    ).not.toBeInTheDocument();
    screen.getByRole('button', { name: '1 Stage' }).focus();
    await userEvent.keyboard('{Enter}');
    expect(
      await screen.findByRole('button', { name: 'Details of prod' }),
    ).toBeInTheDocument();
  });

  it('opens folded as the address says', async () => {
    renderWithKargo(view, shop(), { path: '/?view=graph&fold=test' });
    expect(
      await screen.findByRole('button', { name: '1 Stage' }),
    ).toBeInTheDocument();
  });

  it('shows what a Warehouse watches, and leads to its details', async () => {
    renderWithKargo(view, shop(), { path: '/?view=graph' });
    await userEvent.click(
      await screen.findByRole('button', { name: 'What web watches' }),
    );
    const source = await screen.findByRole('button', {
      name: 'registry.example.com/web, watched by web',
    });
    source.focus();
    await userEvent.keyboard('{Enter}');
    expect(
      await screen.findByRole('dialog', { name: 'web' }),
    ).toBeInTheDocument();
  });

  it('calls what makes the graph larger by texts that can be translated', async () => {
    renderWithKargo(view, shop(), { path: '/?view=graph' });
    for (const name of ['Larger', 'Smaller', 'Show the whole pipeline']) {
      expect(await screen.findByRole('button', { name })).toBeInTheDocument();
    }
  });

  it('leads by arrow keys from the Warehouse along the Stages and back', async () => {
    renderWithKargo(view, shop(), { path: '/?view=graph' });
    const details = (name: string) =>
      screen.findByRole('button', { name: `Details of ${name}` });
    const warehouse = await details('web');
    act(() => warehouse.focus());
    await userEvent.keyboard('{ArrowRight}');
    expect(await details('test')).toHaveFocus();
    await userEvent.keyboard('{ArrowRight}');
    expect(await details('prod')).toHaveFocus();
    await userEvent.keyboard('{ArrowRight}');
    expect(await details('prod')).toHaveFocus();
    // From any button of a Stage, not from its name alone.
    act(() => screen.getByRole('button', { name: 'Promote to prod' }).focus());
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
    expect(warehouse).toHaveFocus();
    expect(
      screen.getByRole('region', { name: /^Pipeline from/ }),
    ).toHaveAccessibleDescription('Arrow keys lead from one to the next.');
  });
});
