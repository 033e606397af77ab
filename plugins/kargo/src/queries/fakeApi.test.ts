import { completeApi, takeUnknownCalls } from '../../dev/testing/completeApi';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';

describe('the fake of the API', () => {
  it('tells of every call that it does not know, whoever catches the failure', async () => {
    const api = FakeKargoApi.create({}).asApi();
    await Promise.resolve()
      .then(() => api.deleteProject({ project: 'shop' }))
      .catch(() => undefined);
    expect(takeUnknownCalls()).toEqual(['deleteProject']);
    expect(takeUnknownCalls()).toEqual([]);
  });

  it('answers what it is told, under the name of the API', async () => {
    const api = completeApi({
      getProjectAccess: async ({ project }) => ({
        project: { manage: { allowed: project === 'shop' } },
        stages: {},
      }),
    });
    expect(await api.getProjectAccess({ project: 'shop' })).toMatchObject({
      project: { manage: { allowed: true } },
    });
  });
});
