# A star of $1 hosts with ip -batch: one process for all names, one for the
# switch, one for each host; then true in each host; then all names deleted.
set -e
n=$1
{ echo "netns add sw"; for ((i = 1; i <= n; i++)); do echo "netns add h$i"; done; } | ip -batch -
{
	echo "link set lo up"
	echo "link add br0 type bridge"
	echo "link set br0 up"
	echo "addr add 10.0.255.254/16 dev br0"
	for ((i = 1; i <= n; i++)); do
		echo "link add h$i type veth peer name eth0 netns h$i"
		echo "link set h$i master br0 up"
	done
} | ip -n sw -batch -
for ((i = 1; i <= n; i++)); do
	printf 'link set lo up\nlink set eth0 up\naddr add 10.0.%d.%d/16 dev eth0\nroute add default via 10.0.255.254\n' $((i / 256)) $((i % 256)) |
		ip -n h$i -batch -
done
for ((i = 1; i <= n; i++)); do ip netns exec h$i true; done
{ for ((i = 1; i <= n; i++)); do echo "netns del h$i"; done; echo "netns del sw"; } | ip -batch -
