import { unknownColumns } from './unknownColumns';

describe('unknownColumns', () => {
  const record = {
    sys_id: '1',
    state: '2',
    approval: '',
    u_ring: { value: 'a' },
  };

  it.each<[string, string[]]>([
    ['state=2', []],
    ['state=2^approval=approved^u_ringISNOTEMPTY', []],
    ['state=2^ORapproval=approved^NQu_ring!=a', []],
    ['stat=2', ['stat']],
    ['state=2^ORaproval=approved', ['aproval']],
    ['state=2^NQrisk<3^riskISNOTEMPTY', ['risk']],
    ['stateIN2,3^ORDERBYDESCnumber^GROUPBYowner', []],
    ['assigned_to.name=Ann^variables.a1b2=yes', []],
    ['state=a^^b=c', []],
    ['state=2^RLQUERYtask_sla.task,>0^has_breached=true^ENDRLQUERY', []],
    ['123TEXTQUERY321=web', []],
    ['', []],
  ])('of %s are %j', (query, expected) => {
    expect(unknownColumns(query, record)).toEqual(expected);
  });
});
