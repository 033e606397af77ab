import { editHcl, HclUpdate } from './editHcl';

const FILE = `# What runs where.
terraform {
  required_version = ">= 1.6" // at least
  required_providers {
    aws = { source = "hashicorp/aws", version = "5.1" }
  }
}

locals {
  images = {
    web     = "web:1.0.0"   # the shop
    "api.v2" : "api:2.0.0",
    (var.x) = "computed"
  }
  /* a = "not this one"
     } */
  zones = ["a", "b", /* c */ "d"]
  replicas = 3
  note = <<-EOT
    web = "not this one"
    }
    EOT
  url = "https://\${var.host}/\${lookup(local.m, "k}", "\\"")}/x"
}

resource "aws_instance" "web" {
  ami           = "ami-1"
  monitoring    = true
  ebs_block_device { size = 10 }
  ebs_block_device {
    size = 20
  }
}

module "web" { version = "1.2.3" }
module "api" {
  version = var.version
  tags    = [for t in var.tags : upper(t)]
  kinds   = { for k in var.kinds : k => true }
}
`;

const change = (key: string, value: HclUpdate['value'], text = FILE) =>
  editHcl(text, [{ key, value }]);

describe('an edit of an HCL file', () => {
  it.each<
    [key: string, value: HclUpdate['value'], before: string, after: string]
  >([
    ['terraform.required_version', '~> 2', '">= 1.6" //', '"~> 2" //'],
    ['terraform.required_providers.aws.version', '6', '"5.1" }', '"6" }'],
    ['locals.images.web', 'web:2', '"web:1.0.0"   #', '"web:2"   #'],
    ['locals.images.api\\.v2', 'x', '"api:2.0.0",', '"x",'],
    ['locals.zones.2', 'z', '"d"]', '"z"]'],
    ['locals.replicas', 5, 'replicas = 3', 'replicas = 5'],
    ['locals.replicas', 1.5, 'replicas = 3', 'replicas = 1.5'],
    ['resource.aws_instance.web.ami', 'a"b', '"ami-1"', '"a\\"b"'],
    ['resource.aws_instance.web.ami', 1, '"ami-1"', '1'],
    ['resource.aws_instance.web.monitoring', false, '= true\n', '= false\n'],
    ['resource.aws_instance.web.ebs_block_device.0.size', 11, '10 }', '11 }'],
    ['resource.aws_instance.web.ebs_block_device.1.size', 21, '20\n', '21\n'],
    ['module.web.version', '1.3.0', '"1.2.3" }', '"1.3.0" }'],
    ['module.api.version', '9', 'var.version', '"9"'],
    [
      'locals.url',
      'x',
      '"https://${var.host}/${lookup(local.m, "k}", "\\"")}/x"',
      '"x"',
    ],
    [
      'locals.note',
      'x',
      '<<-EOT\n    web = "not this one"\n    }\n    EOT',
      '"x"',
    ],
  ])(
    'sets %s to %j and touches nothing else',
    async (key, value, before, after) => {
      expect(FILE.split(before)).toHaveLength(2);
      expect(await change(key, value)).toBe(FILE.replace(before, () => after));
    },
  );

  it.each<[key: string, reason: string]>([
    ['locals.images.nope', 'was not found'],
    ['nope', 'was not found'],
    ['module.web.version.more', 'was not found'],
    ['module.api.tags.0', 'was not found'],
    ['module.api.kinds.k', 'was not found'],
    ['locals.zones.3', 'was not found'],
    ['resource.aws_instance.web.ebs_block_device.2.size', 'was not found'],
    ['resource.aws_instance.web.ebs_block_device.size', 'is there 2 times'],
    ['locals.images', 'leads to an object or a list'],
    ['locals.zones', 'leads to an object or a list'],
    ['module.web', 'leads to a block'],
    ['module..web', 'has an empty part'],
    ['module.web.', 'has an empty part'],
  ])('refuses %s: %s', async (key, reason) => {
    await expect(change(key, 'x')).rejects.toThrow(`key "${key}" ${reason}`);
  });

  it('finds an attribute in whichever of several blocks has it', async () => {
    const text = 'locals {\n a = 1\n}\nlocals {\n b = 2\n}\n';
    expect(await change('locals.b', 3, text)).toBe(text.replace('2', '3'));
  });

  it.each<[written: string, value: HclUpdate['value']]>([
    ['1.10', 1.1],
    ['1e3', 1000],
    ['"a\\u0062"', 'ab'],
    ['"$${x} %%{y} $z"', '${x} %{y} $z'],
    ['true', true],
  ])('leaves %s as it is when it is %j already', async (written, value) => {
    const text = `a = ${written} # as it is\n`;
    expect(await change('a', value, text)).toBe(text);
  });

  it.each<[value: HclUpdate['value'], written: string]>([
    ['1.10', '"1.10"'],
    ['true', '"true"'],
    ['${var.x} %{if}', '"$${var.x} %%{if}"'],
    ['a\\b\n\t"\u0001', '"a\\\\b\\n\\t\\"\\u0001"'],
    ['', '""'],
    [-0.5, '-0.5'],
  ])('writes %j as %s, and reads it back', async (value, written) => {
    const edited = await change('a', value, 'a = null');
    expect(edited).toBe(`a = ${written}`);
    expect(await change('a', value, edited)).toBe(edited);
  });

  it('keeps line ends, a mark of the byte order and a missing last line end', async () => {
    const text = '\ufeffa = "1"\r\nb = {\r\n  c = 2 # c\r\n}';
    const edited = await editHcl(text, [
      { key: 'a', value: '3' },
      { key: 'b.c', value: 4 },
    ]);
    expect(edited).toBe('\ufeffa = "3"\r\nb = {\r\n  c = 4 # c\r\n}');
  });

  it('takes expressions that go over several lines as one value', async () => {
    const text = 'a = (\n  1 +\n  2\n)\nb = f(\n  "x",\n)\nc = 1\n';
    expect(await change('a', 1, text)).toBe(
      text.replace('(\n  1 +\n  2\n)', '1'),
    );
    expect(await change('c', 2, text)).toBe(text.replace('c = 1', 'c = 2'));
  });

  it.each<[text: string, reason: string]>([
    ['a = 1\nb "', 'line 2: what opens with " does not end'],
    ['a = "x\n', 'line 1: what opens with " does not end'],
    ['a = "${x"\n', 'line 1: what opens with " does not end'],
    ['a = (1\n', 'line 1: what opens with ( does not end'],
    ['a = (1]\n', 'line 1: unexpected "]"'],
    ['a = <<EOT\nx\n', 'line 1: the text up to "EOT" does not end'],
    ['/* x', 'line 1: what opens with / does not end'],
    ['a {\n b = 1\n', 'line 1: block "a" does not end'],
    ['a = 1\n}', 'line 2: unexpected "}"'],
    ['a =\n', 'line 1: unexpected "\\n"'],
    ['a', 'line 1: unexpected end of the file'],
    ['a = 1, b = 2', 'line 1: unexpected ","'],
    ['{"a": 1}', 'line 1: unexpected "{"'],
    [`${'a {\n'.repeat(101)}`, 'more than 100 blocks in one another'],
  ])('says what is wrong with %j', async (text, reason) => {
    await expect(change('a', 1, text)).rejects.toThrow(reason);
  });

  it('takes deep nesting and long files in its stride', async () => {
    const deep = `a = ${'['.repeat(50_000)}${']'.repeat(50_000)}\nb = 1\n`;
    expect(await change('b', 2, deep)).toContain('\nb = 2\n');
    const quoted = `a = "${'${"'.repeat(20_000)}${'"}'.repeat(
      20_000,
    )}"\nb = 1\n`;
    expect(await change('b', 2, quoted)).toContain('\nb = 2\n');
    const long = Array.from({ length: 20_000 }, (_, at) => `k${at} = ${at}`);
    expect(await change('k19999', 'x', long.join('\n'))).toMatch(
      /k19999 = "x"$/,
    );
  });

  it('takes updates one after the other', async () => {
    const edited = await editHcl('a = 1.0\nb = f(2)\n', [
      { key: 'b', value: '{' },
      { key: 'a', value: 2 },
      { key: 'a', value: 1 },
      { key: 'b', value: 'x' },
    ]);
    expect(edited).toBe('a = 1\nb = "x"\n');
  });

  it('lets other work go on while it is told many values', async () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `k${at}`);
    const fileOf = (value: number) =>
      `locals {\n images = {\n${names
        .map(name => `  ${name} = ${value}\n`)
        .join('')} }\n}\n`;
    const updates = names.map(name => ({
      key: `locals.images.${name}`,
      value: 2,
    }));
    let turns = 0;
    let next: NodeJS.Immediate = setImmediate(function turn() {
      turns += 1;
      next = setImmediate(turn);
    });
    const edited = await editHcl(fileOf(1), updates);
    clearImmediate(next);
    expect(edited).toBe(fileOf(2));
    // At once there would be none, however fast the machine.
    expect(turns).toBeGreaterThanOrEqual(1_000);
  });

  it('ends when nobody waits any more', async () => {
    const gone = new AbortController();
    const editing = editHcl('a = 1\n', [{ key: 'a', value: 2 }], {
      signal: gone.signal,
    });
    gone.abort();
    await expect(editing).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('gives the text back when a value is set and set back', async () => {
    const keys: Array<[string, HclUpdate['value']]> = [
      ['terraform.required_providers.aws.version', '5.1'],
      ['locals.images.web', 'web:1.0.0'],
      ['locals.zones.0', 'a'],
      ['locals.replicas', 3],
      ['module.web.version', '1.2.3'],
    ];
    for (const [key, value] of keys) {
      const changed = await change(key, 'something ${else}');
      expect(changed).not.toBe(FILE);
      expect(await change(key, value, changed)).toBe(FILE);
    }
  });
});
