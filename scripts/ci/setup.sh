#!/bin/sh
# Makes ready what the tests need: programs that their scripts run and, as
# root, two ordinary users, one with subordinate ids and one without. Where it
# may not, it says what is missing; tests that need it say so again.
set -u

# Each program, and the Debian package that has it.
programs='
/usr/lib/frr/frrinit.sh frr
arping iputils-arping
bird bird2
bridge iproute2
conntrack conntrack
curl curl
dhclient isc-dhcp-client
dnsmasq dnsmasq-base
gotestsum gotestsum
ip iproute2
iperf3 iperf3
iptables iptables
keepalived keepalived
newuidmap uidmap
nft nftables
nginx nginx-light
nstat iproute2
ping iputils-ping
pkill procps
prove perl
ps procps
python3 python3-minimal
/usr/lib/python3/dist-packages/junitparser/__init__.py python3-junitparser
setpriv util-linux
ssh openssh-client
sshd openssh-server
sysctl procps
tcpdump tcpdump
traceroute traceroute
udhcpc udhcpc
wg wireguard-tools
wireguard-go wireguard-go
'
PATH=$PATH:/usr/sbin:/sbin

missing=$(echo "$programs" | while read -r program package; do
	[ -z "$program" ] || [ -e "$program" ] || command -v "$program" >/dev/null || echo "$package"
done | sort -u)

if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "installing: $(echo $missing)"
	export DEBIAN_FRONTEND=noninteractive
	# The daemons among them are for labs: none shall start on this machine.
	policy=/usr/sbin/policy-rc.d
	if [ ! -e $policy ]; then
		trap 'rm -f $policy' EXIT
		printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy
	fi
	apt-get update -q >/dev/null && apt-get install -q -y --no-install-recommends $missing >/dev/null ||
		echo "MISSING: apt-get could not install $(echo $missing)"
elif [ -n "$missing" ]; then
	echo "MISSING: $(echo $missing): install these packages, as root"
fi

[ "$(id -u)" = 0 ] || exit 0

# user NAME IDS makes a user, with subordinate ids or without.
user() {
	if ! id "$1" >/dev/null 2>&1; then
		useradd --system --no-create-home --home-dir /nonexistent --shell /bin/sh "$1" || return
	fi
	for file in subuid subgid; do
		if [ "$2" = many ]; then
			grep -q "^$1:" /etc/$file 2>/dev/null || echo "$1:$3:65536" >>/etc/$file
		elif grep -q "^$1:" /etc/$file 2>/dev/null; then
			sed -i "/^$1:/d" /etc/$file
		fi
	done
}
if command -v useradd >/dev/null; then
	user wirelark-many many 1600000000 && user wirelark-one one
else
	echo "MISSING: useradd: the tests cannot run as other users"
fi
