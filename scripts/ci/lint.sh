#!/bin/sh
# What can be said of the code without running it. Each check is one line;
# the exit code is how many failed.
set -u
cd "$(dirname "$0")/../.."
failed=0

# check NAME COMMAND… runs a command that says nothing if all is well. What Go
# downloads on a new machine is no complaint.
check() {
	name=$1
	shift
	out=$("$@" 2>&1)
	code=$?
	out=$(echo "$out" | grep -v '^go: downloading ')
	if [ "$code" = 0 ] && [ -z "$out" ]; then
		echo "ok   lint: $name"
	else
		echo "FAIL lint: $name"
		echo "$out" | sed 's/^/    /'
		failed=$((failed + 1))
	fi
}

fresh() { # PATH FLAG
	go run ./cmd/wirelark doc "$2" | cmp - "$1"
}

# The tests build nothing that cgo is needed for.
export CGO_ENABLED=0
check 'gofmt' gofmt -l .
check 'go vet' go vet ./...
check 'go vet for arm64' env GOARCH=arm64 go vet ./...
check 'go mod tidy' go mod tidy -diff
check 'docs/builtins.md is fresh: make docs' fresh docs/builtins.md --markdown
check 'docs/builtins.pyi is fresh: make docs' fresh docs/builtins.pyi --stub
exit $failed
