#!/bin/sh
# Runs tests under other kernels than this machine's, in virtual machines: the
# program as its users start it with --kernel, and inside each kernel the tests
# of what it has and this machine's may lack. A skip is a failure there. The last
# line says how it went.
#
#	scripts/ci/vm.sh [VERSION…]    6.1 and 6.12 if none is given
set -u
cd "$(dirname "$0")/../.."
root=$PWD
. scripts/ci/jobs.sh
kernels=${*:-6.1 6.12}
here=
temp=$(mktemp -d) && chmod 755 "$temp" || exit 1
trap 'rm -rf "$temp"' EXIT
lanes=
trap 'kill $lanes 2>/dev/null; exit 130' INT TERM
counts=$temp/counts
: >"$counts"
export CGO_ENABLED=0 # guests have no libraries of ours
PATH=$PATH:/usr/sbin:/sbin

missing=
for p in qemu-system-x86_64=qemu-system-x86 depmod=kmod xz=xz-utils zstd=zstd; do
	command -v "${p%%=*}" >/dev/null || missing="$missing ${p#*=}"
done
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "installing:$missing"
	{ apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing; } >/dev/null ||
		echo "MISSING: apt-get could not install$missing"
fi

go build -o "$temp/tally" ./scripts/ci/tally && go build -trimpath -o "$temp/wirelark" ./cmd/wirelark &&
	go build -trimpath -o "$temp/vmrun" ./scripts/ci/vmrun || exit 1

tally() {
	"$temp/tally" -lane "$1" -counts "$counts" -allowed "$root/testdata/allowed-skips.txt" ${CI:+-strict}
}

for k in $kernels; do
	"$temp/wirelark" kernel get "$k" || "$temp/wirelark" kernel get "$k" || {
		not_tested "kernel $k, which could not be fetched"
		continue
	}
	here="$here $k"
done
[ -n "$here" ] || exit 1

# What needs no programs but netlink, which is quick also where the processor
# is emulated; and the tests of features that this machine's kernel lacks.
inside='^Test(Veth|LongNames|BridgeT|BridgeR|BridgeK|Addr|ManyRefused|DAD|Route|DelRoute|Neighs|Change|Link|FindLink|SysctlIs|Namespace|Deviations|Vanished|Tentative|Counters|Ping)'
tests=scripts/tests/kernel
go test -c -o "$temp/runtime.test" ./runtime && go test -c -o "$temp/builtins.test" ./builtins && go test -run '^$' -exec true ./runtime/vm ./cmd/wirelark >/dev/null || exit 1
features=$(cd testdata/builtin && grep -l '^require("' *.star | sed 's/\.star$//' | grep -vx require | paste -sd'|')

# Tests of the program itself, which boots machines. One after the other: some
# have deadlines.
program() {
	WIRELARK_TEST_KERNELS=$(echo $here | tr ' ' ,) go test -json -count=1 -parallel 1 -p 1 -timeout 20m \
		-run '^(TestKernels|TestBoot|TestVirtualTimePasses|TestVirtualScripts|TestBrokenImageIsToldApart)$' ./runtime/vm ./cmd/wirelark 2>&1 | tally "--kernel"
}
units() {
	# What that kernel is known to lack.
	case $1 in 6.1) known="hsr netkit" ;; *) known= ;; esac
	cd "$root/runtime" || return 2
	WIRELARK_TEST_LACKS=$known go tool test2json -t -p wirelark/runtime "$temp/vmrun" -kernel "$1" -show "$root" -- "$temp/runtime.test" \
		-test.v=test2json -test.timeout=10m -test.run="$inside" 2>&1 | tally "kernel $1"
	# The language tests of what this machine's kernel lacks.
	cd "$root/builtins" || return 2
	WIRELARK_TEST_LACKS=$known go tool test2json -t -p wirelark/builtins "$temp/vmrun" -kernel "$1" -show "$root" -- "$temp/builtins.test" \
		-test.v=test2json -test.timeout=10m -test.run="^(TestBuiltins|TestExamplesRun)\$/^($features)\$" 2>&1 | tally "kernel $1"
}
scripts() {
	cd "$root" || return 2
	"$temp/wirelark" test --kernel "$1" $tests --slow 10 --timeout 1m --no-skip --json 2>&1 | tally "kernel $1"
}

echo "== kernels" $here
# The longest first; each machine is one process.
{
	for k in $here; do echo "units $k"; done
	echo "program"
	for k in $here; do echo "scripts $k"; done
} >"$temp/jobs"
two_at_a_time
"$root/scripts/ci/sum.sh" "$counts"
