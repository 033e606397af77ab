#!/usr/bin/env bash
# expr-lang/expr 1.17.8, which needs Go. `?.` is documented to answer nil where its left side
# is nil. Of a call behind it the arguments are put on the stack all the same and stay there,
# so whatever stands around the call takes them for its own operands: `2 + (x?.f(7) ?? 3)`
# is 10, `max(5, x?.f(1) ?? 3)` is 3, a list loses its first element, and no error is told.
# Alone, or first in the expression, the call answers what it should, which is how it is tried.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export GOPATH="$work/go" GOFLAGS='-mod=mod -modcacherw'
cat >go.mod <<'EOF'
module finding
go 1.21
require github.com/expr-lang/expr v1.17.8
EOF
cat >main.go <<'EOF'
package main

import (
	"fmt"

	"github.com/expr-lang/expr"
)

func main() {
	// "x" is not there. The optimisation of expressions makes no difference to these.
	environment := map[string]any{}
	for _, code := range []string{
		`x?.f(7) ?? 3`,
		`(x?.f(7) ?? 3) + 2`,
		`2 + (x?.f(7) ?? 3)`,
		`2 + (x?.n ?? 3)`,
		`max(5, x?.f(1) ?? 3)`,
		`["a", x?.f("b"), "c"]`,
	} {
		for _, optimize := range []bool{true, false} {
			program, err := expr.Compile(code, expr.AllowUndefinedVariables(), expr.Optimize(optimize))
			if err != nil {
				panic(err)
			}
			value, err := expr.Run(program, environment)
			if err != nil {
				panic(err)
			}
			if optimize {
				fmt.Printf("%s: %v", code, value)
			} else {
				fmt.Printf(", not optimised %v\n", value)
			}
		}
	}
}
EOF
seen=$(go run . 2>go.log) || { cat go.log >&2; exit 1; }
expected='x?.f(7) ?? 3: 3, not optimised 3
(x?.f(7) ?? 3) + 2: 5, not optimised 5
2 + (x?.f(7) ?? 3): 10, not optimised 10
2 + (x?.n ?? 3): 5, not optimised 5
max(5, x?.f(1) ?? 3): 3, not optimised 3
["a", x?.f("b"), "c"]: [b <nil> c], not optimised [b <nil> c]'

if [ "$seen" = "$expected" ]; then
  echo "as described: an optional call that is not made leaves its arguments behind"
else
  echo "changed: optional calls inside of larger expressions" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
