#!/bin/sh
# Runs every test: as whoever runs this and, if that is root, again as two
# ordinary users, one with subordinate ids and one without. The last line says
# how it went; the exit code is 0 only if nothing failed. With CI set, a skip
# fails unless its reason stands in testdata/allowed-skips.txt.
set -u
cd "$(dirname "$0")/../.."
root=$PWD
# For everybody to read, whatever the folder of the sources allows.
temp=$(mktemp -d) && chmod 755 "$temp" || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM
counts=$temp/counts
: >"$counts"

go build -o "$temp/tally" ./scripts/ci/tally || exit 1

# tally LANE reads what the tests say.
tally() {
	"$temp/tally" -lane "$1" -counts "$counts" -allowed "$root/testdata/allowed-skips.txt" ${CI:+-strict}
}

echo "== lint"
scripts/ci/lint.sh
failed=$?
echo "$(($(grep -c '^check ' scripts/ci/lint.sh) - failed)) $failed 0" >>"$counts"

me=$(id -un)
echo "== tests as $me"
# Races are looked for where goroutines are, and a C compiler is.
race=
if [ "$(go env CGO_ENABLED)" = 1 ] && command -v "$(go env CC)" >/dev/null; then
	race='wirelark/runtime wirelark/builtins'
else
	echo "NOT TESTED: races, because there is no C compiler"
fi
plain=$(go list ./... | grep -vxF "$(echo $race | tr ' ' '\n')")
if [ -n "$race" ]; then
	go test -json -count=1 -race -timeout 15m $race 2>&1 | tally "$me, races"
fi
go test -json -count=1 -timeout 15m $plain 2>&1 | tally "$me"

if [ "$(id -u)" != 0 ]; then
	echo "NOT TESTED: labs of root and of other users, because root does not run this"
	[ -z "${CI:-}" ] || echo "0 1 0" >>"$counts"
	"$root/scripts/ci/sum.sh" "$counts"
	exit
fi

# The users read neither the module cache nor, perhaps, this folder: they get
# compiled tests and a copy of the sources, which is theirs as one's own is. The
# mark makes it a repository.
export CGO_ENABLED=0
mkdir -p "$temp/tree/.git" "$temp/bin"
{ git ls-files -co --exclude-standard 2>/dev/null || find . -path ./.git -prune -o -path ./bin -prune -o -type f -print; } |
	while read -r f; do [ ! -f "$f" ] || echo "$f"; done | tar -cf - -T - | tar -xf - -C "$temp/tree"
packages=$(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./... | grep -v scripts/ci)
for p in $packages; do
	go test -c -o "$temp/bin/$(echo "$p" | tr / _).test" "$p" || echo "0 1 0" >>"$counts"
done
chmod -R a+rX "$temp/bin"

for user in wirelark-many wirelark-one; do
	if ! id "$user" >/dev/null 2>&1 || ! command -v setpriv >/dev/null; then
		echo "NOT TESTED: as $user, because there is no such user, or no setpriv"
		[ -z "${CI:-}" ] || echo "0 1 0" >>"$counts"
		continue
	fi
	echo "== tests as $user"
	cp -r "$temp/tree" "$temp/$user" && chown -R "$user:" "$temp/$user"
	for p in $packages; do
		test=$temp/bin/$(echo "$p" | tr / _).test
		[ -x "$test" ] || continue
		cd "$temp/$user/${p#wirelark/}"
		go tool test2json -t -p "$p" setpriv --reuid "$user" --regid "$user" --init-groups \
			env -i PATH="$PATH" HOME="$temp/$user" USER="$user" LANG=C.UTF-8 ${CI:+CI="$CI"} \
			"$test" -test.v=test2json -test.timeout=15m 2>&1 | tally "$user"
	done
	cd "$root"
done
"$root/scripts/ci/sum.sh" "$counts"
