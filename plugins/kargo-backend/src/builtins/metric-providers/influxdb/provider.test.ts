import { MetricServer } from '../../../testing/MetricServer';
import { influxdbProvider } from './provider';
import { readFlux } from './readFlux';

jest.setTimeout(60_000);

const CSV = [
  '#datatype,string,long,double,string',
  ',result,table,_value,host',
  ',_result,0,1.5,"a, ""b"""',
  ',_result,0,2,c',
  '',
  '#datatype,string,long,boolean',
  ',result,table,_value',
  ',_result,1,true',
  '',
].join('\r\n');

describe('influxdb', () => {
  let server: MetricServer;

  beforeAll(async () => {
    server = await MetricServer.start();
  });
  beforeEach(() => server.reset());
  afterAll(() => server.close());

  const measure = (profile?: string) =>
    server.measure(
      influxdbProvider,
      { query: 'from(bucket: "b")', ...(profile && { profile }) },
      {
        secrets: {
          'installation/influxdb': {
            address: `${server.url}/`,
            authToken: 'token',
            org: 'my org',
          },
        },
      },
    );

  it('takes the values of all records', async () => {
    server.answer = () => ({ status: 200, body: CSV });
    await expect(measure()).resolves.toEqual({
      kind: 'measured',
      result: [1.5, 2, true],
      value: '[1.5 2 true]',
    });
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      url: '/api/v2/query?org=my%20org',
      headers: { authorization: 'Token token' },
    });
    expect(JSON.parse(server.seen[0].body)).toMatchObject({
      query: 'from(bucket: "b")',
      type: 'flux',
    });
  });

  it.each<[string, string[], unknown[]]>([
    [
      'a column that is called error',
      [
        '#datatype,string,long,double,double,double',
        ',result,table,error,total,_value',
        ',_result,0,2,100,0.02',
      ],
      [0.02],
    ],
    [
      'what is not there',
      ['#datatype,string,boolean', ',name,_value', ',a,false', ',b,'],
      [false, null],
    ],
    [
      'what is no number and what has no end',
      ['#datatype,string,double', ',name,_value', ',a,NaN', ',b,-Inf'],
      [NaN, -Infinity],
    ],
  ])('reads %s', (_, rows, values) => {
    expect(readFlux(rows.join('\r\n'))).toEqual(values);
  });

  it('tells what InfluxDB says of a query', async () => {
    const message = 'compilation failed: error @1:1-1:5: undefined identifier';
    server.answerJson({ code: 'invalid', message }, 400);
    await expect(measure()).rejects.toThrow(`InfluxDB: invalid: ${message}`);
    server.answerJson({}, 400);
    await expect(measure()).rejects.toThrow('non 2xx response code: 400');
  });

  it('fails without records, without a Secret, and by an error', async () => {
    server.answer = () => ({ status: 200, body: '\r\n' });
    await expect(measure()).rejects.toThrow(
      'no results returned from flux query',
    );
    await expect(measure('none')).rejects.toThrow(
      "the Secret 'none' of the installation",
    );
    server.answerJson({}, 404);
    await expect(measure()).rejects.toThrow('non 2xx response code: 404');
  });

  it('tells an error that comes in the middle of the answer', () => {
    const csv =
      '#datatype,string,long\r\n,error,reference\r\n,query ended early,897\r\n';
    expect(() => readFlux(csv)).toThrow('InfluxDB: query ended early');
  });
});
