# The same with one ip a command, as most scripts are written.
set -e
n=$1
ip netns add sw
ip -n sw link set lo up
ip -n sw link add br0 type bridge
ip -n sw link set br0 up
ip -n sw addr add 10.0.255.254/16 dev br0
for ((i = 1; i <= n; i++)); do
	ip netns add h$i
	ip -n h$i link set lo up
	ip -n sw link add h$i type veth peer name eth0 netns h$i
	ip -n sw link set h$i master br0 up
	ip -n h$i link set eth0 up
	ip -n h$i addr add 10.0.$((i / 256)).$((i % 256))/16 dev eth0
	ip -n h$i route add default via 10.0.255.254
done
for ((i = 1; i <= n; i++)); do ip netns exec h$i true; done
for ((i = 1; i <= n; i++)); do ip netns del h$i; done
ip netns del sw
