#!/bin/sh
# Runs every test: as whoever runs this and, if that is root, again as two
# ordinary users, one with subordinate ids and one without. The last line says
# how it went; the exit code is 0 only if nothing failed. With CI set, a skip
# fails unless its reason stands in testdata/allowed-skips.txt.
#
# Tests of labs mostly wait, so two lanes run side by side, once all is compiled;
# every line that they show says whose it is.
set -u
cd "$(dirname "$0")/../.."
root=$PWD
. scripts/ci/jobs.sh
# For everybody to read, whatever the folder of the sources allows.
temp=$(mktemp -d) && chmod 755 "$temp" || exit 1
lanes=
trap 'rm -rf "$temp"' EXIT
trap 'kill $lanes 2>/dev/null; exit 130' INT TERM
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
[ "$failed" = 0 ] || echo "| FAIL lint: see above" >>"$counts"
echo "$(($(grep -c '^check ' scripts/ci/lint.sh) - failed)) $failed 0" >>"$counts"

me=$(id -un)
# Races are looked for where goroutines are, and a C compiler is.
race=
if [ "$(go env CGO_ENABLED)" = 1 ] && command -v "$(go env CC)" >/dev/null; then
	race='wirelark/runtime wirelark/builtins'
else
	echo "NOT TESTED: races, because there is no C compiler"
fi
plain=$(go list ./... | grep -vxF "$(echo $race | tr ' ' '\n')")
packages=$(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./... | grep -v scripts/ci)

# users are those as whom the tests run again.
users=
if [ "$(id -u)" != 0 ]; then
	not_tested "labs of root and of other users, because root does not run this"
else
	for user in wirelark-many wirelark-one; do
		if id "$user" >/dev/null 2>&1 && command -v setpriv >/dev/null; then
			users="$users $user"
			continue
		fi
		not_tested "as $user, because there is no such user, or no setpriv"
	done
fi

echo "== compile the tests"
# What does not compile fails again in its lane, and is counted there.
[ -z "$race" ] || go test -race -run '^$' -exec true $race >/dev/null 2>&1
go test -run '^$' -exec true $plain >/dev/null 2>&1
if [ -n "$users" ]; then
	# They read neither the module cache nor, perhaps, this folder: they get
	# compiled tests and a copy of the sources, which is theirs as one's own is.
	# The mark makes it a repository.
	mkdir -p "$temp/tree/.git" "$temp/bin"
	{ git ls-files -co --exclude-standard 2>/dev/null || find . -path ./.git -prune -o -path ./bin -prune -o -type f -print; } |
		while read -r f; do [ ! -f "$f" ] || echo "$f"; done | tar -cf - -T - | tar -xf - -C "$temp/tree"
	for p in $packages; do
		CGO_ENABLED=0 go test -c -o "$temp/bin/$(echo "$p" | tr / _).test" "$p" || failure "$p: does not compile"
	done
	chmod -R a+rX "$temp/bin"
fi

# as_user USER runs the compiled tests as an ordinary user, a package at a time.
as_user() {
	cp -r "$temp/tree" "$temp/$1" && chown -R "$1:" "$temp/$1" || return 2
	for p in $packages; do
		test=$temp/bin/$(echo "$p" | tr / _).test
		[ -x "$test" ] || continue
		cd "$temp/$1/${p#wirelark/}" || return 2
		env $signals go tool test2json -t -p "$p" setpriv --reuid "$1" --regid "$1" --init-groups \
			env -i PATH="$PATH" HOME="$temp/$1" USER="$1" LANG=C.UTF-8 ${CI:+CI="$CI"} \
			"$test" -test.v=test2json -test.timeout=15m 2>&1 | tally "$1"
	done
}

# A shell lets what it starts in the background ignore these; tests send them.
signals=--default-signal=INT,QUIT
plainly() {
	env $signals go test -json -count=1 -timeout 15m $plain 2>&1 | tally "$me"
}
races() {
	# Each process would wait for a second at its end.
	env $signals GORACE=atexit_sleep_ms=0 go test -json -count=1 -p 1 -race -timeout 15m $race 2>&1 | tally "$me, races"
}
echo "== tests as" $me $users
# The longest first. More at a time keep two cores so busy that deadlines pass.
{
	for user in $users; do echo "as_user $user"; done
	echo "plainly"
	[ -z "$race" ] || echo "races"
} >"$temp/jobs"
two_at_a_time
"$root/scripts/ci/sum.sh" "$counts"
