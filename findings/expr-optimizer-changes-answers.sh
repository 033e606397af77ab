#!/usr/bin/env bash
# expr-lang/expr 1.17.8, which needs Go. Optimisation is on unless `Optimize(false)` asks
# for none, and changes what expressions answer: a list of texts alone becomes a set,
# which holds nil where it holds "" and ends with an error where a number is looked for;
# one number in the list and it is a list again. `&& true` is taken away with its check
# that the other side is a boolean. A condition on a name that is not there changes
# when somebody adds an element that has nothing to do with it.
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

func answer(code string, optimize bool) any {
	// As from JSON: numbers are floats. "stage" is not there.
	environment := map[string]any{"replicas": 2.0}
	program, err := expr.Compile(code, expr.AllowUndefinedVariables(), expr.Optimize(optimize))
	if err != nil {
		return err
	}
	value, err := expr.Run(program, environment)
	if err != nil {
		return "error"
	}
	return value
}

func main() {
	for _, code := range []string{
		`stage in ["", "test"]`,
		`stage in ["", "test", 1]`,
		`replicas in ["2", "3"]`,
		`replicas in ["2", 3]`,
		`stage && true`,
	} {
		fmt.Printf("%s: %v, not optimised %v\n", code, answer(code, true), answer(code, false))
	}
}
EOF
seen=$(go run . 2>go.log) || { cat go.log >&2; exit 1; }
expected='stage in ["", "test"]: true, not optimised false
stage in ["", "test", 1]: false, not optimised false
replicas in ["2", "3"]: error, not optimised false
replicas in ["2", 3]: false, not optimised false
stage && true: <nil>, not optimised error'

if [ "$seen" = "$expected" ]; then
  echo "as described: answers of expr change with its optimisation"
else
  echo "changed: answers of expr with and without optimisation" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
