# For scripts that count in $counts what passed and what failed, and that have jobs
# to do, which they are to write to $temp/jobs, a function and perhaps an argument
# on each line:
#
#	. scripts/ci/jobs.sh
#	two_at_a_time
#
# does them in that order. A job that did not get as far as to count what passed,
# and so returns 2 or more, is counted as failed. $lanes are the processes that
# work.
two_at_a_time() {
	work &
	lanes=$!
	work &
	lanes="$lanes $!"
	wait $lanes
}

work() {
	while read -r job arg; do
		mkdir "$temp/$job $arg" 2>/dev/null || continue # the other one has it
		( "$job" "$arg" </dev/null )
		[ $? -lt 2 ] || failure "$job${arg:+ $arg}: did not end as it should"
	done <"$temp/jobs"
}

# failure WHAT counts what failed, for the end of all.
failure() {
	printf '| FAIL %s\n0 1 0\n' "$1" >>"$counts"
}

# not_tested WHAT says so. In CI it is a failure.
not_tested() {
	echo "NOT TESTED: $1"
	[ -z "${CI:-}" ] || failure "NOT TESTED: $1"
}
