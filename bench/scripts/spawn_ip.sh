# $1 namespaces by name, and one program that goes on in each, if $2 is set.
set -e
n=$1
pipe=$(mktemp -u)
mkfifo $pipe
exec 3<>$pipe
rm $pipe
for ((i = 0; i < n; i++)); do ip netns add h$i; done
if [ -n "$2" ]; then
	for ((i = 0; i < n; i++)); do ip netns exec h$i sh -c 'echo >&3; exec sleep 1000' & done
	for ((i = 0; i < n; i++)); do read -u 3; done
	kill $(jobs -p)
fi
for ((i = 0; i < n; i++)); do ip netns del h$i; done
