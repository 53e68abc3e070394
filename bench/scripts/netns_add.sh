# $1 namespaces by name, and one command in each.
set -e
for ((i = 0; i < $1; i++)); do ip netns add h$i; done
for ((i = 0; i < $1; i++)); do ip netns exec h$i true; done
for ((i = 0; i < $1; i++)); do ip netns del h$i; done
