#!/usr/bin/env bash
# expr-lang/expr 1.17.8, which needs Go. `indexOf` and `lastIndexOf`, which look in texts,
# answer -1 where nothing is found. `findIndex` and `findLastIndex` answer nil there, like
# `find`, so `?? -1` makes an index of it; `in [1]` is false.
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
	"strings"

	"github.com/expr-lang/expr"
)

func main() {
	environment := map[string]any{"list": []any{1, 2}}
	for _, code := range []string{
		`find(list, # > 5)`,
		`findIndex(list, # > 5)`,
		`findIndex(list, # > 1)`,
		`findLastIndex(list, # > 5)`,
		`findIndex(list, # > 5) == nil`,
		`findIndex(list, # > 5) in [1]`,
		`(findIndex(list, # > 5) ?? -1) == -1`,
		`indexOf("ab", "c") == -1`,
	} {
		program, err := expr.Compile(code, expr.Env(environment))
		if err != nil {
			panic(err)
		}
		value, err := expr.Run(program, environment)
		if err != nil {
			fmt.Printf("%s: error: %s\n", code, strings.Split(err.Error(), " (")[0])
		} else {
			fmt.Printf("%s: %v\n", code, value)
		}
	}
}
EOF
seen=$(go run . 2>go.log) || { cat go.log >&2; exit 1; }
expected='find(list, # > 5): <nil>
findIndex(list, # > 5): <nil>
findIndex(list, # > 1): 1
findLastIndex(list, # > 5): <nil>
findIndex(list, # > 5) == nil: true
findIndex(list, # > 5) in [1]: false
(findIndex(list, # > 5) ?? -1) == -1: true
indexOf("ab", "c") == -1: true'

if [ "$seen" = "$expected" ]; then
  echo "as described: an index that was not found is nil, and -1 in texts"
else
  echo "changed: what an index is that was not found" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
