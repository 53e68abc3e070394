# $1 commands in one namespace.
set -e
ip netns add h
for ((i = 0; i < $1; i++)); do ip netns exec h true; done
ip netns del h
