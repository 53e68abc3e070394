# The lab of hello.star with one ip a command.
set -e
ip netns add h1
ip netns add h2
ip -n h1 link set lo up
ip -n h2 link set lo up
ip -n h1 link add eth0 type veth peer name eth0 netns h2
ip -n h1 link set eth0 up
ip -n h2 link set eth0 up
ip -n h1 addr add 10.0.0.1/24 dev eth0
ip -n h2 addr add 10.0.0.2/24 dev eth0
ip netns exec h1 ping -c1 -W1 10.0.0.2
ip netns del h1
ip netns del h2
