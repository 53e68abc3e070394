# For scripts that have jobs to do, which they are to write to $temp/jobs, a
# function and perhaps an argument on each line:
#
#	. scripts/ci/jobs.sh
#	two_at_a_time
#
# does them in that order. A job that did not get as far as to count what passed,
# and so returns 2 or more, is counted in $counts as failed. $lanes are the
# processes that work.
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
		[ $? -lt 2 ] || echo "0 1 0" >>"$counts"
	done <"$temp/jobs"
}
