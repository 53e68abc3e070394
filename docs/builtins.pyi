# What a wirelark script can say, for editors. Made by make docs.

from typing import Any


class Netns:
    """A network namespace that this script made: a node of the lab. Its attributes are read from the kernel each time."""

    name: str
    """the name given to netns."""

    links: list[Link]
    """its interfaces, by index; as links(ns)."""

    addrs: list[Address]
    """its addresses; as addrs(ns)."""

    routes: list[RouteEntry]
    """the routes of its main table; as routes(ns)."""

    neighs: list[Neighbour]
    """its neighbour entries; as neighs(ns)."""


class Link:
    """A network interface. It stays the same value when the interface is renamed. Its attributes are read from the kernel each time."""

    name: str
    """its name as the script gave it, which may be longer than the kernel's 15 bytes."""

    device: str
    """its name as the kernel and its tools know it."""

    netns: Netns
    """the namespace it is in."""

    index: int
    """its number in the namespace."""

    kind: str
    """"veth", "bridge" …; "" for lo."""

    mac: str | None
    """its link-layer address."""

    mtu: int
    """the largest packet it carries, in bytes."""

    txqlen: int
    """the length of its transmit queue, in packets."""

    up: bool
    """whether it is switched on."""

    carrier: bool
    """whether the other end is connected and switched on."""

    state: str
    """its operational state, RFC 2863: "up", "down", "lowerlayerdown", "unknown" …."""

    alias: str
    """its description."""

    group: int
    """the number of its group."""

    gso_max_size: int
    """the largest packet that is cut only on the way out, in bytes."""

    gso_max_segs: int
    """into how many it is cut at most."""

    gro_max_size: int
    """the largest packet that is joined on the way in, in bytes."""

    offloads: dict[str, bool]
    """what is left to the device, or to the kernel in its place, by ethtool's names."""

    altnames: list[str]
    """its alternative names."""

    token: str | None
    """the lower half of the IPv6 addresses that it makes when a router tells a network's prefix."""

    addrgenmode: str | None
    """how the lower half of its link-local address is made: "eui64", "none", "stable_secret" or "random"; None without IPv6."""

    anycast: list[str]
    """its IPv6 anycast addresses: a router has that of each of its networks."""

    promisc: bool
    """whether it takes frames that are not for it."""

    addrs: list[Address]
    """its addresses, in the order in which the kernel lists them."""

    counters: Counters
    """its packets and bytes since it was made."""

    master: Link | None
    """the bridge, bond or VRF that it is a port of."""

    port: Port | None
    """what it is like as a port of a bridge."""

    ports: list[Port]
    """the ports of a bridge, by index; empty for other links."""

    lower: Link | None
    """the link that it stands on (a VLAN's, a macvlan's), if that is in the same namespace."""

    options: Any
    """the options of its kind as the kernel has them, with the names of the builtin's parameters; None for what is not set."""

    vlans: list[VlanEntry]
    """the VLANs that a bridge or its port is in, by number; empty for other links."""

    stp: BridgeState | None
    """a bridge's spanning tree and timers."""


class State:
    """What a node's network was set up like at one moment."""

    netns: str
    """the name of the namespace."""

    links: list[LinkEntry]
    """its links, as they were."""

    addrs: list[Address]
    """its addresses."""

    routes: list[RouteEntry]
    """its routes, but for those of the table local."""

    rules: list[RuleEntry]
    """its routing rules."""

    neighs: list[Neighbour]
    """permanent neighbours, those that need no resolution because somebody said so, and those that it answers for."""

    nexthops: list[NexthopEntry]
    """next hops that have a number."""

    fdbs: list[FdbEntry]
    """forwarding entries that were set."""

    mdbs: list[MdbEntry]
    """multicast entries that were set."""

    qdiscs: list[QdiscEntry]
    """queues that were set."""

    classes: list[ClassEntry]
    """their classes."""

    filters: list[FilterEntry]
    """their filters."""

    xfrm_states: list[XfrmStateEntry]
    """states of IPsec."""

    xfrm_policies: list[XfrmPolicyEntry]
    """policies of IPsec."""

    wireguard_peers: list[WireguardPeerEntry]
    """the peers of all WireGuard links."""

    macsec_sas: list[MacsecSaEntry]
    """the keys of all MACsec links."""

    nft: str
    """the ruleset of nftables without its counts, "" if there is none, or no program nft."""

    text: str
    """a line for each thing, as it is printed."""


class LinkEntry:
    """A link as the kernel had it at one moment: what can be set of it."""

    name: str
    """its name."""

    kind: str
    """"veth", "bridge" …; "" for lo."""

    up: bool
    """whether it is switched on."""

    mtu: int
    """the largest packet it carries, in bytes."""

    mac: str | None
    """its link-layer address."""

    master: str | None
    """the name of the link that it is a port of."""

    lower: str | None
    """the name of the link that it stands on."""

    alias: str
    """its description."""

    altnames: list[str]
    """its alternative names."""

    group: int
    """the number of its group."""

    txqlen: int
    """the length of its transmit queue, in packets."""

    arp: bool
    """whether it resolves addresses."""

    multicast: bool
    """whether it carries multicast."""

    promisc: bool
    """whether it was told to take frames that are not for it."""

    gso_max_size: int
    """the largest packet that is cut only on the way out, in bytes."""

    gso_max_segs: int
    """into how many it is cut at most."""

    gro_max_size: int
    """the largest packet that is joined on the way in, in bytes."""

    options: Any
    """the options of its kind; a bridge's are in stp."""

    stp: Any | None
    """a bridge's own options."""

    port: Any | None
    """what it is like as a port of a bridge."""

    vlans: list[str]
    """the VLANs that a bridge or its port is in."""

    anycast: list[str]
    """the anycast addresses that it was given: not those that a router has of each of its networks."""

    offloads: list[str]
    """what is left to the device, by ethtool's names."""


class StateDiff:
    """What differs between two states of a node's network."""

    added: list[str]
    """what is new."""

    removed: list[str]
    """what is gone."""

    changed: list[str]
    """what is there still and differs, "link eth0: mtu 1500 -> 1400"."""


class Counters:
    """What an interface counted up to one moment."""

    rx_packets: int
    """packets received."""

    tx_packets: int
    """packets sent."""

    rx_bytes: int
    """bytes received."""

    tx_bytes: int
    """bytes sent."""

    rx_errors: int
    """packets received that were broken."""

    tx_errors: int
    """packets that could not be sent."""

    rx_dropped: int
    """packets received and dropped."""

    tx_dropped: int
    """packets dropped before they were sent."""

    multicast: int
    """multicast packets received."""


class BridgeState:
    """A bridge's spanning tree and timers at one moment."""

    on: bool
    """whether it takes part in the spanning tree."""

    id: str
    """its identity: priority in hexadecimal, then MAC, "8000.02:00:00:00:00:01"."""

    root: str
    """the identity of the bridge that it takes for the root."""

    is_root: bool
    """whether it takes itself for the root."""

    root_port: int
    """the number of the port that leads to the root; 0 at the root."""

    root_cost: int
    """the cost of the path to the root."""

    priority: int
    """its priority."""

    forward_delay: Duration
    """how long a port listens, and then learns, before it forwards."""

    hello: Duration
    """between two messages of the root."""

    max_age: Duration
    """after which a root that is not heard of is given up."""

    ageing: Duration
    """after which a learned address is forgotten."""

    snooping: bool
    """whether it listens to IGMP and MLD."""

    querier: bool
    """whether it asks for groups itself."""

    vlan_filtering: bool
    """whether it tells VLANs apart."""


class Port:
    """A link as a port of a bridge, at one moment."""

    name: str
    """the link's name."""

    link: Link
    """the link."""

    number: int
    """its number on the bridge."""

    stp: PortState
    """what the spanning tree makes of it."""

    isolated: bool
    """whether it reaches only ports that are not isolated."""

    hairpin: bool
    """whether a frame may leave where it came in."""

    learning: bool
    """whether it learns addresses."""

    flood: bool
    """whether it sends frames for unknown addresses."""

    guard: bool
    """whether it refuses messages of the spanning tree."""

    locked: bool
    """whether it takes frames of known addresses only."""

    neigh_suppress: bool
    """whether the bridge answers for neighbours that it knows, in place of asking the port."""

    mcast_flood: bool
    """whether it sends multicast that nobody is known to want."""

    bcast_flood: bool
    """whether it sends broadcasts."""

    fastleave: bool
    """whether it is taken out of a group at the first leave."""

    proxy_arp: bool
    """whether the bridge answers ARP for it."""

    vlan_tunnel: bool
    """whether VLANs become VNIs of a tunnel."""

    mab: bool
    """whether a locked port notes addresses that are to be let in."""


class PortState:
    """What the spanning tree makes of a port, at one moment."""

    state: str
    """"disabled", "blocking", "listening", "learning" or "forwarding"."""

    cost: int
    """the cost of its link."""

    priority: int
    """its priority."""

    root: str
    """the identity of the root as the port knows it."""

    bridge: str
    """the identity of the bridge that serves the port's segment."""


class Address:
    """An address of a link, as the kernel had it at one moment."""

    ip: str
    """the address, without a prefix length."""

    prefix: str
    """the address and its prefix length: "10.0.0.1/24"."""

    bits: int
    """the prefix length."""

    family: int
    """4 or 6."""

    peer: str | None
    """the address at the other end of a point-to-point link."""

    dev: str
    """the name of the link that has it."""

    scope: str
    """"global", "link" or "host"."""

    label: str
    """the label of an IPv4 address."""

    flags: list[str]
    """"permanent", "tentative", "dadfailed", "nodad", "secondary" …."""

    noprefixroute: bool
    """whether the kernel made no route to its network."""

    valid: int | None
    """for how many seconds more it stays; None for ever; no matter of ==."""

    preferred: int | None
    """for how many seconds more new connections use it; None for ever; no matter of ==."""

    proto: int
    """the number of who made it: 1 to 3 are the kernel's, for lo, for a router's advertisement, link-local; 0 if it is not known."""


class RouteEntry:
    """A route, as the kernel had it at one moment."""

    dst: str
    """the destination: "10.0.0.0/24", "10.0.0.7/32", or "default"."""

    family: int
    """4 or 6."""

    kind: str
    """"unicast", "local", "blackhole", "unreachable", "prohibit", "throw" …."""

    via: str | None
    """the next hop, the first if there are several; None if the destination is on the link."""

    dev: str | None
    """the name of the link it leads over, the first if there are several."""

    hops: list[Hop]
    """its next hops."""

    metric: int
    """its metric: of two routes to one destination the lower wins."""

    table: int
    """the number of its table: 254 is main, 255 local."""

    proto: str
    """who made it: "static", "kernel", "ra", "ospf", "bgp" …."""

    scope: str
    """"global", "link" or "host"."""

    source: str | None
    """the source address that packets get."""

    mtu: int | None
    """the path MTU, if the route has one of its own."""

    mtu_lock: bool
    """whether the path MTU holds whatever routers say."""

    nhid: int | None
    """the number of the next hop that it refers to."""

    encap: Encap | None
    """what it puts packets into."""

    metrics: dict
    """what it says of connections that use it, by the names of the parameters of route: advmss, initcwnd …."""

    cached: bool
    """whether it was learned from a redirect."""


class Hop:
    """One next hop of a route."""

    via: str | None
    """its address; None if the destination is on the link."""

    dev: str | None
    """the name of the link it is on."""

    weight: int
    """its share of the flows, in relation to the others'."""


class Encap:
    """What a route puts packets into on the way, or does to those that arrive."""

    type: str
    """"seg6", "seg6local", "mpls", "ip" or "ip6"."""

    mode: str | None
    """of seg6: "encap", "inline" …."""

    segs: list[str]
    """of seg6: the segments, in the order of the way."""

    action: str | None
    """of seg6local: "End", "End.DX4" …."""

    via: str | None
    """of seg6local: the next hop."""

    table: int | None
    """of seg6local: the routing table."""

    vrf: bool
    """of seg6local: whether the table is a VRF's."""

    labels: list[int]
    """of mpls: the labels, the outer one first."""

    id: int | None
    """of ip and ip6: the tunnel's identifier."""

    dst: str | None
    """of ip and ip6: the address of the other end."""

    src: str | None
    """of ip and ip6: the address of this end."""

    ttl: int
    """of mpls, ip and ip6: the TTL; 0 takes the packet's."""

    tos: int
    """of ip and ip6: the TOS."""


class MrouteEntry:
    """A multicast route, as the kernel had it at one moment."""

    group: str
    """the group's address."""

    source: str
    """the source's address."""

    iif: str | None
    """the name of the link that packets must arrive on."""

    oifs: list[str]
    """the names of the links that they are sent on."""

    table: int
    """the number of its table."""

    unresolved: bool
    """whether packets came and the program has not yet said where they go."""

    packets: int
    """packets that it took."""

    bytes: int
    """their bytes."""

    wrong_iif: int
    """packets that came on another link."""


class NexthopEntry:
    """A next hop that has a number, or a group of such, as the kernel had it at one moment."""

    id: int
    """its number."""

    via: str | None
    """its address."""

    dev: str | None
    """the name of the link it is on."""

    onlink: bool
    """whether it is taken to be on the link without proof."""

    blackhole: bool
    """whether it drops what goes to it."""

    fdb: bool
    """whether it is for a VXLAN's forwarding table."""

    proto: str
    """who made it: "static", "zebra" …."""

    group: list[NexthopShare]
    """the members of a group; empty for a single one."""

    buckets: list[NexthopBucket]
    """of a resilient group, where each bucket's flows go."""

    idle_timer: Duration | None
    """of a resilient group, after which it may move the flows of an idle bucket."""

    unbalanced_timer: Duration | None
    """of a resilient group, after which it moves flows whether they are idle or not."""


class NexthopShare:
    """A member of a group of next hops."""

    id: int
    """its number."""

    weight: int
    """its share of the flows, in relation to the others'."""


class NexthopBucket:
    """A bucket of a resilient group: the flows that fall into it go to one member."""

    index: int
    """its number."""

    nexthop: int
    """the number of the member that its flows go to."""

    idle: Duration
    """how long nothing has passed it."""


class Neighbour:
    """An entry of a neighbour table (ARP, neighbour discovery), as the kernel had it at one moment."""

    ip: str
    """the neighbour's address."""

    mac: str | None
    """its link-layer address, None while it is not known."""

    dev: str
    """the name of the link it is on."""

    state: str
    """"REACHABLE", "STALE", "DELAY", "PROBE", "INCOMPLETE", "FAILED" or "PERMANENT"; "NONE" of a proxy."""

    proxy: bool
    """whether the namespace answers for it."""

    router: bool
    """whether it is a router, as an IPv6 neighbour tells."""


class WireguardKeys:
    """A pair of WireGuard keys."""

    private: str
    """the private key, in base64."""

    public: str
    """the public key, in base64."""


class WireguardPeerEntry:
    """A peer of a WireGuard link, as the kernel had it at one moment."""

    public_key: str
    """its public key."""

    preshared_key: str | None
    """the key that both ends have besides."""

    endpoint: str | None
    """its address and port, as it was given or last seen."""

    allowed_ips: list[str]
    """the networks that are behind it."""

    keepalive: Duration
    """how often it is sent something if there is nothing to send; 0 for never."""

    handshake: bool
    """whether there has been a handshake."""

    rx_bytes: int
    """bytes received from it."""

    tx_bytes: int
    """bytes sent to it."""


class MacsecSaEntry:
    """A key of a MACsec link, as the kernel had it at one moment."""

    sci: str | None
    """the other end's channel that it is for; None if it is for what is sent."""

    an: int
    """its number, which frames carry."""

    active: bool
    """whether it is in use."""

    pn: int
    """the number of the next packet."""

    key_id: str
    """what the key is called, 32 hexadecimal digits."""

    ssci: int | None
    """the short identifier of the channel, with extended packet numbers."""

    packets: int
    """frames sent or taken with it."""

    refused: int
    """frames that had it and were not right."""


class NftTable:
    """A table of nftables, as the kernel had it at one moment."""

    family: str
    """"ip", "ip6", "inet", "arp", "bridge" or "netdev"."""

    name: str
    """its name."""

    chains: dict
    """its chains, values of nft_chain by name."""

    sets: dict
    """its named sets, values of nft_set by name."""

    maps: dict
    """its named maps, values of nft_set by name."""

    counters: dict
    """its named counters, values of nft_counter by name."""

    flowtables: dict
    """its flowtables as nft's JSON has them, by name behind the word flowtable."""

    objects: dict
    """its other named objects as nft's JSON has them, by kind and name: "quota monthly"."""


class NftChain:
    """A chain of nftables."""

    name: str
    """its name."""

    hook: str | None
    """where packets come to it: "input", "forward" …; None for a chain that others jump to, like the three below."""

    type: str | None
    """"filter", "nat" or "route"."""

    priority: int | None
    """its place among the chains of its hook: the lower first."""

    policy: str | None
    """what becomes of packets that no rule decides on: "accept" or "drop"."""

    rules: list[NftRule]
    """its rules, in order."""


class NftRule:
    """A rule of nftables."""

    handle: int
    """the number by which nft deletes it."""

    comment: str | None
    """its comment."""

    packets: int | None
    """how many packets its first counter has seen; None without a counter."""

    bytes: int | None
    """how many bytes it has seen; None without a counter."""

    expr: list
    """its statements as nft's JSON has them, see libnftables-json(5)."""


class NftSet:
    """A named set or map of nftables."""

    name: str
    """its name."""

    type: str | None
    """what its elements, or a map's keys, are: "ipv4_addr", "ipv4_addr . inet_service"."""

    values: str | None
    """what the values of a map are; None for a set."""

    flags: list[str]
    """"interval", "timeout", "dynamic", "constant", as nft tells them."""

    elements: list | dict
    """its elements, sorted: strings and integers, tuples of them, "10.0.0.0/24", "90-99"; of a map a dict."""

    data: list
    """its elements as nft's JSON has them, with their timeouts and counters."""


class NftCounter:
    """A named counter of nftables."""

    name: str
    """its name."""

    packets: int
    """how many packets it has seen."""

    bytes: int
    """how many bytes it has seen."""


class FilterRule:
    """A rule that filter_rule, masquerade, snat or dnat made. Its counts are read when they are asked for."""

    netns: Netns
    """the namespace that it is in."""

    chain: str
    """its chain in the table inet wirelark, which is named for the hook."""

    text: str
    """the rule in nft's language."""

    handle: int
    """the number by which nft deletes it."""

    comment: str | None
    """its comment."""

    packets: int
    """how many packets it has matched; of NAT, how many connections."""

    bytes: int
    """how many bytes those had."""


class Nat:
    """A NAT that nat made."""

    link: Link
    """the outer link."""

    kind: str
    """"full_cone", "restricted", "port_restricted" or "symmetric"."""

    to: str
    """the address that those outside see."""

    hairpin: bool
    """whether those inside reach each other by it."""


class Flow:
    """A connection that the kernel tracks, as it was at one moment."""

    proto: str
    """"udp", "tcp", "icmp", "icmpv6", "sctp", "gre" …, or the protocol's number."""

    family: int
    """4 or 6."""

    source: str
    """where its first packet came from."""

    dest: str
    """where that went."""

    sport: int | None
    """the port that it came from; None where the protocol has none."""

    dport: int | None
    """the port that it went to; None where the protocol has none."""

    reply_source: str
    """where answers come from: another than dest if that was translated."""

    reply_dest: str
    """where answers go: another than source if that was translated."""

    reply_sport: int | None
    """the port that answers come from; None where the protocol has none."""

    reply_dport: int | None
    """the port that answers go to; None where the protocol has none."""

    icmp_id: int | None
    """the identifier of an ICMP echo."""

    state: str | None
    """of TCP: "SYN_SENT", "ESTABLISHED", "TIME_WAIT" …."""

    seen_reply: bool
    """whether an answer was seen."""

    assured: bool
    """whether it is kept even when the table is full."""

    mark: int
    """its mark, 0 if it was given none."""

    zone: int
    """its zone, 0 if it was given none."""

    timeout: Duration
    """after how long without a packet it is forgotten; no matter of ==."""

    packets: int | None
    """packets in the direction of the first one; None if the kernel does not count."""

    bytes: int | None
    """bytes of those."""

    reply_packets: int | None
    """packets in the other direction."""

    reply_bytes: int | None
    """bytes of those."""


class QdiscEntry:
    """A queueing discipline of a link, as the kernel had it at one moment."""

    kind: str
    """"tbf", "netem", "noqueue" …."""

    handle: str | None
    """its name, such as "1:"; None if the link has it by default."""

    parent: str
    """where it is: "root", "ingress" (also clsact), or a class such as "1:10"."""

    options: Any
    """its options by the names that qdisc takes: rates as the largest unit that holds them exactly, sizes in bytes; None what the kernel does not tell."""

    stats: QueueStats
    """what went through it."""


class ClassEntry:
    """A class of an htb qdisc, as the kernel had it at one moment."""

    classid: str
    """its name, such as "1:10"."""

    parent: str
    """the class above it, "root" for one right below the qdisc."""

    rate: str
    """the rate that it gets in any case."""

    ceil: str
    """the rate that it gets at most."""

    burst: int
    """how many bytes may go at once above the rate."""

    cburst: int
    """how many bytes may go at once above ceil."""

    prio: int
    """of classes that want what is left over the lowest goes first."""

    quantum: int
    """how many bytes it sends in its turn of what is left over."""

    leaf: str | None
    """the qdisc below it, such as "10:"."""

    stats: QueueStats
    """what went through it."""


class FilterEntry:
    """A filter of a link, as the kernel had it at one moment."""

    kind: str
    """"u32", "flower", "matchall" …."""

    parent: str
    """where it is: "ingress", "egress", a qdisc such as "1:", or a class such as "1:10"."""

    prio: int
    """of several filters the lowest is asked first."""

    protocol: str
    """which frames it looks at: "all", "ip", "ipv6" …."""

    match: FilterMatch
    """what packets must be like."""

    flowid: str | None
    """the class that they go to."""

    action: str | None
    """what becomes of them: "drop", "pass", "mirror", "redirect", "police"."""

    to: str | None
    """the name of the link that they are sent to."""

    rate: str | None
    """the rate above which police drops."""

    burst: int | None
    """how many bytes police lets pass at once."""

    stats: QueueStats
    """what met its action; zeros if it has none."""


class FilterMatch:
    """What packets must be like to be a filter's, by the names that tc_filter takes; None is anything."""

    source: str | None
    """the source address, or the network that it is in, with a prefix length."""

    dest: str | None
    """the destination address, or the network that it is in, with a prefix length."""

    proto: str | None
    """the protocol above IP: "tcp", "udp", "icmp" …, or a number's digits."""

    sport: int | None
    """the source port."""

    dport: int | None
    """the destination port."""

    dscp: int | None
    """the DSCP."""

    src_mac: str | None
    """the source MAC address."""

    dst_mac: str | None
    """the destination MAC address."""

    vlan_id: int | None
    """the VLAN."""

    mark: int | None
    """the mark."""

    raw: list[str]
    """comparisons of u32 that none of these stands for, as "00450000/00ff0000 at 0"."""


class QueueStats:
    """The counters of a queue, a class or an action, as the kernel had them at one moment."""

    packets: int
    """packets that it sent."""

    bytes: int
    """bytes that it sent."""

    drops: int
    """packets that it dropped."""

    overlimits: int
    """how often it had to wait, or met more than it lets pass."""

    requeues: int
    """packets that the link could not take at once."""

    backlog: int
    """bytes that wait."""

    qlen: int
    """packets that wait."""


class NodeCounters:
    """What a namespace counted up to one moment. `c["IpInDelivers"]` is one counter, `"IpInDelivers" in c` says whether the kernel has it, `for name in c` goes through all in the kernel's order, and `after - before` is what changed: false if nothing did. Two are equal if all their counters are."""

    nonzero: dict[str, int]
    """those that are not zero, by name."""


class XfrmStateEntry:
    """A state of IPsec, as the kernel had it at one moment."""

    source: str
    """the address that its packets come from."""

    dest: str
    """the address that they go to."""

    spi: int
    """the security parameter index."""

    proto: str
    """"esp", "ah" or "comp"."""

    mode: str
    """"transport", "tunnel" or "beet"."""

    auth: tuple[str, str, int] | None
    """the algorithm of the signature, its key, and the bits of the check value."""

    enc: tuple[str, str] | None
    """the algorithm of the encryption and its key."""

    aead: tuple[str, str, int] | None
    """the algorithm that does both, its key, and the bits of the check value."""

    comp: str | None
    """the algorithm of the compression."""

    reqid: int
    """the number that templates must have, too; 0 without."""

    replay_window: int
    """how many packets may come out of order."""

    flags: list[str]
    """"esn", "noecn" …."""

    mark: int | None
    """the mark of the packets that it takes; None for all."""

    mark_mask: int
    """the bits of the mark that count."""

    if_id: int
    """the interface of type xfrm that it belongs to; 0 for none."""

    sel: XfrmSelector | None
    """the packets that it takes; None for all."""

    encap: tuple[int, int] | None
    """the UDP ports that its packets travel with."""

    limit_packets: int | None
    """after how many packets it dies."""

    limit_bytes: int | None
    """after how many bytes it dies."""

    limit_time: Duration | None
    """after what time since it was made it dies."""

    packets: int
    """the packets that it carried."""

    bytes: int
    """their bytes."""

    replays: int
    """packets dropped because they came a second time."""

    replay_errors: int
    """packets dropped because they came too late for the replay window."""

    integrity_failed: int
    """packets dropped because their check value was wrong, as with a wrong key."""


class XfrmSelector:
    """The packets that a state of IPsec takes."""

    source: str
    """the packets' source addresses, a prefix."""

    dest: str
    """their destination addresses, a prefix."""

    proto: str | None
    """their protocol above IP, its number if it has no name here; None for any."""

    sport: int | None
    """their source port; None for any."""

    dport: int | None
    """their destination port; None for any."""


class XfrmPolicyEntry:
    """A policy of IPsec, as the kernel had it at one moment."""

    source: str
    """the packets' source addresses, a prefix."""

    dest: str
    """their destination addresses, a prefix."""

    proto: str | None
    """their protocol above IP, its number if it has no name here; None for any."""

    sport: int | None
    """their source port; None for any."""

    dport: int | None
    """their destination port; None for any."""

    dir: str
    """"out", "in" or "fwd"."""

    template: XfrmTemplate | None
    """what states its packets need, the first if there are several; None without."""

    templates: list[XfrmTemplate]
    """all of them."""

    action: str
    """"allow" or "block"."""

    priority: int
    """its rank: of several that fit a packet the lowest decides."""

    mark: int | None
    """the mark of the packets that it is for; None for all."""

    mark_mask: int
    """the bits of the mark that count."""

    if_id: int
    """the interface of type xfrm that it belongs to; 0 for none."""


class XfrmTemplate:
    """What states the packets of a policy need."""

    source: str | None
    """the states' source address; None for the packet's own."""

    dest: str | None
    """their destination address; None for the packet's own."""

    proto: str
    """"esp", "ah" or "comp"."""

    mode: str
    """"transport", "tunnel" or "beet"."""

    reqid: int
    """their reqid; 0 stands for any where packets come in."""

    spi: int
    """their security parameter index; 0 for any."""

    optional: bool
    """whether packets pass without such a state."""


class SocketEntry:
    """A socket of a namespace, as the kernel had it at one moment."""

    proto: str
    """"tcp", "udp" or "raw"."""

    family: int
    """4 or 6; one of 6 may speak IPv4, too."""

    state: str
    """"LISTEN", "ESTAB", "UNCONN", "TIME-WAIT", "CLOSE-WAIT", "SYN-SENT" …, as ss calls it."""

    local: str
    """its own address, "0.0.0.0" or "::" for any."""

    local_port: int
    """its own port; a raw socket's protocol."""

    peer: str | None
    """the address that it is connected to."""

    peer_port: int | None
    """the port that it is connected to."""

    uid: int
    """the user who made it."""

    inode: int
    """its number among all sockets; 0 if no program has it."""

    recv_q: int
    """the bytes that came and were not read; of a listener, the connections that wait to be accepted."""

    send_q: int
    """the bytes that were sent and not acknowledged; of a listener, how many connections may wait."""

    dev: str | None
    """the name of the link that it is bound to."""

    mark: int
    """the mark of its packets."""

    congestion: str | None
    """TCP's algorithm: "cubic", "bbr" …."""

    rtt: Duration | None
    """the smoothed round-trip time of a TCP connection; None until one was measured."""

    cwnd: int | None
    """the congestion window, in segments; None if it is no TCP connection."""

    mss: int | None
    """the largest segment that it sends, in bytes; None if it is no TCP connection."""

    unacked: int | None
    """the segments that are under way; None if it is no TCP connection."""

    retrans: int | None
    """the segments that were sent again since the connection began; None if it is no TCP connection."""


class RuleEntry:
    """A rule of a routing policy, as the kernel had it at one moment. A condition that it does not have is None."""

    priority: int
    """its place: the lowest is tried first."""

    family: int
    """4 or 6."""

    source: str | None
    """the prefix that the packet's source is in."""

    dest: str | None
    """the prefix that its destination is in."""

    iif: str | None
    """the name of the link it came in by."""

    oif: str | None
    """the name of the link its socket is bound to."""

    fwmark: int | str | None
    """its mark; "0x1/0xff" if not all bits count."""

    table: int | None
    """the number of the table it is looked up in: 254 is main, 255 local."""

    uidrange: int | str | None
    """the users whose packet it is: a number or "1000-2000"."""

    l3mdev: bool
    """whether the table is that of the link's VRF."""

    suppress_prefixlength: int | None
    """the prefix length up to which routes are not used."""

    sport: int | str | None
    """its source port: a number or "1000-2000"."""

    dport: int | str | None
    """its destination port: a number or "1000-2000"."""

    proto: str | None
    """its protocol: "tcp", "udp" …, or a number in digits."""

    tos: int | None
    """its type of service."""

    action: str
    """"lookup", "blackhole", "unreachable", "prohibit", "goto" or "nop"."""

    goto: int | None
    """the priority of the rule to go on at."""

    invert: bool
    """whether it is for packets that do not meet the conditions."""


class FdbEntry:
    """A forwarding entry of a bridge, a VXLAN or a macvlan, as the kernel had it at one moment."""

    mac: str
    """the address that frames are for."""

    dev: str
    """the name of the port that they go to, or of the link whose own entry it is."""

    master: str | None
    """the name of the bridge whose entry it is."""

    dst: str | None
    """the far end of a VXLAN."""

    vni: int | None
    """the VNI that it is sent with, if it is not the VXLAN's own."""

    src_vni: int | None
    """the VNI that the entry is for."""

    port: int | None
    """the far end's UDP port, if it is not the VXLAN's own."""

    via: str | None
    """the name of the link by which the VXLAN sends."""

    nhid: int | None
    """the number of the next hop group of far ends."""

    vlan: int | None
    """the VLAN that it is for."""

    state: str
    """"permanent", "static", "dynamic" or "stale"."""

    flags: list[str]
    """"self", "sticky", "extern_learn", "offload", "router"."""

    used: Duration | None
    """since a frame came from the address, or went to it; no matter of ==."""

    updated: Duration | None
    """since it was made or changed; no matter of ==."""


class VlanEntry:
    """A VLAN that a port of a bridge, or the bridge itself, is in, at one moment."""

    vid: int
    """its number."""

    pvid: bool
    """whether frames that come in without a tag belong to it."""

    untagged: bool
    """whether frames of it go out without a tag."""


class MdbEntry:
    """An entry of a bridge's multicast database, as the kernel had it at one moment."""

    port: str
    """the name of the port that wants the frames; that of the bridge if it does itself."""

    router: bool
    """whether the port leads to a multicast router, and wants all."""

    group: str | None
    """the group, an address or a MAC; None of a router."""

    source: str | None
    """the source that frames must be from."""

    vlan: int | None
    """the VLAN."""

    state: str
    """"permanent" or "temp"."""

    flags: list[str]
    """"offload", "fast_leave", "added_by_star_ex", "blocked"."""


class Result:
    """How a command ended. It is true if the command exited with 0."""

    ok: bool
    """whether it exited with 0."""

    code: int
    """its exit code; 128 and the signal's number if a signal ended it."""

    signal: str | None
    """the signal that ended it: "SIGKILL" …."""

    stdout: str
    """what it wrote to its standard output; bytes that are no UTF-8 are replaced by U+FFFD."""

    stderr: str
    """what it wrote to its standard error, likewise."""

    stdout_bytes: bytes
    """what it wrote to its standard output, exactly."""

    stderr_bytes: bytes
    """what it wrote to its standard error, exactly."""

    stdout_over: int
    """how many bytes of its standard output were over the limit and are lost."""

    stderr_over: int
    """how many bytes of its standard error were over the limit and are lost."""

    duration: Duration
    """how long it ran."""

    timed_out: bool
    """whether it was killed at its deadline."""

    argv: list[str]
    """its words."""

    netns: str
    """the name of the namespace that it ran in."""

    lines: Any
    """lines() is its standard output as a list of lines, without their ends."""

    json: Any
    """json() is the value that its standard output holds as JSON; integers are exact."""


class Test:
    """A test that wirelark test runs: the first parameter of its function, if that is called t."""

    name: str
    """its name, with its parameters."""

    def log(self, *values: Any) -> None:
        """print a line, which is shown if the test fails, or with --verbose."""

    def metric(self, name: str, value: int | float | str | int | float | Duration, *, unit: str = ...) -> None:
        """report a number, for machine-readable reports."""

    def artifact(self, name: str, text: str | bytes) -> None:
        """keep a text as a file among the artifacts, if --artifacts names a folder."""

    def tmpdir(self) -> str:
        """make an empty folder that all nodes share, and that goes with the lab."""

    def run(self, name: str, fn: Any) -> bool:
        """call a function as a part of the test: if it fails, the test fails at its end and goes on. It gives whether the part passed."""


class Process:
    """A program that spawn_in started. Its attributes are read when they are asked for."""

    pid: int
    """its number in its node, where `kill` takes it."""

    running: bool
    """whether it has not ended."""

    code: int | None
    """its exit code, 128 and the signal's number if a signal ended it; None while it runs."""

    signal: str | None
    """the signal that ended it: "SIGKILL" …."""

    stdout: str
    """what it has written to its standard output so far, the newest part of it."""

    stderr: str
    """what it has written to its standard error so far, likewise."""

    stdout_lost: int
    """how many bytes of its standard output came before those and are lost."""

    stderr_lost: int
    """how many bytes of its standard error came before those and are lost."""

    argv: list[str]
    """its words."""

    netns: str
    """the name of the namespace that it runs in."""

    def lines(self) -> list[str]:
        """its standard output so far as a list of lines."""

    def wait(self, *, timeout: str | int | float | Duration = ..., expect: int | list[int] | None = ..., check: bool = ...) -> Result:
        """wait until it ends. It fails if it does not in time, or with another exit code than expected."""

    def stop(self, *, signal: str = ..., grace: str | int | float | Duration = ...) -> Result:
        """ask it to end, and kill it and all that descends from it after a time of grace."""

    def kill(self) -> Result:
        """kill it and all that descends from it."""

    def send_signal(self, signal: str) -> None:
        """send it, and nothing that descends from it, a signal. It fails if it has ended."""

    def write(self, text: str | bytes) -> None:
        """write to its standard input. It fails if it was given its whole input at the start, or does not read for 5 s."""

    def close_stdin(self) -> None:
        """let it read the end of its input."""

    def expect_line(self, pattern: str, *, timeout: str | int | float | Duration = ...) -> str:
        """wait for a line of either output that matches, after those that it gave before, and give it. It fails if the program ends, or does not write one in time."""


class Readiness:
    """What makes a program ready, for spawn_in."""


class PingResult:
    """What came of a ping. It is true if every request was answered."""

    ok: bool
    """whether every request was answered."""

    dst: str
    """the address that was asked."""

    sent: int
    """requests sent."""

    received: int
    """requests answered."""

    loss: float
    """the share of requests that were not answered, 0.0 to 1.0."""

    duplicates: int
    """replies to requests that were answered before."""

    ttl: int | None
    """the time to live, or hop limit, of the first reply as it arrived."""

    rtt: Rtt | None
    """round-trip times."""

    replies: list[PingReply]
    """the replies, in order of arrival."""

    error: str | None
    """the name of the first error: "host unreachable", "time exceeded", "packet too big" …."""

    errors: list[PingError]
    """ICMP errors, and refusals of the sender's own kernel, in order."""


class PingReply:
    """One reply to a ping."""

    seq: int
    """the number of the request, from 1."""

    time: Duration
    """its round-trip time."""

    ttl: int
    """its time to live, or hop limit, as it arrived."""

    source: str
    """who sent it."""

    size: int
    """its bytes after the ICMP header."""


class PingError:
    """What answered a ping instead of a reply."""

    name: str
    """"host unreachable", "time exceeded", "packet too big" …."""

    seq: int
    """the number of the request, from 1."""

    source: str | None
    """who said so; None if it was the sender's own kernel."""

    mtu: int | None
    """with "packet too big" and "message too long": the largest packet that passes."""


class Rtt:
    """Round-trip times of a ping."""

    min: Duration
    """the shortest."""

    avg: Duration
    """the mean."""

    max: Duration
    """the longest."""


class UdpSocket:
    """A socket for datagrams, of listen_udp or dial_udp."""

    local: str
    """its own address and port."""

    peer: str | None
    """the address that it speaks with; None if with whoever sends."""

    netns: str
    """the name of its namespace."""

    def send(self, data: str | bytes, to: str | None = ...) -> None:
        """send a datagram. What ICMP errors come of it, recv and ask of a socket of dial_udp tell."""

    def recv(self, timeout: str | int | float | Duration = ..., *, none_ok: bool = ...) -> Message | None:
        """wait for a datagram. It fails if none comes in time."""

    def ask(self, data: str | bytes, to: str | None = ..., *, timeout: str | int | float | Duration = ...) -> Message:
        """send a datagram and wait for the first that comes from there afterwards; what others send is left for recv. It fails if none comes in time, or an ICMP error does."""

    def close(self) -> None:
        """close it; a second time does nothing."""


class Message:
    """A datagram that came in."""

    text: str
    """what it holds; bytes that are no UTF-8 are replaced by U+FFFD."""

    data: bytes
    """what it holds, exactly."""

    peer: str
    """who sent it, as its receiver sees them."""

    local: str
    """where it was sent to."""

    ttl: int
    """its time to live, or hop limit, on arrival."""


class TcpListener:
    """A TCP socket that listens, of listen_tcp."""

    local: str
    """its address and port."""

    netns: str
    """the name of its namespace."""

    def accept(self, timeout: str | int | float | Duration = ...) -> TcpConn:
        """wait for a connection. It fails if none comes in time."""

    def close(self) -> None:
        """listen no more; a second time does nothing."""


class TcpConn:
    """A TCP connection, of dial_tcp or accept."""

    local: str
    """the address and port of this end."""

    peer: str
    """the address and port of the other end."""

    netns: str
    """the name of its namespace."""

    def send(self, data: str | bytes, *, timeout: str | int | float | Duration = ...) -> None:
        """send all of the data. It fails if the other end has closed, or takes it not in time."""

    def recv(self, limit: int = ..., *, timeout: str | int | float | Duration = ...) -> str:
        """wait for data and give what there is; "" at the end."""

    def recv_line(self, *, timeout: str | int | float | Duration = ...) -> str:
        """wait for a line and give it without its end; "" at the end."""

    def recv_all(self, *, timeout: str | int | float | Duration = ...) -> str:
        """wait until the other end has sent its end, and give all that came."""

    def shutdown(self) -> None:
        """send the end; what the other end sends still comes."""

    def close(self) -> None:
        """close it; a second time does nothing."""

    def reset(self) -> None:
        """close it with a reset."""


class Server:
    """A small server of a node, of serve_udp, serve_tcp or serve_http."""

    local: str
    """its address and port."""

    netns: str
    """the name of its namespace."""

    count: int
    """how many requests there were."""

    requests: list[Request]
    """the requests so far: the newest, up to 10,000 and 16 MiB."""

    def close(self) -> None:
        """end it and its connections; a second time does nothing."""


class Request:
    """What somebody asked of a server."""

    text: str
    """a datagram, a line, or the method and path of an HTTP request, "GET /"."""

    peer: str
    """who asked, as the server sees them."""

    local: str
    """where they asked."""


class TcpProbeResult:
    """What came of a try to connect. It is true if the port is open."""

    state: str
    """"open", "refused", "reset", "unreachable" or "timed out"."""

    why: str | None
    """the same at length, unless it is open."""

    rtt: Duration
    """how long it took."""


class HttpResult:
    """What a server answered. It is true if the code is 2xx."""

    code: int
    """the status code."""

    text: str
    """the body; bytes that are no UTF-8 are replaced by U+FFFD."""

    body: bytes
    """the body, exactly."""

    headers: dict
    """the headers by name, spelt as "Content-Type"."""

    elapsed: Duration
    """how long it took."""

    json: Any
    """json() is the value that the body holds as JSON; integers are exact."""


class DnsResult:
    """What a name server answered. It is true if there are answers."""

    rcode: str
    """"NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED" …."""

    answers: list[str]
    """the data of the records, as in a zone file."""

    records: list[DnsRecord]
    """the records."""

    authoritative: bool
    """whether the server answers for the zone."""

    truncated: bool
    """whether not all fitted in."""

    elapsed: Duration
    """how long it took."""


class DnsRecord:
    """A record of a name server's answer."""

    name: str
    """whose it is."""

    type: str
    """"A", "AAAA", "CNAME" …."""

    data: str
    """its data, as in a zone file."""

    ttl: int
    """how many seconds it may be kept."""


class TracerouteResult:
    """The way to an address. It is true if the address answered."""

    reached: bool
    """whether the address answered."""

    hops: list[TraceHop]
    """the hops, from the nearest."""


class TraceHop:
    """A hop on the way."""

    ttl: int
    """how far away it is."""

    addr: str | None
    """who answered; None if nobody did."""

    rtt: Duration | None
    """how long the answer took."""

    error: str | None
    """what it said: "time exceeded", "port unreachable", "host unreachable" …."""


class Frames:
    """The script's end of a tun or tap, of the builtin of that name."""

    link: Link
    """the tun or tap."""

    def send(self, data: str | bytes) -> None:
        """have the node's kernel take in a frame, or packet."""

    def recv(self, timeout: str | int | float | Duration = ..., *, none_ok: bool = ...) -> bytes | None:
        """wait for a frame, or packet, that the node's kernel sends. It fails if none comes in time."""

    def close(self) -> None:
        """close it; a second time does nothing."""


class Waited:
    """What a function gave in the end, and how long that took."""

    value: Any
    """what the function gave."""

    elapsed: Duration
    """how long it took."""

    tries: int
    """how often it was called."""


class AttemptResult:
    """What came of an attempt. It is true if the function did not fail."""

    ok: bool
    """whether the function did not fail."""

    value: Any
    """what it returned; None if it failed."""

    error: str | None
    """the error's text."""

    elapsed: Duration
    """how long it took."""


class Channel:
    """A channel, that channel(…) made."""

    def send(self, value: Any, *, timeout: str | int | float | Duration = ...) -> None:
        """put a value in. It fails if there is no room in time, or the channel is closed."""

    def recv(self, *, timeout: str | int | float | Duration = ...) -> Any:
        """take the next value out. It fails if there is none in time; of a closed channel, it gives those that are left and then fails."""

    def close(self) -> None:
        """let nobody send any more; a second time does nothing."""


class Ip:
    """An IPv4 or IPv6 address, with or without a prefix length. `x + 1` is the next address, `x[n]` is address number n of the prefix, `y in x` says whether the prefix holds y, and addresses of one family have an order. Every parameter that takes an address takes it."""

    addr: Ip
    """the address without a prefix length."""

    bits: int | None
    """the prefix length."""

    version: int
    """4 or 6."""

    network: Ip
    """the prefix with all bits of the host zero."""

    first: Ip
    """the first address of the prefix."""

    last: Ip
    """the last address of the prefix; with IPv4, the broadcast address."""

    size: int
    """how many addresses the prefix has."""


class Duration:
    """A span of time. Spans are compared, added, subtracted (also strings: d + "5ms"), multiplied by a number, divided by one, and divided by each other. To compare with a string, make it a duration first."""

    hours: float
    """the span in hours."""

    minutes: float
    """the span in minutes."""

    seconds: float
    """the span in seconds."""

    milliseconds: float
    """the span in milliseconds."""

    microseconds: float
    """the span in microseconds."""

    nanoseconds: int
    """the span in nanoseconds."""


def addr(link: Link, *prefixes: str, peer: str | None = ..., scope: str = ..., label: str = ..., dad: bool = ..., valid: str | int | float | Duration | None = ..., preferred: str | int | float | Duration | None = ..., noprefixroute: bool = ..., home: bool = ..., mngtmpaddr: bool = ..., autojoin: bool = ..., anycast: bool = ..., proto: int = ...) -> None:
    """Give a link addresses, IPv4 or IPv6, in order.

    Args:
        link: the link
        prefixes: addresses with their prefix lengths: "10.0.0.1/24", "2001:db8::1/64"
        peer: the address at the other end of a point-to-point link; None if left out
        scope: where the address is valid; "global" if left out
        label: a label for an IPv4 address; it begins with the link's name; "" if left out
        dad: whether IPv6 first looks for duplicates, as a bare kernel does; False if left out
        valid: how long it stays; for ever, if it is left out; None if left out
        preferred: how long new connections use it; left out, as long as it stays; None if left out
        noprefixroute: whether the kernel shall make no route to its network; False if left out
        home: whether it is a home address of Mobile IPv6; False if left out
        mngtmpaddr: whether the kernel makes temporary addresses of its IPv6 network, a /64, if the sysctl use_tempaddr says so; False if left out
        autojoin: whether the kernel joins the group that a multicast address is of; False if left out
        anycast: whether other nodes may have it too, and the nearest answers; of IPv6, without a prefix length, in a network of the link or on a router; False if left out
        proto: the number of who made it; 1 to 3 are the kernel's own; 0 if left out
    """


def addr_del(link: Link, *prefixes: str, peer: str | None = ..., anycast: bool = ...) -> None:
    """Take addresses away from a link.

    Args:
        link: the link
        prefixes: the addresses, as they were added
        peer: the peer that they were added with; None if left out
        anycast: whether they were added as anycast addresses; False if left out
    """


def addrs(ns: Netns, *, dev: Link | str | None = ..., family: int | None = ...) -> list[Address]:
    """List the addresses of a namespace, in the kernel's order.

    Args:
        ns: the namespace
        dev: only those of this link; None if left out
        family: 4 or 6; both if it is left out; None if left out
    """


def always(fn: Any, *, during: str | int | float | Duration, every: str | int | float | Duration = ...) -> Waited:
    """Call a function again and again, and stop the script as soon as it gives something false.

    Args:
        fn: the function, usually a lambda
        during: for how long it must hold
        every: from the start of one attempt to the next; "100ms" if left out
    """


def attempt(fn: Any) -> AttemptResult:
    """Call a function and return what came of it, a failure too.

    Args:
        fn: the function, usually a lambda
    """


def bond(ns: Netns, mode: str = ..., *, ports: Link | list[Link] = ..., miimon: str | int | float | Duration | None = ..., updelay: str | int | float | Duration | None = ..., downdelay: str | int | float | Duration | None = ..., arp_interval: str | int | float | Duration | None = ..., arp_ip_target: str | list[str] | None = ..., arp_validate: str | None = ..., primary: Link | str | None = ..., primary_reselect: str | None = ..., fail_over_mac: str | None = ..., xmit_hash_policy: str | None = ..., num_grat_arp: int | None = ..., all_slaves_active: bool | None = ..., min_links: int | None = ..., packets_per_slave: int | None = ..., lacp_rate: str | None = ..., ad_select: str | None = ..., name: str | None = ..., addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a bond, one link of several ports.

    Args:
        ns: the namespace it is in
        mode: how it uses its ports: "balance-rr", "active-backup", "802.3ad" …; "balance-rr" if left out
        ports: links of the namespace that become its ports; [] if left out
        miimon: how often it looks at its ports' carriers; None if left out
        updelay: how long a port must have had its carrier to be used; a multiple of miimon; None if left out
        downdelay: how long a port must have been without to be given up; a multiple of miimon; None if left out
        arp_interval: how often it asks by ARP; None if left out
        arp_ip_target: whom it asks, IPv4; None if left out
        arp_validate: whose answers it looks at; None if left out
        primary: the port that is used while it can be; None if left out
        primary_reselect: when the primary is used again: "always", "better" or "failure"; None if left out
        fail_over_mac: whose MAC it has: "none", "active" or "follow"; None if left out
        xmit_hash_policy: what a flow is, where flows are spread; None if left out
        num_grat_arp: how many times it announces itself after a change; None if left out
        all_slaves_active: whether it takes frames that arrive at a port that is not in use; None if left out
        min_links: with how many ports at least it has a carrier; None if left out
        packets_per_slave: in mode balance-rr, how many packets leave a port before the next one's turn; 0 for chance; None if left out
        lacp_rate: how often the other end shall send: "slow", every 30 s, or "fast", every second; None if left out
        ad_select: which of several groups of ports is used; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mac: its MAC address; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def breakpoint() -> None:
    """Open a prompt with the script's variables on the user's terminal, and go on when it ends.
    """


def bridge(ns: Netns, name: str | None = ..., *, addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., stp: bool | None = ..., priority: int | None = ..., forward_delay: str | int | float | Duration | None = ..., hello: str | int | float | Duration | None = ..., max_age: str | int | float | Duration | None = ..., ageing: str | int | float | Duration | None = ..., snooping: bool | None = ..., querier: bool | None = ..., vlan_filtering: bool | None = ..., vlan_default_pvid: int | None = ..., vlan_protocol: str | None = ...) -> Link:
    """Make a bridge, a virtual switch, in a namespace.

    Args:
        ns: the namespace it is in
        name: its name; without one br0, br1 …; None if left out
        addr: addresses that it has itself; [] if left out
        mac: its MAC address; without one, one that derives from the seed; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        stp: whether it takes part in the spanning tree, IEEE 802.1D; None if left out
        priority: its priority in the spanning tree: the lowest becomes the root; None if left out
        forward_delay: how long a port listens, and then learns, before it forwards; 2 s to 30 s with stp; None if left out
        hello: between two messages of the root; 1 s to 10 s; None if left out
        max_age: after which a root that is not heard of is given up; 6 s to 40 s; None if left out
        ageing: after which a learned address is forgotten; None if left out
        snooping: whether it listens to IGMP and MLD and sends multicast only where it is wanted; None if left out
        querier: whether it asks for group members, as a multicast router does; None if left out
        vlan_filtering: whether it tells VLANs apart, IEEE 802.1Q; None if left out
        vlan_default_pvid: the VLAN that ports are in at first, untagged; 0 for none, left out 1; None if left out
        vlan_protocol: what tags it heeds: 802.1Q, or the outer ones of 802.1ad; None if left out
    """


def bridge_vlan(link: Link, vid: int | str, *, pvid: bool = ..., untagged: bool = ...) -> None:
    """Put a port of a bridge, or the bridge itself, into VLANs.

    Args:
        link: the port, or the bridge
        vid: the VLAN, 1 to 4094, or some in a row: "10-20"
        pvid: whether frames that come in without a tag belong to it; at most one VLAN of a port is that; False if left out
        untagged: whether frames of it go out without a tag; False if left out
    """


def bridge_vlan_del(link: Link, vid: int | str) -> None:
    """Take a port of a bridge, or the bridge itself, out of VLANs.

    Args:
        link: the port, or the bridge
        vid: the VLAN, 1 to 4094, or some in a row: "10-20"
    """


def channel(size: int = ...) -> Channel:
    """Make a channel, through which functions that run in parallel exchange values.

    Args:
        size: how many values it holds that nobody has received; with 0, send waits for the receiver; 0 if left out
    """


def check(cond: Any, msg: str = ...) -> None:
    """Stop the script with a failure unless a condition holds.

    Args:
        cond: what must hold
        msg: what it means if it does not hold; "" if left out
    """


def check_fails(fn: Any, pattern: str = ...) -> str:
    """Stop the script unless a function fails; return the error's text.

    Args:
        fn: the function, usually a lambda
        pattern: what the error's text must match; "" if left out
    """


def conntrack(ns: Netns, *, proto: str | int | None = ..., source: str | None = ..., dest: str | None = ..., sport: int | None = ..., dport: int | None = ..., state: str | None = ..., family: int | None = ..., mark: int | None = ...) -> list[Flow]:
    """List the connections that a namespace tracks: what its NAT and its stateful rules know.

    Args:
        ns: the namespace
        proto: only those of this protocol: "udp", "tcp", "icmp" …, or its number; None if left out
        source: only those from this address or prefix; None if left out
        dest: only those to this address or prefix; None if left out
        sport: only those from this port; None if left out
        dport: only those to this port; None if left out
        state: only those of TCP in this state; None if left out
        family: 4 or 6; both if it is left out; None if left out
        mark: only those with this mark; None if left out
    """


def conntrack_del(ns: Netns, *, proto: str | int | None = ..., source: str | None = ..., dest: str | None = ..., sport: int | None = ..., dport: int | None = ..., state: str | None = ..., family: int | None = ..., mark: int | None = ...) -> int:
    """Make a namespace forget connections that it tracks, and return how many.

    Args:
        ns: the namespace
        proto: only those of this protocol: "udp", "tcp", "icmp" …, or its number; None if left out
        source: only those from this address or prefix; None if left out
        dest: only those to this address or prefix; None if left out
        sport: only those from this port; None if left out
        dport: only those to this port; None if left out
        state: only those of TCP in this state; None if left out
        family: 4 or 6; both if it is left out; None if left out
        mark: only those with this mark; None if left out
    """


def counters(ns: Netns) -> NodeCounters:
    """Read what a namespace's kernel counted: packets received, dropped and wrong, connections, retransmissions.

    Args:
        ns: the namespace
    """


def cut(link: Link, *, oneway: bool = ...) -> None:
    """Make a cable lose packets, silently.

    Args:
        link: one end of the cable
        oneway: whether only what this end sends is lost; False if left out
    """


def defer(fn: Any) -> None:
    """Call a function when the script ends, whatever ends it.

    Args:
        fn: the function, usually a lambda
    """


def dial_tcp(ns: Netns, to: str, *, source: str | None = ..., timeout: str | int | float | Duration = ..., mark: int = ..., dev: Link | str | None = ..., ttl: int | None = ..., tos: int = ..., reuse: bool = ..., transparent: bool = ...) -> TcpConn:
    """Connect to a TCP port.

    Args:
        ns: the namespace
        to: the peer's address and port
        source: its own address and port; left out, the kernel's choice; None if left out
        timeout: how long it may take; "5s" if left out
        mark: the mark of its packets (SO_MARK), for rules and filters; 0 if left out
        dev: the link that it is bound to (SO_BINDTODEVICE); None if left out
        ttl: time to live, or hop limit, of its packets; left out, the kernel's; None if left out
        tos: type of service, or traffic class, of its packets; 0 if left out
        reuse: whether it may share an address that is in use (SO_REUSEADDR, SO_REUSEPORT); False if left out
        transparent: whether it may use addresses that the node does not have (IP_TRANSPARENT); False if left out
    """


def dial_udp(ns: Netns, to: str, *, source: str | None = ..., mark: int = ..., dev: Link | str | None = ..., ttl: int | None = ..., tos: int = ..., reuse: bool = ..., transparent: bool = ..., broadcast: bool = ...) -> UdpSocket:
    """Open a UDP socket that speaks with one peer.

    Args:
        ns: the namespace
        to: the peer's address and port
        source: its own address and port; left out, the kernel's choice; None if left out
        mark: the mark of its packets (SO_MARK), for rules and filters; 0 if left out
        dev: the link that it is bound to (SO_BINDTODEVICE); None if left out
        ttl: time to live, or hop limit, of its packets; left out, the kernel's; None if left out
        tos: type of service, or traffic class, of its packets; 0 if left out
        reuse: whether it may share an address that is in use (SO_REUSEADDR, SO_REUSEPORT); False if left out
        transparent: whether it may use addresses that the node does not have (IP_TRANSPARENT); False if left out
        broadcast: whether it may send to broadcast addresses; False if left out
    """


def diff(before: State, after: State) -> StateDiff:
    """Tell what differs between two states of a node's network.

    Args:
        before: the state that is compared with
        after: the state that may differ
    """


def dnat(link: Link, to: str, *, proto: str | None = ..., sport: int | str | None = ..., dport: int | str | None = ..., source: str | None = ..., dest: str | None = ...) -> FilterRule:
    """Send what arrives on a link to another destination: a port is published.

    Args:
        link: the link, of the namespace that translates
        to: the new destination: "192.168.1.2:80", without a port to keep the one asked for
        proto: only packets of this protocol; None if left out
        sport: only packets from this port, or from one of these: "8000-8099"; None if left out
        dport: only packets to this port, or to one of these; None if left out
        source: only packets from this address or prefix; None if left out
        dest: only packets to this address or prefix; None if left out
    """


def dns_query(ns: Netns, name: str, *, type: str = ..., server: str | None = ..., tcp: bool = ..., timeout: str | int | float | Duration = ...) -> DnsResult:
    """Ask a name server once.

    Args:
        ns: the namespace
        name: the name
        type: the type of records; "A" if left out
        server: the server's address, with a port unless that is 53; None if left out
        tcp: whether to ask over TCP; False if left out
        timeout: how long to wait; "5s" if left out
    """


def dummy(ns: Netns, *, name: str | None = ..., addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a dummy: a link that swallows what is sent over it, for addresses that belong to no cable.

    Args:
        ns: the namespace it is in
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mac: its MAC address; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def duration(value: str | int | float | str | int | float | Duration) -> Duration:
    """Make a value of a span of time that can be calculated with and compared.

    Args:
        value: "5ms", "1.5s", "2m", or a number of seconds; it may be negative
    """


def encap_ip(dst: str, *, id: int = ..., src: str | None = ..., ttl: int = ..., tos: int = ...) -> Encap:
    """Give the tunnel that a route sends packets through, by a link that is external.

    Args:
        dst: the address of the other end
        id: the tunnel's identifier: a VNI, a key; 0 if left out
        src: the address of this end; None if left out
        ttl: the TTL or hop limit; 0 takes the link's; 0 if left out
        tos: the TOS or traffic class; 0 if left out
    """


def encap_mpls(labels: int | list[int], *, ttl: int = ...) -> Encap:
    """Give the MPLS labels that a route puts on packets, RFC 3032.

    Args:
        labels: the labels, the outer one first, 0 to 1048575
        ttl: the TTL of the labels; 0 takes the packet's; 0 if left out
    """


def encap_seg6(segs: str | list[str], *, mode: str = ...) -> Encap:
    """Give the SRv6 way that a route sends packets on, RFC 8754.

    Args:
        segs: the segments, IPv6, in the order of the way
        mode: whether the packet is put into another one, or gets the header itself (inline); "encap" if left out
    """


def encap_seg6local(action: str, *, via: str | None = ..., table: str | int | None = ..., vrftable: str | int | None = ...) -> Encap:
    """Give what an SRv6 endpoint does to packets that arrive for a route, RFC 8986.

    Args:
        action: the behaviour, by its name in RFC 8986
        via: the next hop; None if left out
        table: the routing table that says where packets go on; None if left out
        vrftable: the table of the VRF that packets go on in; None if left out
    """


def eventually(fn: Any, *, timeout: str | int | float | Duration = ..., every: str | int | float | Duration = ...) -> Waited:
    """Call a function again and again until it gives something true.

    Args:
        fn: the function, usually a lambda
        timeout: after which to give up; "10s" if left out
        every: from the start of one attempt to the next; "50ms" if left out
    """


def exec_in(ns: Netns, cmd: str | list[str], *, stdin: str | bytes | None = ..., env: dict = ..., cwd: str = ..., user: str = ..., timeout: str | int | float | Duration = ..., expect: int | list[int] | None = ..., check: bool = ..., limit: int = ...) -> Result:
    """Run a command in a namespace and wait for its end.

    Args:
        ns: the namespace
        cmd: the command: words, or a list of them
        stdin: what it reads; left out, nothing; None if left out
        env: variables to add to its environment; {} if left out
        cwd: the folder it runs in; left out, the script's; "" if left out
        user: the user it runs as, by name or number; others than root need a lab of many ids (wirelark doctor); "root" if left out
        timeout: after which it is killed; "30s" if left out
        expect: the exit code, or codes, that are no failure; left out, 0; None if left out
        check: whether another code is a failure; with False, look at the result yourself; True if left out
        limit: bytes kept of each output; what is over is counted, said, and lost; 8388608 if left out
    """


def exits() -> Readiness:
    """For spawn_in: ready when the program has ended with exit code 0.
    """


def expect(cond: Any, msg: str = ...) -> bool:
    """Record a failure unless a condition holds, and go on; return whether it holds.

    Args:
        cond: what must hold
        msg: what it means if it does not hold; "" if left out
    """


def fail(msg: str) -> None:
    """Stop the script with a failure.

    Args:
        msg: what went wrong
    """


def fdb(link: Link, mac: str, *, dst: str | None = ..., vni: int | None = ..., src_vni: int | None = ..., port: int | None = ..., via: Link | None = ..., nhid: int | None = ..., vlan: int | None = ..., master: bool | None = ..., state: str | None = ..., sticky: bool = ..., extern_learn: bool = ..., replace: bool = ..., append: bool = ...) -> None:
    """Add a forwarding entry: where a bridge, a VXLAN or a macvlan sends frames for an address.

    Args:
        link: the port, the bridge itself, the VXLAN or the macvlan
        mac: the address that frames are for
        dst: the VXLAN's far end; None if left out
        vni: the VNI that it is sent with, if not the VXLAN's own; None if left out
        src_vni: the VNI that the entry is for, of a VXLAN with many; None if left out
        port: the far end's UDP port, if not the VXLAN's own; None if left out
        via: the link by which the VXLAN sends; None if left out
        nhid: the number of the next hop group of far ends; None if left out
        vlan: the VLAN that it is for, of a bridge that filters; None if left out
        master: whether it is of the port's bridge or of the link itself; None if left out
        state: static entries stay, dynamic ones age, permanent ones are the bridge's own addresses; left out, static of a port, permanent else; None if left out
        sticky: whether the address may not move to another port of the bridge; False if left out
        extern_learn: whether it counts as learned by a program; False if left out
        replace: whether an entry that is there is changed; False if left out
        append: whether it becomes one more destination of the address; False if left out
    """


def fdb_del(link: Link, mac: str, *, dst: str | None = ..., vni: int | None = ..., src_vni: int | None = ..., port: int | None = ..., via: Link | None = ..., nhid: int | None = ..., vlan: int | None = ..., master: bool | None = ...) -> None:
    """Remove a forwarding entry of a bridge, a VXLAN or a macvlan.

    Args:
        link: the port, the bridge itself, the VXLAN or the macvlan
        mac: the address that frames are for
        dst: the VXLAN's far end; None if left out
        vni: the VNI that it is sent with, if not the VXLAN's own; None if left out
        src_vni: the VNI that the entry is for, of a VXLAN with many; None if left out
        port: the far end's UDP port, if not the VXLAN's own; None if left out
        via: the link by which the VXLAN sends; None if left out
        nhid: the number of the next hop group of far ends; None if left out
        vlan: the VLAN that it is for, of a bridge that filters; None if left out
        master: whether it is of the port's bridge or of the link itself; None if left out
    """


def fdbs(link: Link) -> list[FdbEntry]:
    """List the forwarding entries of a link: of a bridge those on all its ports, of another link its own and, of a port, the bridge's on it.

    Args:
        link: the link
    """


def file_in(ns: Netns, path: str, content: str | bytes, *, mode: str | None = ..., owner: str = ...) -> None:
    """Write a file in a node.

    Args:
        ns: the namespace
        path: the file
        content: what it shall hold
        mode: its permissions in octal, "0644"; left out, 0644 or what it has; None if left out
        owner: whose it shall be, "user", "user:group" or ":group"; left out, root's or whose it is; "" if left out
    """


def filter_del(rule: FilterRule | Nat) -> None:
    """Delete a rule that `filter_rule`, `masquerade`, `snat` or `dnat` made, or the NAT that `nat` made.

    Args:
        rule: the rule, or the NAT
    """


def filter_rule(ns: Netns, verdict: str, *, hook: str = ..., proto: str | None = ..., sport: int | str | None = ..., dport: int | str | None = ..., source: str | None = ..., dest: str | None = ..., iif: Link | str | None = ..., oif: Link | str | None = ..., state: str | list[str] = ..., comment: str = ...) -> FilterRule:
    """Append a rule that accepts, drops or rejects packets of a namespace.

    Args:
        ns: the namespace
        verdict: what becomes of the packets
        hook: what is looked at: packets that pass through, that are for the node itself, or that it sends; "forward" if left out
        proto: only packets of this protocol; None if left out
        sport: only packets from this port, or from one of these: "8000-8099"; None if left out
        dport: only packets to this port, or to one of these; None if left out
        source: only packets from this address or prefix; None if left out
        dest: only packets to this address or prefix; None if left out
        iif: only what arrives on this link; None if left out
        oif: only what leaves by this link; None if left out
        state: only packets that are this to the tracked connections; [] if left out
        comment: a comment, at most 127 bytes, for lists of rules; "" if left out
    """


def flap(link: Link, *, times: int = ..., down: str | int | float | Duration = ..., up: str | int | float | Duration = ...) -> None:
    """Switch a link off and on again, several times.

    Args:
        link: the link
        times: how often; 3 if left out
        down: how long it is off each time; "500ms" if left out
        up: how long it is on each time; "500ms" if left out
    """


def fmt(value: Any, form: str) -> str:
    """Write a value with a width and a precision.

    Args:
        value: the value
        form: how to write it: "8.2f", "<10", "03d"
    """


def frames(link: Link) -> Frames:
    """Open a tun or tap as a program does, to send and receive its packets.

    Args:
        link: the tun or tap
    """


def freeze(ns: Netns) -> None:
    """Stop all processes of a node.

    Args:
        ns: the node
    """


def geneve(ns: Netns, id: int | None = ..., remote: str | None = ..., *, dstport: int | None = ..., ttl: int | None = ..., tos: int | None = ..., udpcsum: bool | None = ..., udp6zerocsumtx: bool | None = ..., udp6zerocsumrx: bool | None = ..., df: str | None = ..., external: bool | None = ..., underlay: Netns | None = ..., name: str | None = ..., addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a Geneve tunnel, an Ethernet whose frames travel in UDP, RFC 8926.

    Args:
        ns: the namespace it is in
        id: its network identifier (VNI), 0 to 16777215; left out with external; None if left out
        remote: the other end's address; left out with external; None if left out
        dstport: the UDP port that the other end listens on, and this one; None if left out
        ttl: the TTL of its packets; 0 takes the system's; None if left out
        tos: the TOS of its packets; 1 takes the inner packet's; None if left out
        udpcsum: whether its packets over IPv4 have UDP checksums; None if left out
        udp6zerocsumtx: whether its packets over IPv6 have none; None if left out
        udp6zerocsumrx: whether it takes packets over IPv6 that have none; None if left out
        df: whether its packets may be fragmented: "unset", "set" or "inherit"; None if left out
        external: whether routes and filters say where each packet goes; None if left out
        underlay: the namespace whose network carries its packets, if not its own; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mac: its MAC address; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def gre(ns: Netns, local: str | None = ..., remote: str | None = ..., *, dev: Link | str | None = ..., ttl: int | None = ..., tos: int | None = ..., key: int | None = ..., csum: bool | None = ..., seq: bool | None = ..., pmtudisc: bool | None = ..., ignore_df: bool | None = ..., external: bool | None = ..., name: str | None = ..., addr: str | list[str] = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a GRE tunnel over IPv4, RFC 2784.

    Args:
        ns: the namespace it is in
        local: the address of this end, IPv4; None if left out
        remote: the address of the other end; None if left out
        dev: the link that its packets leave by; None if left out
        ttl: the TTL of its packets; 0 takes the inner packet's; None if left out
        tos: the TOS of its packets; 1 takes the inner packet's; None if left out
        key: the key that tells tunnels between the same ends apart; None if left out
        csum: whether its packets have checksums, and those that arrive must; None if left out
        seq: whether its packets are numbered, and late ones dropped; None if left out
        pmtudisc: whether its packets must not be fragmented; they must not unless False; None if left out
        ignore_df: whether inner packets may be fragmented that must not; needs pmtudisc = False; None if left out
        external: whether routes and filters say where each packet goes; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def gretap(ns: Netns, local: str | None = ..., remote: str | None = ..., *, dev: Link | str | None = ..., ttl: int | None = ..., tos: int | None = ..., key: int | None = ..., csum: bool | None = ..., seq: bool | None = ..., pmtudisc: bool | None = ..., ignore_df: bool | None = ..., external: bool | None = ..., name: str | None = ..., addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a GRE tunnel over IPv4 that carries Ethernet frames.

    Args:
        ns: the namespace it is in
        local: the address of this end, IPv4; None if left out
        remote: the address of the other end; None if left out
        dev: the link that its packets leave by; None if left out
        ttl: the TTL of its packets; 0 takes the inner packet's; None if left out
        tos: the TOS of its packets; 1 takes the inner packet's; None if left out
        key: the key that tells tunnels between the same ends apart; None if left out
        csum: whether its packets have checksums, and those that arrive must; None if left out
        seq: whether its packets are numbered, and late ones dropped; None if left out
        pmtudisc: whether its packets must not be fragmented; they must not unless False; None if left out
        ignore_df: whether inner packets may be fragmented that must not; needs pmtudisc = False; None if left out
        external: whether routes and filters say where each packet goes; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mac: its MAC address; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def heal(link: Link | None = ...) -> None:
    """End what cut and partition did.

    Args:
        link: the cable that cut was given, by either end; left out, all cables and partitions; None if left out
    """


def hsr(ns: Netns, slave1: Link, slave2: Link, *, supervision: int | None = ..., version: int | None = ..., proto: int | None = ..., name: str | None = ..., addr: str | list[str] = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a node of a redundant ring (HSR) or of two parallel networks (PRP), IEC 62439-3.

    Args:
        ns: the namespace it is in
        slave1: its first port
        slave2: its second port
        supervision: the last byte of the address that supervision frames go to; None if left out
        version: of the protocol, as HSR has it; None if left out
        proto: 0 for HSR, 1 for PRP; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def http_get(ns: Netns, url: str, *, headers: dict = ..., timeout: str | int | float | Duration = ..., source: str | None = ..., connect: str | None = ...) -> HttpResult:
    """Ask for a page over HTTP.

    Args:
        ns: the namespace
        url: the URL, http://…
        headers: headers to send; {} if left out
        timeout: how long all of it may take; "5s" if left out
        source: the address and port to come from; left out, the kernel's choice; None if left out
        connect: the address and port to connect to, whatever the URL says; None if left out
    """


def ifb(ns: Netns, *, name: str | None = ..., addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make an ifb: a link through which incoming packets of others can be led, to be queued.

    Args:
        ns: the namespace it is in
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mac: its MAC address; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def ip(address: str | Ip) -> Ip:
    """Make a value of an address that can be calculated with.

    Args:
        address: an address with or without a prefix length: "10.0.0.0/24", "2001:db8::1"
    """


def ip6gre(ns: Netns, local: str | None = ..., remote: str | None = ..., *, dev: Link | str | None = ..., hoplimit: int = ..., encaplimit: int | str = ..., key: int | None = ..., csum: bool | None = ..., seq: bool | None = ..., external: bool | None = ..., name: str | None = ..., addr: str | list[str] = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a GRE tunnel over IPv6.

    Args:
        ns: the namespace it is in
        local: the address of this end, IPv6; None if left out
        remote: the address of the other end; None if left out
        dev: the link that its packets leave by; None if left out
        hoplimit: the hop limit of its packets; 0 takes the inner packet's; 64 if left out
        encaplimit: how many tunnels may still be around its packets, RFC 2473; "none" says nothing of it; 4 if left out
        key: the key that tells tunnels between the same ends apart; None if left out
        csum: whether its packets have checksums, and those that arrive must; None if left out
        seq: whether its packets are numbered, and late ones dropped; None if left out
        external: whether routes and filters say where each packet goes; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def ip6gretap(ns: Netns, local: str | None = ..., remote: str | None = ..., *, dev: Link | str | None = ..., hoplimit: int = ..., encaplimit: int | str = ..., key: int | None = ..., csum: bool | None = ..., seq: bool | None = ..., external: bool | None = ..., name: str | None = ..., addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a GRE tunnel over IPv6 that carries Ethernet frames.

    Args:
        ns: the namespace it is in
        local: the address of this end, IPv6; None if left out
        remote: the address of the other end; None if left out
        dev: the link that its packets leave by; None if left out
        hoplimit: the hop limit of its packets; 0 takes the inner packet's; 64 if left out
        encaplimit: how many tunnels may still be around its packets, RFC 2473; "none" says nothing of it; 4 if left out
        key: the key that tells tunnels between the same ends apart; None if left out
        csum: whether its packets have checksums, and those that arrive must; None if left out
        seq: whether its packets are numbered, and late ones dropped; None if left out
        external: whether routes and filters say where each packet goes; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mac: its MAC address; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def ip6tnl(ns: Netns, local: str | None = ..., remote: str | None = ..., *, dev: Link | str | None = ..., mode: str | None = ..., hoplimit: int = ..., encaplimit: int | str = ..., external: bool | None = ..., name: str | None = ..., addr: str | list[str] = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a tunnel of IPv6 or IPv4 in IPv6, RFC 2473.

    Args:
        ns: the namespace it is in
        local: the address of this end, IPv6; None if left out
        remote: the address of the other end; None if left out
        dev: the link that its packets leave by; None if left out
        mode: what travels in it: "any", as it is without, "ip6ip6" or "ipip6"; None if left out
        hoplimit: the hop limit of its packets; 0 takes the inner packet's; 64 if left out
        encaplimit: how many tunnels may still be around its packets, RFC 2473; "none" says nothing of it; 4 if left out
        external: whether routes and filters say where each packet goes; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def ipip(ns: Netns, local: str | None = ..., remote: str | None = ..., *, dev: Link | str | None = ..., mode: str | None = ..., ttl: int | None = ..., tos: int | None = ..., pmtudisc: bool | None = ..., external: bool | None = ..., name: str | None = ..., addr: str | list[str] = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a tunnel of IPv4 in IPv4, RFC 2003.

    Args:
        ns: the namespace it is in
        local: the address of this end, IPv4; None if left out
        remote: the address of the other end; None if left out
        dev: the link that its packets leave by; None if left out
        mode: what travels in it: "ipip", "mplsip" or "any", as it is without; None if left out
        ttl: the TTL of its packets; 0, as it is without, takes the inner packet's; None if left out
        tos: the TOS of its packets; 1 takes the inner packet's; None if left out
        pmtudisc: whether its packets must not be fragmented; they must not unless False; None if left out
        external: whether routes and filters say where each packet goes; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def ipvlan(link: Link, *, mode: str = ..., isolation: str | None = ..., netns: Netns | None = ..., name: str | None = ..., addr: str | list[str] = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make an ipvlan: a link with addresses of its own and the MAC of the link below it.

    Args:
        link: the link that carries it
        mode: what it does itself; "l2" if left out
        isolation: whom it reaches of its siblings: "bridge", as it is without, "private" or "vepa"; None if left out
        netns: the namespace it is in, if not the link's; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


json: Any
"""Read and write JSON; integers are exact, however large."""


def kill_node(ns: Netns) -> None:
    """Let a node fail as if its power was cut.

    Args:
        ns: the node
    """


def known_bug(where: str, fn: Any) -> None:
    """Call a function that must fail because of a bug that is reported elsewhere.

    Args:
        where: where the bug is reported
        fn: the function, usually a lambda
    """


def link(ns: Netns, name: str, *, timeout: str | int | float | Duration = ...) -> Link:
    """Find an interface of a namespace by its name or an alternative name.

    Args:
        ns: the namespace
        name: the interface's name
        timeout: how long to wait for it to appear; "0s" if left out
    """


def link_del(link: Link) -> None:
    """Remove a link, and with it the other end of a cable.

    Args:
        link: the link
    """


def link_down(link: Link) -> None:
    """Switch a link off.

    Args:
        link: the link
    """


def link_set(link: Link, *, mtu: int | None = ..., mac: str | None = ..., txqlen: int | None = ..., alias: str | None = ..., name: str | None = ..., arp: bool | None = ..., multicast: bool | None = ..., promisc: bool | None = ..., master: Link | None = ..., nomaster: bool = ..., up: bool | None = ..., isolated: bool | None = ..., hairpin: bool | None = ..., learning: bool | None = ..., flood: bool | None = ..., guard: bool | None = ..., locked: bool | None = ..., cost: int | None = ..., neigh_suppress: bool | None = ..., mcast_flood: bool | None = ..., bcast_flood: bool | None = ..., fastleave: bool | None = ..., proxy_arp: bool | None = ..., vlan_tunnel: bool | None = ..., mab: bool | None = ..., state: str | None = ..., priority: int | None = ..., netns: Netns | None = ..., group: int | None = ..., altname: str | None = ..., noaltname: str | None = ..., carrier: bool | None = ..., gso_max_size: int | None = ..., gso_max_segs: int | None = ..., gro_max_size: int | None = ..., noxdp: bool = ..., token: str | None = ..., addrgenmode: str | None = ...) -> None:
    """Change a link.

    Args:
        link: the link
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        mac: its MAC address; None if left out
        txqlen: the length of its transmit queue, in packets; None if left out
        alias: its description, at most 255 bytes; None if left out
        name: its name; None if left out
        arp: whether it resolves addresses by ARP; None if left out
        multicast: whether it carries multicast; None if left out
        promisc: whether it takes frames that are not for it; None if left out
        master: the bridge, bond or VRF to become a port of, in the same namespace; None if left out
        nomaster: whether it shall be a port no longer; False if left out
        up: whether it is switched on; None if left out
        isolated: whether the port reaches only ports that are not isolated; None if left out
        hairpin: whether a frame may leave where it came in; None if left out
        learning: whether the port learns addresses; None if left out
        flood: whether the port sends frames for unknown addresses; None if left out
        guard: whether the port refuses messages of the spanning tree; None if left out
        locked: whether the port takes frames of known addresses only; None if left out
        cost: the port's cost in the spanning tree; None if left out
        neigh_suppress: whether the bridge answers for neighbours that it knows, in place of asking the port; None if left out
        mcast_flood: whether the port sends multicast that nobody is known to want; None if left out
        bcast_flood: whether the port sends broadcasts; None if left out
        fastleave: whether the port is taken out of a group at the first leave; None if left out
        proxy_arp: whether the bridge answers ARP for it; None if left out
        vlan_tunnel: whether VLANs become VNIs of a tunnel; None if left out
        mab: whether a locked port notes addresses that are to be let in; None if left out
        state: the port's state, where no spanning tree decides on it; None if left out
        priority: the port's priority in the spanning tree; None if left out
        netns: the namespace to move to; None if left out
        group: the number of the group it belongs to; None if left out
        altname: an alternative name to add; None if left out
        noaltname: an alternative name to remove; None if left out
        carrier: whether it has a carrier, of a kind where that is only said: dummy; None if left out
        gso_max_size: the largest packet that is cut only on the way out, in bytes; None if left out
        gso_max_segs: into how many it is cut at most; None if left out
        gro_max_size: the largest packet that is joined on the way in, in bytes; None if left out
        noxdp: whether an XDP program on it shall be taken off; False if left out
        token: the lower half of the IPv6 addresses that it makes when a router tells a prefix, like "::1234"; "::" for none. The link asks for routers from then on; None if left out
        addrgenmode: how the lower half of its link-local address is made; None if left out
    """


def link_up(link: Link) -> None:
    """Switch a link on.

    Args:
        link: the link
    """


def links(ns: Netns) -> list[Link]:
    """List the interfaces of a namespace, by index.

    Args:
        ns: the namespace
    """


def listen_tcp(ns: Netns, local: str, *, backlog: int = ..., mark: int = ..., dev: Link | str | None = ..., ttl: int | None = ..., tos: int = ..., reuse: bool = ..., transparent: bool = ...) -> TcpListener:
    """Open a TCP socket that listens at an address of a namespace.

    Args:
        ns: the namespace
        local: the address and port
        backlog: how many connections may wait for accept; 128 if left out
        mark: the mark of its packets (SO_MARK), for rules and filters; 0 if left out
        dev: the link that it is bound to (SO_BINDTODEVICE); None if left out
        ttl: time to live, or hop limit, of its packets; left out, the kernel's; None if left out
        tos: type of service, or traffic class, of its packets; 0 if left out
        reuse: whether it may share an address that is in use (SO_REUSEADDR, SO_REUSEPORT); False if left out
        transparent: whether it may use addresses that the node does not have (IP_TRANSPARENT); False if left out
    """


def listen_udp(ns: Netns, local: str, *, mark: int = ..., dev: Link | str | None = ..., ttl: int | None = ..., tos: int = ..., reuse: bool = ..., transparent: bool = ..., join: str | list[str] = ..., broadcast: bool = ...) -> UdpSocket:
    """Open a UDP socket at an address of a namespace.

    Args:
        ns: the namespace
        local: the address and port
        mark: the mark of its packets (SO_MARK), for rules and filters; 0 if left out
        dev: the link that it is bound to (SO_BINDTODEVICE); None if left out
        ttl: time to live, or hop limit, of its packets; left out, the kernel's; None if left out
        tos: type of service, or traffic class, of its packets; 0 if left out
        reuse: whether it may share an address that is in use (SO_REUSEADDR, SO_REUSEPORT); False if left out
        transparent: whether it may use addresses that the node does not have (IP_TRANSPARENT); False if left out
        join: multicast groups to hear, on `dev` or the link that a route chooses; [] if left out
        broadcast: whether it may send to broadcast addresses; False if left out
    """


def macsec(link: Link, *, sci: str | None = ..., port: int | None = ..., cipher: str | None = ..., icvlen: int | None = ..., encrypt: bool | None = ..., protect: bool | None = ..., send_sci: bool | None = ..., end_station: bool | None = ..., scb: bool | None = ..., replay: bool | None = ..., window: int | None = ..., validate: str | None = ..., encodingsa: int | None = ..., netns: Netns | None = ..., name: str | None = ..., addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a MACsec link, which protects what goes over another link hop by hop, IEEE 802.1AE.

    Args:
        link: the link that carries it
        sci: the identifier of its channel, 16 hexadecimal digits; without, its MAC address and the port; None if left out
        port: the last two bytes of its channel's identifier, after its MAC address; 1 if nothing is said; None if left out
        cipher: how it protects: with keys of 128 or 256 bits, and packet numbers of 32 bits or extended ones; gcm-aes-128 if nothing is said; None if left out
        icvlen: the length of the check value, in bytes; 16 if nothing is said; None if left out
        encrypt: whether what is sent is encrypted, and not only protected from change; None if left out
        protect: whether what is sent is protected; true if nothing is said; None if left out
        send_sci: whether each frame has the identifier of its channel; true if nothing is said; None if left out
        end_station: whether frames say that there is a single station here; with send_sci = False; None if left out
        scb: whether frames say that there may be a single copy broadcast; with send_sci = False; None if left out
        replay: whether frames whose number came already are dropped; None if left out
        window: with replay, how far behind the newest a frame may be; None if left out
        validate: what becomes of frames that are not right: dropped (strict, if nothing is said), counted (check), or not looked at (disabled); None if left out
        encodingsa: the number of the key that it sends with; 0 if nothing is said; None if left out
        netns: the namespace it is in, if not the link's; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mac: its MAC address; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def macsec_sa(link: Link, an: int, key: str | bytes, *, sci: str | None = ..., key_id: str | bytes | None = ..., pn: int = ..., active: bool = ..., encode: bool = ..., ssci: int | None = ..., salt: str | bytes | None = ...) -> None:
    """Give a MACsec link a key: a secure association, of what it sends or of what it takes from another end.

    Args:
        link: the MACsec link
        an: its number, which frames carry
        key: hexadecimal digits or bytes: 16 bytes, or 32 for a cipher of 256 bits
        sci: the other end's channel whose frames are taken with it, `link.options.sci` there; without, it is for what is sent; None if left out
        key_id: what the key is called; the number, if nothing is said; None if left out
        pn: the number of the next packet; 1 if left out
        active: whether it is in use; True if left out
        encode: whether it is the one to send with from now on; False if left out
        ssci: with extended packet numbers, the short identifier of the channel; None if left out
        salt: with extended packet numbers, 12 bytes that go with the key; None if left out
    """


def macsec_sa_del(link: Link, an: int, *, sci: str | None = ...) -> None:
    """Take a key away from a MACsec link.

    Args:
        link: the MACsec link
        an: its number
        sci: the other end's channel, if it is for what is taken; None if left out
    """


def macsec_sas(link: Link) -> list[MacsecSaEntry]:
    """List the keys of a MACsec link: those it sends with, then those of each other end.

    Args:
        link: the MACsec link
    """


def macvlan(link: Link, *, mode: str = ..., nopromisc: bool | None = ..., bcqueuelen: int | None = ..., netns: Netns | None = ..., name: str | None = ..., addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a macvlan: a link with a MAC of its own on another link.

    Args:
        link: the link that carries it
        mode: whom it reaches; "bridge" if left out
        nopromisc: in mode passthru, whether the link below it takes only frames for it; None if left out
        bcqueuelen: the length of the queue of broadcasts, in packets; None if left out
        netns: the namespace it is in, if not the link's; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mac: its MAC address; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def macvtap(link: Link, *, mode: str = ..., nopromisc: bool | None = ..., bcqueuelen: int | None = ..., netns: Netns | None = ..., name: str | None = ..., addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a macvtap: a macvlan whose frames a program reads and writes through a character device.

    Args:
        link: the link that carries it
        mode: whom it reaches; "bridge" if left out
        nopromisc: in mode passthru, whether the link below it takes only frames for it; None if left out
        bcqueuelen: the length of the queue of broadcasts, in packets; None if left out
        netns: the namespace it is in, if not the link's; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mac: its MAC address; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def mark(fn: Any, *, params: Any | None = ..., tags: str | list[str] | None = ..., requires: str | list[str] | None = ..., timeout: str | int | float | Duration | None = ..., xfail: str | None = ...) -> None:
    """Say more about a test: its parameters, tags, needs and limits.

    Args:
        fn: the test: a function test_…
        params: a list of dicts, one for each test; or a dict of lists, of which each combination is a test; None if left out
        tags: words that --tags chooses by; None if left out
        requires: what the test needs, as require takes it: it is tried before the file's top level runs, and without it the test is skipped; None if left out
        timeout: its time limit; left out, that of --timeout; None if left out
        xfail: where the bug is reported because of which it must fail; None if left out
    """


def masquerade(link: Link, *, source: str | None = ..., random: bool = ...) -> FilterRule:
    """Give what leaves by a link the link's own address, IPv4 and IPv6.

    Args:
        link: the link, of the namespace that translates
        source: only packets from this address or prefix; None if left out
        random: whether each connection gets a port by lot (nft's fully-random), as a symmetric NAT does; False if left out
    """


math: Any
"""Functions of numbers."""


def mdb(bridge: Link, group: str, *, port: Link, vlan: int | None = ..., source: str | None = ..., state: str | None = ...) -> None:
    """Let a port of a bridge have the frames of a multicast group.

    Args:
        bridge: the bridge
        group: the group: a multicast address, or a multicast MAC
        port: the port, or the bridge itself
        vlan: the VLAN, of a bridge that filters; None if left out
        source: the source that frames must be from; None if left out
        state: whether it stays or is forgotten after a time; left out, it stays, but for one of the bridge itself; None if left out
    """


def mdb_del(bridge: Link, group: str, *, port: Link, vlan: int | None = ..., source: str | None = ...) -> None:
    """Remove an entry of a bridge's multicast database.

    Args:
        bridge: the bridge
        group: the group: a multicast address, or a multicast MAC
        port: the port, or the bridge itself
        vlan: the VLAN, of a bridge that filters; None if left out
        source: the source that frames must be from; None if left out
    """


def mdbs(bridge: Link) -> list[MdbEntry]:
    """List the multicast database of a bridge: which port wants which group, and which lead to routers.

    Args:
        bridge: the bridge
    """


def mroutes(ns: Netns) -> list[MrouteEntry]:
    """List the multicast routes of a namespace, by group and source.

    Args:
        ns: the namespace
    """


def nat(link: Link, *, kind: str = ..., to: str | None = ..., hairpin: bool = ...) -> Nat:
    """Put a NAT of a known behaviour before those behind a router, as home routers and providers have them.

    Args:
        link: the router's outer link
        kind: the behaviour that those outside see; "port_restricted" if left out
        to: the address that those outside see; left out, the link's first of IPv4 as it is now; None if left out
        hairpin: whether those inside reach each other's mappings by the outer address; they are seen by theirs, and nothing is filtered between them; False if left out
    """


def near(a: Any, b: Any, *, within: str | float) -> bool:
    """Say whether two numbers, or two durations, differ by no more than a share of the second.

    Args:
        a: what was measured: int, float or duration
        b: what it should be
        within: the share of b by which they may differ: "15%" or 0.15
    """


def neigh(link: Link, ip: str, mac: str | None = ..., *, state: str = ..., router: bool = ..., proxy: bool = ..., replace: bool = ...) -> None:
    """Give a link the MAC address of a neighbour, which it then need not ask for.

    Args:
        link: the link
        ip: the neighbour's address
        mac: the neighbour's MAC address; none with proxy; None if left out
        state: the entry's state; "permanent" if left out
        router: whether an IPv6 neighbour is a router; False if left out
        proxy: whether the link answers for the address; False if left out
        replace: whether an entry that is there is changed; False if left out
    """


def neigh_del(link: Link, ip: str | None = ..., *, proxy: bool = ...) -> None:
    """Remove an entry of a link's neighbour table: the link asks again when it needs the neighbour.

    Args:
        link: the link
        ip: the neighbour's address; without one, all that was learned; None if left out
        proxy: whether it is an address that the link answers for; False if left out
    """


def neighs(ns: Netns, *, dev: Link | str | None = ..., family: int | None = ...) -> list[Neighbour]:
    """List the neighbour entries of a namespace: what ARP and neighbour discovery found out.

    Args:
        ns: the namespace
        dev: only those on this link; None if left out
        family: 4 or 6; both if it is left out; None if left out
    """


def netkit(a: Netns | Link, b: Netns | Link, *, name: str | tuple[str | None, str | None] | None = ..., addr: str | list[str] | tuple[str | list[str] | None, str | list[str] | None] | None = ..., mtu: int | tuple[int | None, int | None] | None = ..., mac: str | tuple[str | None, str | None] | None = ..., up: bool | tuple[bool | None, bool | None] | None = ..., mode: str = ..., policy: str | tuple[str | None, str | None] | None = ...) -> tuple[Link, Link]:
    """Connect two namespaces with a netkit pair, whose packets BPF programs see before they leave the node.

    Args:
        a: the namespace or bridge at one end
        b: the namespace or bridge at the other end
        name: the links' names; None if left out
        addr: addresses to give them, a list where an end has several; None if left out
        mtu: the largest packet they carry, in bytes, 68 to 65535; None if left out
        mac: their MAC addresses; None if left out
        up: whether they are switched on; they are unless False; None if left out
        mode: whether it carries frames, or only packets; "l3" if left out
        policy: what becomes of the packets that an end sends, if no program says it: "forward", as it is without, or "blackhole"; None if left out
    """


def netns(name: str, *, forward: bool = ..., sysctls: dict = ..., files: dict = ..., bare: bool = ...) -> Netns:
    """Make a network namespace: a node of the lab.

    Args:
        name: what scripts, messages and `ip netns` call it; unique in the script, at most 63 letters, digits, '.', '_' and '-'
        forward: whether it passes packets on, as a router does, IPv4 and IPv6; False if left out
        sysctls: sysctls to set when it is made, before it has any link; those of a link by its name, when that is there; {} if left out
        files: files to write in it, as file_in does: the content by the path; {} if left out
        bare: whether it keeps the kernel's own defaults, and loopback down; False if left out
    """


def netns_del(ns: Netns) -> None:
    """Delete a network namespace, and all that is in it.

    Args:
        ns: the namespace
    """


def nexthop(ns: Netns, id: int, *, via: str | None = ..., dev: Link | str | None = ..., onlink: bool = ..., blackhole: bool = ..., fdb: bool = ..., group: int | tuple[int, int] | list[int | tuple[int, int]] | None = ..., buckets: int | None = ..., idle_timer: str | int | float | Duration | None = ..., unbalanced_timer: str | int | float | Duration | None = ..., replace: bool = ...) -> None:
    """Add a next hop that routes refer to by its number, or a group of such.

    Args:
        ns: the namespace
        id: its number
        via: its address; without, the destination is on the link; None if left out
        dev: the link it is on; None if left out
        onlink: whether it is taken to be on the link without proof; False if left out
        blackhole: whether it drops what goes to it; False if left out
        fdb: whether it is for a VXLAN's forwarding table and not for routes; False if left out
        group: the numbers of its members, each alone or in a tuple with its weight, 1 to 256; None if left out
        buckets: in how many buckets a resilient group divides its flows; None if left out
        idle_timer: after which a resilient group may move the flows of an idle bucket; 120 s if it is left out; None if left out
        unbalanced_timer: after which a resilient group moves flows whether they are idle or not; 0 for never; None if left out
        replace: whether it takes the place of one that is there; False if left out
    """


def nexthop_del(ns: Netns, id: int) -> None:
    """Remove a next hop, and with it the routes that refer to it.

    Args:
        ns: the namespace
        id: its number
    """


def nexthops(ns: Netns) -> list[NexthopEntry]:
    """List the next hops that have a number, and their groups, by number.

    Args:
        ns: the namespace
    """


def nft(ns: Netns, ruleset: str, *, check: bool = ...) -> Result:
    """Apply a ruleset in nftables' own language: all of it, or nothing.

    Args:
        ns: the namespace
        ruleset: the ruleset, as in a file for nft
        check: whether a ruleset that nft or the kernel refuses is a failure; with False, look at the result yourself; True if left out
    """


def nft_list(ns: Netns, *, table: str | None = ..., family: str | None = ...) -> list[NftTable]:
    """List the ruleset of a namespace: tables with their chains, rules, sets, maps and counters by name.

    Args:
        ns: the namespace
        table: only tables of this name; None if left out
        family: only tables of this family; None if left out
    """


def nlmon(ns: Netns, *, name: str | None = ..., addr: str | list[str] = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make an nlmon: a link on which a capture sees the netlink messages of its namespace.

    Args:
        ns: the namespace it is in
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def offload(link: Link, *, rx: bool | None = ..., tx: bool | None = ..., sg: bool | None = ..., tso: bool | None = ..., gso: bool | None = ..., gro: bool | None = ..., lro: bool | None = ..., rxvlan: bool | None = ..., txvlan: bool | None = ...) -> None:
    """Switch what a link leaves to its device, or to the kernel in its place.

    Args:
        link: the link
        rx: whether it checks the checksums of what arrives; None if left out
        tx: whether it fills in the checksums of what leaves; None if left out
        sg: whether it takes packets in pieces; None if left out
        tso: whether it cuts TCP's data into packets; None if left out
        gso: whether packets are cut only on the way out; None if left out
        gro: whether packets of a flow are joined on the way in; None if left out
        lro: whether it joins them itself; None if left out
        rxvlan: whether it takes VLAN tags off; None if left out
        txvlan: whether it puts VLAN tags on; None if left out
    """


def output(pattern: str) -> Readiness:
    """For spawn_in: ready when the program has written a line that matches.

    Args:
        pattern: a regular expression of Go's package regexp, anywhere in the line
    """


def parallel(fns: Any | list[Any], *, limit: int = ...) -> list[Any]:
    """Call functions at once and wait until all have ended.

    Args:
        fns: the functions, often lambdas
        limit: how many run at once at most; 1000 if left out
    """


def partition(*groups: Netns | list[Netns], oneway: bool = ...) -> None:
    """Part groups of nodes, silently.

    Args:
        groups: the groups: lists of nodes, or single nodes, at least two
        oneway: whether only what the first group sends is lost; False if left out
    """


def path(path: str) -> Readiness:
    """For spawn_in: ready when there is something at a path in the node.

    Args:
        path: the path
    """


def ping(ns: Netns, dst: str, *, count: int = ..., interval: str | int | float | Duration = ..., timeout: str | int | float | Duration = ..., size: int = ..., df: bool | None = ..., ttl: int | None = ..., source: str | None = ..., dev: Link | str | None = ...) -> PingResult:
    """Send ICMP echo requests from a namespace and collect what answers.

    Args:
        ns: the namespace that sends
        dst: the address to be reached
        count: how many requests to send; 1 if left out
        interval: between two requests; "100ms" if left out
        timeout: how long the last reply may take; "1s" if left out
        size: bytes in a request after its ICMP header, of 8 bytes; 56 if left out
        df: whether to forbid fragmentation; left out, the kernel keeps to the path MTU it has learned; None if left out
        ttl: time to live, or hop limit; left out, the kernel's; None if left out
        source: the source address; None if left out
        dev: the link to send over; needed for a link-local address; None if left out
    """


def policy(ns: Netns, hook: str, verdict: str) -> None:
    """Say what becomes of the packets that no `filter_rule` decides on.

    Args:
        ns: the namespace
        hook: whose packets: those that pass through, that are for the node itself, or that it sends
        verdict: what becomes of them
    """


def port(port: int, proto: str = ...) -> Readiness:
    """For spawn_in: ready when the program has a socket on a port.

    Args:
        port: the port's number
        proto: "tcp" or "udp"; "tcp" if left out
    """


print: Any
"""Write values to the standard output, which belongs to the script, and end the line."""


def qdisc(link: Link, kind: str, *, parent: str | None = ..., handle: str | None = ..., replace: bool = ..., rate: str | None = ..., burst: str | int | None = ..., limit: str | int | None = ..., latency: str | int | float | Duration | None = ..., peakrate: str | None = ..., mtu: str | int | None = ..., default: str | None = ..., r2q: int | None = ..., delay: str | int | float | Duration | None = ..., jitter: str | int | float | Duration | None = ..., delay_correlation: str | float | None = ..., distribution: str | None = ..., loss: str | float | None = ..., loss_correlation: str | float | None = ..., duplicate: str | float | None = ..., duplicate_correlation: str | float | None = ..., corrupt: str | float | None = ..., corrupt_correlation: str | float | None = ..., reorder: str | float | None = ..., reorder_correlation: str | float | None = ..., gap: int | None = ..., seed: int | None = ..., flow_limit: int | None = ..., quantum: str | int | None = ..., initial_quantum: str | int | None = ..., maxrate: str | None = ..., pacing: bool | None = ..., flows: int | None = ..., target: str | int | float | Duration | None = ..., interval: str | int | float | Duration | None = ..., ecn: bool | None = ..., memory_limit: str | int | None = ..., bandwidth: str | None = ..., diffserv: str | None = ..., flow_mode: str | None = ..., rtt: str | int | float | Duration | None = ..., nat: bool | None = ..., wash: bool | None = ..., ack_filter: str | None = ..., perturb: str | int | float | Duration | None = ..., bands: int | None = ..., priomap: int | list[int] | None = ..., min: str | int | None = ..., max: str | int | None = ..., avpkt: str | int | None = ..., probability: str | float | None = ...) -> None:
    """Give a link a queueing discipline: what it sends is limited, delayed, lost or put in order by it.

    Args:
        link: the link
        kind: its kind
        parent: where it goes: "root", or a class such as "1:10"; left out, at the root; None if left out
        handle: its name, such as "1:", by which classes and filters refer to it; left out, the first that is free; None if left out
        replace: whether one that is there is changed or replaced; False if left out
        rate: tbf, netem: the rate that packets leave at; None if left out
        burst: tbf: how many bytes may go at once, at least the largest packet; red: how many packets; None if left out
        limit: how much may wait: bytes for tbf, bfifo and red, packets for the others; None if left out
        latency: tbf: how long a packet may wait, instead of limit; None if left out
        peakrate: tbf: the rate within a burst; None if left out
        mtu: tbf: how many bytes may go at once at the peak rate; None if left out
        default: htb: the class of packets that no filter gives one, such as "1:30"; left out, they pass unlimited; None if left out
        r2q: htb: what the rate of a class is divided by to get its quantum; None if left out
        delay: netem: how long packets are held back; None if left out
        jitter: netem: by how much the delay varies up and down; None if left out
        delay_correlation: netem: how much a delay depends on the last one; None if left out
        distribution: netem: how the delays are spread, of which the jitter is the standard deviation or nearly so; evenly, up to the jitter, if it is left out; None if left out
        loss: netem: the share of packets that is lost; None if left out
        loss_correlation: netem: how much a loss depends on the last packet's; None if left out
        duplicate: netem: the share of packets that is sent twice; None if left out
        duplicate_correlation: netem: how much a duplication depends on the last packet's; None if left out
        corrupt: netem: the share of packets with one bit flipped; None if left out
        corrupt_correlation: netem: how much a corruption depends on the last packet's; None if left out
        reorder: netem: the share of packets that is not delayed, and so overtakes others; None if left out
        reorder_correlation: netem: how much that depends on the last packet's; None if left out
        gap: netem: of how many packets one may overtake; None if left out
        seed: netem: what its random numbers begin with, so that they repeat; left out, a number that is the same in every run; None if left out
        flow_limit: fq: how many packets of one flow may wait; None if left out
        quantum: fq, fq_codel, sfq: how many bytes a flow may send in its turn; None if left out
        initial_quantum: fq: how many bytes a new flow may send at once; None if left out
        maxrate: fq: the highest rate of one flow; None if left out
        pacing: fq: whether flows are sent at their sockets' rates; None if left out
        flows: fq_codel: into how many queues flows are sorted; None if left out
        target: codel, fq_codel: the delay that is acceptable; None if left out
        interval: codel, fq_codel: how long the delay may exceed the target before packets are dropped; None if left out
        ecn: codel, fq_codel, red: whether packets that allow it are marked instead of dropped; None if left out
        memory_limit: fq_codel, cake: how many bytes of memory the packets may take; None if left out
        bandwidth: cake: the rate that packets leave at, unlimited if it is left out; red: the link's, for the time it is idle, 10mbit if it is left out; None if left out
        diffserv: cake: into which priorities the DSCP sorts packets; None if left out
        flow_mode: cake: between what the rate is shared fairly; None if left out
        rtt: cake: the usual round trip time; None if left out
        nat: cake: whether hosts are told apart by their addresses before NAT; None if left out
        wash: cake: whether the DSCP is cleared; None if left out
        ack_filter: cake: whether TCP's acknowledgements that later ones repeat are dropped; None if left out
        perturb: sfq: how often flows are sorted anew, in whole seconds; None if left out
        bands: prio: how many queues there are, 2 to 16, of which the first goes first; None if left out
        priomap: prio: the queue of each of the 16 priorities, from 0; None if left out
        min: red: the average number of bytes waiting from which packets are dropped; a third of max if it is left out; None if left out
        max: red: the average from which the probability is reached; a quarter of limit, or three times min; None if left out
        avpkt: red: the size of an average packet, in bytes; 1000 if it is left out; None if left out
        probability: red: the share of packets that is dropped at max; 2% if it is left out; None if left out
    """


def qdisc_del(link: Link, *, parent: str = ...) -> None:
    """Remove a queueing discipline from a link, with its classes and filters.

    Args:
        link: the link
        parent: where it is: "root", "ingress" (for ingress and clsact), or a class such as "1:10"; "root" if left out
    """


def qdiscs(link: Link) -> list[QdiscEntry]:
    """List the queueing disciplines of a link, with their options and counters.

    Args:
        link: the link
    """


def read_file(path: str) -> str:
    """Read a file of the project.

    Args:
        path: the file
    """


def read_in(ns: Netns, path: str, *, limit: int = ...) -> str:
    """Read a file in a node.

    Args:
        ns: the namespace
        path: the file
        limit: bytes that it may have; 67108864 if left out
    """


def require(*features: str) -> None:
    """Stop the script, skipped, unless this machine has all that it names.

    Args:
        features: what the script needs: "netem", "program:tcpdump" …
    """


def route(ns: Netns, dst: str, *, via: str | list[str | tuple[str, int]] | None = ..., dev: Link | str | None = ..., metric: int = ..., table: str | int = ..., kind: str = ..., source: str | None = ..., scope: str | None = ..., onlink: bool = ..., proto: str = ..., mtu: int | None = ..., replace: bool = ..., mtu_lock: bool = ..., nhid: int | None = ..., encap: Encap | None = ..., advmss: int | None = ..., window: int | None = ..., initcwnd: int | None = ..., initrwnd: int | None = ..., hoplimit: int | None = ..., rto_min: str | int | float | Duration | None = ..., quickack: bool | None = ..., ecn: bool | None = ..., congctl: str | None = ...) -> None:
    """Add a route to a namespace.

    Args:
        ns: the namespace
        dst: the destination: a prefix, an address, or "default" (of the family of via, else IPv4)
        via: the next hop, or a list of them, each with its weight, 1 to 256, if wanted; None if left out
        dev: the link it leads over; needed for a link-local next hop, and for none; None if left out
        metric: of two routes to one destination the lower wins; 0 leaves it to the kernel (IPv6: 1024); 0 if left out
        table: the routing table: "main", "local", "default", a number, or a name from the node's file, as route says; "main" if left out
        kind: what becomes of packets; all but unicast and local answer or drop them; "unicast" if left out
        source: the source address of packets that have none yet; an address of the namespace; None if left out
        scope: how far the destination is; left out, as the next hop says; None if left out
        onlink: whether the next hop is taken to be on the link without proof; False if left out
        proto: who made it, as routing daemons note it: "static", "boot", "ra", "bgp" …; "static" if left out
        mtu: the path MTU for this destination, in bytes; None if left out
        replace: whether it takes the place of a route that is there; False if left out
        mtu_lock: whether mtu holds whatever routers on the way say; False if left out
        nhid: the number of a next hop that `nexthop` made, in place of via and dev; None if left out
        encap: what packets are put into on the way, as `encap_seg6` and its like give it; None if left out
        advmss: the largest TCP segment that is announced, in bytes; None if left out
        window: the largest TCP window that is announced, in bytes; None if left out
        initcwnd: with how many segments TCP begins to send; None if left out
        initrwnd: with a window of how many segments TCP begins to receive; None if left out
        hoplimit: the TTL or hop limit of packets; None if left out
        rto_min: the shortest time after which TCP sends again; None if left out
        quickack: whether TCP acknowledges at once; None if left out
        ecn: whether TCP asks for explicit congestion notification; None if left out
        congctl: TCP's congestion control, "cubic", "reno" …; None if left out
    """


def route_del(ns: Netns, dst: str, *, via: str | list[str | tuple[str, int]] | None = ..., dev: Link | str | None = ..., metric: int = ..., table: str | int = ..., kind: str | None = ...) -> None:
    """Remove a route from a namespace.

    Args:
        ns: the namespace
        dst: the destination: a prefix, an address, or "default" (of the family of via, else IPv4)
        via: its next hop, or all of them; None if left out
        dev: the link it leads over; None if left out
        metric: its metric; 0 for any; 0 if left out
        table: its routing table; "main" if left out
        kind: what becomes of its packets; None if left out
    """


def route_get(ns: Netns, dst: str, *, source: str | None = ..., dev: Link | str | None = ..., iif: Link | str | None = ..., mark: int = ...) -> RouteEntry:
    """Ask a namespace's kernel how it would send a packet to an address.

    Args:
        ns: the namespace that would send
        dst: the address to be reached
        source: the packet's source address; None if left out
        dev: the link it must leave over; None if left out
        iif: the link it came in over, for one that is passed on; needs source; None if left out
        mark: its mark; 0 if left out
    """


def routes(ns: Netns, *, dst: str | None = ..., dev: Link | str | None = ..., table: str | int = ..., family: int | None = ...) -> list[RouteEntry]:
    """List the routes of a namespace, in the kernel's order.

    Args:
        ns: the namespace
        dst: only those to exactly this destination; "default" of both families; None if left out
        dev: only those over this link; None if left out
        table: the routing table, as route takes it, or "all"; "main" if left out
        family: 4 or 6; both if it is left out; None if left out
    """


def rule(ns: Netns, *, source: str | None = ..., dest: str | None = ..., iif: Link | str | None = ..., oif: Link | str | None = ..., fwmark: int | str | None = ..., table: str | int | None = ..., priority: int | None = ..., family: int | None = ..., uidrange: int | str | None = ..., l3mdev: bool = ..., suppress_prefixlength: int | None = ..., sport: int | str | None = ..., dport: int | str | None = ..., proto: str | int | None = ..., tos: int | None = ..., action: str | None = ..., goto: int | None = ..., invert: bool = ...) -> None:
    """Add a rule to a namespace's routing policy: which table packets are looked up in.

    Args:
        ns: the namespace
        source: the packet's source: a prefix or an address; None if left out
        dest: its destination: a prefix or an address; None if left out
        iif: the link it came in by, "lo" for the namespace's own; it need not be there yet; None if left out
        oif: the link its socket is bound to; it need not be there yet; None if left out
        fwmark: its mark, a number or "0x1/0xff" with the bits that count; None if left out
        table: the routing table: "main", "local", "default", a number, or a name from the node's file, as route says; None if left out
        priority: where in the order of rules, the lowest first; None if left out
        family: 4 or 6, where neither source nor dest tells; left out, 4; None if left out
        uidrange: the users whose packet it is: a number or "1000-2000"; None if left out
        l3mdev: whether it is looked up in the table of the VRF of its link; False if left out
        suppress_prefixlength: the prefix length up to which routes found are not used; 0 passes the default route over; None if left out
        sport: its source port: a number or "1000-2000"; None if left out
        dport: its destination port: a number or "1000-2000"; None if left out
        proto: its protocol: "tcp", "udp", "icmp" … or a number; None if left out
        tos: its type of service; IPv4 takes only the bits in 0x1c (0x1e by older kernels); None if left out
        action: what becomes of it; left out, lookup; None if left out
        goto: the priority of a later rule to go on at, instead of an action; None if left out
        invert: whether it is for packets that do not meet the conditions; False if left out
    """


def rule_del(ns: Netns, *, source: str | None = ..., dest: str | None = ..., iif: Link | str | None = ..., oif: Link | str | None = ..., fwmark: int | str | None = ..., table: str | int | None = ..., priority: int | None = ..., family: int | None = ..., uidrange: int | str | None = ..., l3mdev: bool = ..., suppress_prefixlength: int | None = ..., sport: int | str | None = ..., dport: int | str | None = ..., proto: str | int | None = ..., tos: int | None = ..., action: str | None = ..., goto: int | None = ..., invert: bool = ...) -> None:
    """Remove a rule of a namespace's routing policy.

    Args:
        ns: the namespace
        source: the packet's source: a prefix or an address; None if left out
        dest: its destination: a prefix or an address; None if left out
        iif: the link it came in by, "lo" for the namespace's own; it need not be there yet; None if left out
        oif: the link its socket is bound to; it need not be there yet; None if left out
        fwmark: its mark, a number or "0x1/0xff" with the bits that count; None if left out
        table: the routing table: "main", "local", "default", a number, or a name from the node's file, as route says; None if left out
        priority: where in the order of rules, the lowest first; None if left out
        family: 4 or 6, where neither source nor dest tells; left out, 4; None if left out
        uidrange: the users whose packet it is: a number or "1000-2000"; None if left out
        l3mdev: whether it is looked up in the table of the VRF of its link; False if left out
        suppress_prefixlength: the prefix length up to which routes found are not used; 0 passes the default route over; None if left out
        sport: its source port: a number or "1000-2000"; None if left out
        dport: its destination port: a number or "1000-2000"; None if left out
        proto: its protocol: "tcp", "udp", "icmp" … or a number; None if left out
        tos: its type of service; IPv4 takes only the bits in 0x1c (0x1e by older kernels); None if left out
        action: what becomes of it; left out, lookup; None if left out
        goto: the priority of a later rule to go on at, instead of an action; None if left out
        invert: whether it is for packets that do not meet the conditions; False if left out
    """


def rules(ns: Netns, *, family: int | None = ...) -> list[RuleEntry]:
    """List the rules of a namespace's routing policy, in the order in which they are tried.

    Args:
        ns: the namespace
        family: 4 or 6; both if it is left out; None if left out
    """


def serve_http(ns: Netns, local: str, pages: dict, *, mark: int = ..., dev: Link | str | None = ..., ttl: int | None = ..., tos: int = ..., reuse: bool = ..., transparent: bool = ...) -> Server:
    """Serve pages over HTTP at an address of a namespace.

    Args:
        ns: the namespace
        local: the address and port
        pages: the pages by their paths
        mark: the mark of its packets (SO_MARK), for rules and filters; 0 if left out
        dev: the link that it is bound to (SO_BINDTODEVICE); None if left out
        ttl: time to live, or hop limit, of its packets; left out, the kernel's; None if left out
        tos: type of service, or traffic class, of its packets; 0 if left out
        reuse: whether it may share an address that is in use (SO_REUSEADDR, SO_REUSEPORT); False if left out
        transparent: whether it may use addresses that the node does not have (IP_TRANSPARENT); False if left out
    """


def serve_tcp(ns: Netns, local: str, *, reply: str = ..., mark: int = ..., dev: Link | str | None = ..., ttl: int | None = ..., tos: int = ..., reuse: bool = ..., transparent: bool = ...) -> Server:
    """Answer TCP connections at an address of a namespace.

    Args:
        ns: the namespace
        local: the address and port
        reply: what it answers; "{data}" if left out
        mark: the mark of its packets (SO_MARK), for rules and filters; 0 if left out
        dev: the link that it is bound to (SO_BINDTODEVICE); None if left out
        ttl: time to live, or hop limit, of its packets; left out, the kernel's; None if left out
        tos: type of service, or traffic class, of its packets; 0 if left out
        reuse: whether it may share an address that is in use (SO_REUSEADDR, SO_REUSEPORT); False if left out
        transparent: whether it may use addresses that the node does not have (IP_TRANSPARENT); False if left out
    """


def serve_udp(ns: Netns, local: str, *, reply: str = ..., mark: int = ..., dev: Link | str | None = ..., ttl: int | None = ..., tos: int = ..., reuse: bool = ..., transparent: bool = ...) -> Server:
    """Answer datagrams at an address of a namespace.

    Args:
        ns: the namespace
        local: the address and port
        reply: what it answers; "{data}" if left out
        mark: the mark of its packets (SO_MARK), for rules and filters; 0 if left out
        dev: the link that it is bound to (SO_BINDTODEVICE); None if left out
        ttl: time to live, or hop limit, of its packets; left out, the kernel's; None if left out
        tos: type of service, or traffic class, of its packets; 0 if left out
        reuse: whether it may share an address that is in use (SO_REUSEADDR, SO_REUSEPORT); False if left out
        transparent: whether it may use addresses that the node does not have (IP_TRANSPARENT); False if left out
    """


def sh_in(ns: Netns, script: str, *, stdin: str | bytes | None = ..., env: dict = ..., cwd: str = ..., user: str = ..., timeout: str | int | float | Duration = ..., expect: int | list[int] | None = ..., check: bool = ..., limit: int = ...) -> Result:
    """Run a command of the shell in a namespace and wait for its end.

    Args:
        ns: the namespace
        script: what the shell runs
        stdin: what it reads; left out, nothing; None if left out
        env: variables to add to its environment; {} if left out
        cwd: the folder it runs in; left out, the script's; "" if left out
        user: the user it runs as, by name or number; others than root need a lab of many ids (wirelark doctor); "root" if left out
        timeout: after which it is killed; "30s" if left out
        expect: the exit code, or codes, that are no failure; left out, 0; None if left out
        check: whether another code is a failure; with False, look at the result yourself; True if left out
        limit: bytes kept of each output; what is over is counted, said, and lost; 8388608 if left out
    """


def shell(ns: Netns) -> int:
    """Open a shell in a namespace on the user's terminal, and go on when it ends.

    Args:
        ns: the namespace
    """


def sit(ns: Netns, local: str | None = ..., remote: str | None = ..., *, dev: Link | str | None = ..., mode: str | None = ..., ttl: int | None = ..., tos: int | None = ..., pmtudisc: bool | None = ..., name: str | None = ..., addr: str | list[str] = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a tunnel of IPv6 in IPv4, RFC 4213.

    Args:
        ns: the namespace it is in
        local: the address of this end, IPv4; None if left out
        remote: the address of the other end; None if left out
        dev: the link that its packets leave by; None if left out
        mode: what travels in it: "ip6ip", "ipip" or "any", as it is without; None if left out
        ttl: the TTL of its packets; 0, as it is without, takes the inner packet's; None if left out
        tos: the TOS of its packets; 1 takes the inner packet's; None if left out
        pmtudisc: whether its packets must not be fragmented; they must not unless False; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def skip(reason: str) -> None:
    """Stop the script because what it tests cannot be tested here.

    Args:
        reason: why not
    """


def sleep(duration: str | int | float | Duration) -> None:
    """Wait for a fixed time.

    Args:
        duration: how long
    """


def snapshot(name: str, text: str) -> None:
    """Stop the script with a failure unless a text is the one that was kept.

    Args:
        name: the snapshot's name, another for each text of a test
        text: the text
    """


def snat(link: Link, to: str, *, proto: str | None = ..., sport: int | str | None = ..., dport: int | str | None = ..., source: str | None = ..., dest: str | None = ..., random: bool = ...) -> FilterRule:
    """Give what leaves by a link another source.

    Args:
        link: the link, of the namespace that translates
        to: the new source: "203.0.113.1", with a port or several "203.0.113.1:1024-2047"
        proto: only packets of this protocol; None if left out
        sport: only packets from this port, or from one of these: "8000-8099"; None if left out
        dport: only packets to this port, or to one of these; None if left out
        source: only packets from this address or prefix; None if left out
        dest: only packets to this address or prefix; None if left out
        random: whether each connection gets a port by lot (nft's fully-random); False if left out
    """


def sockets(ns: Netns, *, proto: str | None = ..., state: str | None = ...) -> list[SocketEntry]:
    """List the TCP, UDP and raw sockets of a namespace, the script's own among them.

    Args:
        ns: the namespace
        proto: only those of this protocol; None if left out
        state: only those in this state; None if left out
    """


def spawn_in(ns: Netns, cmd: str | list[str], *, ready: Readiness | Any | None = ..., timeout: str | int | float | Duration = ..., stdin: str | bytes | None = ..., env: dict = ..., cwd: str = ..., user: str = ..., log: str = ..., may_exit: bool = ..., limit: int = ...) -> Process:
    """Start a program in a namespace and go on while it runs.

    Args:
        ns: the namespace
        cmd: the command: words, or a list of them
        ready: what must be there before it counts as started; left out, nothing; None if left out
        timeout: how long that may take; "10s" if left out
        stdin: all that it reads; left out, what process.write sends; None if left out
        env: variables to add to its environment; {} if left out
        cwd: the folder it runs in; left out, the script's; "" if left out
        user: the user it runs as, by name or number; others than root need a lab of many ids (wirelark doctor); "root" if left out
        log: a file in the node that takes what it writes; left out, none; "" if left out
        may_exit: whether it may end by itself; False if left out
        limit: bytes kept of each output; 1048576 if left out
    """


def state(ns: Netns) -> State:
    """Read all of a node's network that can be set, as one value.

    Args:
        ns: the namespace
    """


def step(title: str) -> None:
    """Give what follows a title.

    Args:
        title: what is done now
    """


struct: Any
"""Make a value with the given fields."""


def sysctl(ns: Netns, key: str, value: str | int | bool | None = ...) -> str:
    """Read a sysctl of a namespace, or set it; return its value as a string.

    Args:
        ns: the namespace
        key: the key: net.ipv4.ip_forward
        value: the value to set; left out, it is only read; None if left out
    """


def tap(ns: Netns, *, multi_queue: bool | None = ..., pi: bool | None = ..., vnet_hdr: bool | None = ..., user: int | None = ..., group: int | None = ..., name: str | None = ..., addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a tap: a link whose other end is a program, which reads and writes Ethernet frames.

    Args:
        ns: the namespace it is in
        multi_queue: whether several programs, or one several times, can have it open at once; None if left out
        pi: whether 4 bytes are before each packet: 2 of flags, 2 of the protocol's number; None if left out
        vnet_hdr: whether a header of virtio is before each packet, for what is left to whoever reads it; None if left out
        user: the number of the user, in the lab, who may open it; without one, who may change the network; None if left out
        group: the number of the group that may; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mac: its MAC address; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def tc_class(link: Link, classid: str, *, parent: str | None = ..., rate: str, ceil: str | None = ..., burst: str | int | None = ..., cburst: str | int | None = ..., prio: int = ..., quantum: int | None = ..., replace: bool = ...) -> None:
    """Add a class to an htb qdisc: a share of the link with a rate of its own.

    Args:
        link: the link
        classid: its name: that of the qdisc, and a number in hexadecimal digits: "1:10"
        parent: the class above it; left out, it is right below the qdisc; None if left out
        rate: the rate that it gets in any case
        ceil: the rate that it gets at most; left out, its rate; None if left out
        burst: how many bytes may go at once above the rate; left out, about one packet; None if left out
        cburst: how many bytes may go at once above ceil; left out, about one packet; None if left out
        prio: of classes that want what is left over the lowest goes first; 0 if left out
        quantum: how many bytes it sends in its turn of what is left over; left out, its rate over r2q; None if left out
        replace: whether a class that is there is changed; False if left out
    """


def tc_class_del(link: Link, classid: str) -> None:
    """Remove a class from an htb qdisc, with the qdisc below it.

    Args:
        link: the link
        classid: its name, such as "1:10"
    """


def tc_classes(link: Link) -> list[ClassEntry]:
    """List the htb classes of a link by their numbers, with their options and counters.

    Args:
        link: the link
    """


def tc_filter(link: Link, *, parent: str, prio: int | None = ..., protocol: str | None = ..., kind: str = ..., source: str | None = ..., dest: str | None = ..., proto: str | int | None = ..., sport: int | None = ..., dport: int | None = ..., dscp: int | None = ..., src_mac: str | None = ..., dst_mac: str | None = ..., vlan_id: int | None = ..., mark: int | None = ..., flowid: str | None = ..., action: str | None = ..., to: Link | None = ..., rate: str | None = ..., burst: str | int | None = ...) -> None:
    """Choose packets of a link, and say which class they go to or what becomes of them.

    Args:
        link: the link
        parent: where it is: "ingress", "egress", a qdisc such as "1:", or a class such as "1:10"
        prio: of several filters the lowest is asked first; left out, 49152, or one below the lowest that is there; None if left out
        protocol: which frames it looks at; left out, those that its addresses or VLAN tell, else all; None if left out
        kind: how it looks at them; "u32" if left out
        source: the source address, or the network that it is in; None if left out
        dest: the destination address, or the network that it is in; None if left out
        proto: the protocol above IP: "tcp", "udp", "icmp" … or a number; None if left out
        sport: the source port; None if left out
        dport: the destination port; None if left out
        dscp: the DSCP; None if left out
        src_mac: the source MAC address; None if left out
        dst_mac: the destination MAC address; None if left out
        vlan_id: the VLAN; None if left out
        mark: the mark that sockets and rules give packets; None if left out
        flowid: the class that they go to, such as "1:10"; None if left out
        action: what becomes of them; None if left out
        to: the link that mirror and redirect send them to; None if left out
        rate: the rate above which police drops; None if left out
        burst: how many bytes police lets pass at once; at least the largest packet; None if left out
    """


def tc_filter_del(link: Link, *, parent: str, prio: int | None = ...) -> None:
    """Remove the filters of a place, or those of one prio.

    Args:
        link: the link
        parent: where they are: "ingress", "egress", a qdisc such as "1:", or a class such as "1:10"
        prio: their prio; left out, all of the place; None if left out
    """


def tc_filters(link: Link) -> list[FilterEntry]:
    """List the filters of a link, of all its qdiscs and classes, with what they match and do.

    Args:
        link: the link
    """


def tcp_probe(ns: Netns, to: str, *, source: str | None = ..., timeout: str | int | float | Duration = ..., mark: int = ..., dev: Link | str | None = ..., ttl: int | None = ..., tos: int = ..., reuse: bool = ..., transparent: bool = ...) -> TcpProbeResult:
    """Try to connect to a TCP port, and tell what came of it.

    Args:
        ns: the namespace
        to: the address and port
        source: the address and port to come from; left out, the kernel's choice; None if left out
        timeout: how long to wait; "2s" if left out
        mark: the mark of its packets (SO_MARK), for rules and filters; 0 if left out
        dev: the link that it is bound to (SO_BINDTODEVICE); None if left out
        ttl: time to live, or hop limit, of its packets; left out, the kernel's; None if left out
        tos: type of service, or traffic class, of its packets; 0 if left out
        reuse: whether it may share an address that is in use (SO_REUSEADDR, SO_REUSEPORT); False if left out
        transparent: whether it may use addresses that the node does not have (IP_TRANSPARENT); False if left out
    """


def team(ns: Netns, *, ports: Link | list[Link] = ..., name: str | None = ..., addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a team, one link of several ports, as its daemon teamd drives it.

    Args:
        ns: the namespace it is in
        ports: links of the namespace that become its ports; [] if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mac: its MAC address; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def template(text: str, **values: Any) -> str:
    """Fill the places of a text.

    Args:
        text: the text
        values: the values, each under the name of its place
    """


def thaw(ns: Netns) -> None:
    """Let all processes of a node go on.

    Args:
        ns: the node
    """


def traceroute(ns: Netns, dst: str, *, max_hops: int = ..., timeout: str | int | float | Duration = ..., tries: int = ..., source: str | None = ...) -> TracerouteResult:
    """Find the routers on the way to an address.

    Args:
        ns: the namespace
        dst: the address
        max_hops: how many hops to look at, at most; 30 if left out
        timeout: how long to wait for each answer; "1s" if left out
        tries: how often to ask a hop that does not answer; 2 if left out
        source: the source address; None if left out
    """


def tun(ns: Netns, *, multi_queue: bool | None = ..., pi: bool | None = ..., vnet_hdr: bool | None = ..., user: int | None = ..., group: int | None = ..., name: str | None = ..., addr: str | list[str] = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a tun: a link whose other end is a program, which reads and writes IP packets.

    Args:
        ns: the namespace it is in
        multi_queue: whether several programs, or one several times, can have it open at once; None if left out
        pi: whether 4 bytes are before each packet: 2 of flags, 2 of the protocol's number; None if left out
        vnet_hdr: whether a header of virtio is before each packet, for what is left to whoever reads it; None if left out
        user: the number of the user, in the lab, who may open it; without one, who may change the network; None if left out
        group: the number of the group that may; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def veth(a: Netns | Link, b: Netns | Link, *, name: str | tuple[str | None, str | None] | None = ..., addr: str | list[str] | tuple[str | list[str] | None, str | list[str] | None] | None = ..., mtu: int | tuple[int | None, int | None] | None = ..., mac: str | tuple[str | None, str | None] | None = ..., up: bool | tuple[bool | None, bool | None] | None = ...) -> tuple[Link, Link]:
    """Connect two namespaces, or bridges in them, with a virtual Ethernet cable.

    Args:
        a: the namespace or bridge at one end
        b: the namespace or bridge at the other end
        name: the links' names; None if left out
        addr: addresses to give them, a list where an end has several; None if left out
        mtu: the largest packet they carry, in bytes, 68 to 65535; None if left out
        mac: their MAC addresses; None if left out
        up: whether they are switched on; they are unless False; None if left out
    """


def vlan(link: Link, id: int, *, protocol: str | None = ..., reorder_hdr: bool | None = ..., gvrp: bool | None = ..., mvrp: bool | None = ..., loose_binding: bool | None = ..., bridge_binding: bool | None = ..., netns: Netns | None = ..., name: str | None = ..., addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a VLAN on a link: what passes it is tagged on the way, IEEE 802.1Q.

    Args:
        link: the link that carries it
        id: its number, 0 to 4094
        protocol: the kind of tag: "802.1Q", as it is without, or "802.1ad" for the outer one of two; None if left out
        reorder_hdr: whether programs see frames without the tag; they do unless False; None if left out
        gvrp: whether it is announced by GVRP; None if left out
        mvrp: whether it is announced by MVRP; None if left out
        loose_binding: whether it stays up without the link below it; None if left out
        bridge_binding: whether it is up only while a port of the bridge below it has the VLAN; None if left out
        netns: the namespace it is in, if not the link's; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mac: its MAC address; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def vrf(ns: Netns, table: str | int, *, ports: Link | list[Link] = ..., name: str | None = ..., addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a VRF, a device whose ports have a routing table of their own.

    Args:
        ns: the namespace it is in
        table: its routing table, as route takes it
        ports: links of the namespace that become its ports; [] if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mac: its MAC address; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def vti(ns: Netns, local: str | None = ..., remote: str | None = ..., *, dev: Link | str | None = ..., key: int | None = ..., name: str | None = ..., addr: str | list[str] = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a tunnel of IPsec over IPv4: what is routed into it is encrypted.

    Args:
        ns: the namespace it is in
        local: the address of this end, IPv4; None if left out
        remote: the address of the other end; None if left out
        dev: the link that its packets leave by; None if left out
        key: the key that tells tunnels between the same ends apart; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def vti6(ns: Netns, local: str | None = ..., remote: str | None = ..., *, dev: Link | str | None = ..., key: int | None = ..., name: str | None = ..., addr: str | list[str] = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a tunnel of IPsec over IPv6: what is routed into it is encrypted.

    Args:
        ns: the namespace it is in
        local: the address of this end, IPv6; None if left out
        remote: the address of the other end; None if left out
        dev: the link that its packets leave by; None if left out
        key: the key that tells tunnels between the same ends apart; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def vxlan(ns: Netns, id: int | None = ..., *, remote: str | None = ..., group: str | None = ..., local: str | None = ..., dev: Link | str | None = ..., dstport: int = ..., srcport: str | None = ..., ttl: int | None = ..., tos: int | None = ..., learning: bool | None = ..., ageing: str | int | float | Duration | None = ..., maxaddress: int | None = ..., proxy: bool | None = ..., rsc: bool | None = ..., l2miss: bool | None = ..., l3miss: bool | None = ..., udpcsum: bool | None = ..., udp6zerocsumtx: bool | None = ..., udp6zerocsumrx: bool | None = ..., df: str | None = ..., gbp: bool | None = ..., external: bool | None = ..., vnifilter: bool | None = ..., underlay: Netns | None = ..., name: str | None = ..., addr: str | list[str] = ..., mac: str | None = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a VXLAN, an Ethernet whose frames travel in UDP, RFC 7348.

    Args:
        ns: the namespace it is in
        id: its network identifier (VNI), 0 to 16777215; left out with external; None if left out
        remote: the other end's address; None if left out
        group: the multicast group that frames for unknown addresses go to; None if left out
        local: the source address of its packets; None if left out
        dev: the link that its packets leave by; needed with group; None if left out
        dstport: the UDP port that the other ends listen on, and this one; 4789 if left out
        srcport: the UDP ports it sends from, by the flow: "49152-65535"; None if left out
        ttl: the TTL of its packets; 0 takes the inner packet's; None if left out
        tos: the TOS of its packets; 1 takes the inner packet's; None if left out
        learning: whether it learns from what arrives where an address is; it does, unless external; None if left out
        ageing: after which a learned address is forgotten; 300 s if it is left out; None if left out
        maxaddress: how many addresses it knows at most; 0 for no limit; None if left out
        proxy: whether it answers ARP and neighbour solicitations from its own tables; None if left out
        rsc: whether it routes what is for a known neighbour by itself; None if left out
        l2miss: whether programs are told of unknown MACs; None if left out
        l3miss: whether programs are told of unknown neighbours; None if left out
        udpcsum: whether its packets over IPv4 have UDP checksums; None if left out
        udp6zerocsumtx: whether its packets over IPv6 have none; None if left out
        udp6zerocsumrx: whether it takes packets over IPv6 that have none; None if left out
        df: whether its packets may be fragmented: "unset", "set" or "inherit"; None if left out
        gbp: whether it carries group policy; None if left out
        external: whether routes and filters say where each packet goes; None if left out
        vnifilter: with external, whether it takes only the identifiers that it was told; None if left out
        underlay: the namespace whose network carries its packets, if not its own; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mac: its MAC address; None if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def wireguard(ns: Netns, *, private_key: str | None = ..., listen_port: int | None = ..., fwmark: int | None = ..., underlay: Netns | None = ..., name: str | None = ..., addr: str | list[str] = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make a WireGuard link, whose packets travel encrypted in UDP.

    Args:
        ns: the namespace it is in
        private_key: its private key, 32 bytes in base64 as `wg genkey` writes it; None if left out
        listen_port: the UDP port it listens on; without, one that the kernel chooses; None if left out
        fwmark: the mark of the packets it sends, for rules; 0 for none; None if left out
        underlay: the namespace whose network carries its packets, if not its own; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def wireguard_key(name: str) -> WireguardKeys:
    """Give a pair of WireGuard keys, of its own for each name.

    Args:
        name: whose keys they are, any text
    """


def wireguard_peer(link: Link, public_key: str, *, allowed_ips: str | list[str] = ..., endpoint: str | None = ..., keepalive: str | int | float | Duration = ..., preshared_key: str | None = ...) -> None:
    """Add a peer to a WireGuard link, or change one.

    Args:
        link: the link
        public_key: the peer's public key
        allowed_ips: the networks that are behind the peer: where packets to it go by, and where those from it may be from; [] if left out
        endpoint: the peer's address and port, "192.0.2.2:51820" or "[2001:db8::2]:51820"; without, it is known when the peer has sent; None if left out
        keepalive: how often it is sent something if there is nothing to send, in whole seconds; 0 for never; "0s" if left out
        preshared_key: a key that both ends have besides; None if left out
    """


def wireguard_peer_del(link: Link, public_key: str) -> None:
    """Remove a peer from a WireGuard link.

    Args:
        link: the link
        public_key: the peer's public key
    """


def wireguard_peers(link: Link) -> list[WireguardPeerEntry]:
    """List the peers of a WireGuard link, by public key.

    Args:
        link: the link
    """


def xfrm(ns: Netns, if_id: int, *, dev: Link | str | None = ..., name: str | None = ..., addr: str | list[str] = ..., mtu: int | None = ..., up: bool = ..., master: Link | None = ...) -> Link:
    """Make an IPsec interface: what is routed into it is encrypted by the states of its identity.

    Args:
        ns: the namespace it is in
        if_id: its identity, by which states and policies belong to it
        dev: the link that its packets leave by; None if left out
        name: its name; without one the kind and a number; None if left out
        addr: addresses to give it; [] if left out
        mtu: the largest packet it carries, in bytes, 68 to 65535; None if left out
        up: whether it is switched on; True if left out
        master: the bridge, bond or VRF to become a port of; None if left out
    """


def xfrm_policies(ns: Netns, *, dir: str | None = ...) -> list[XfrmPolicyEntry]:
    """List the policies of IPsec in a namespace.

    Args:
        ns: the namespace
        dir: only those of this direction; None if left out
    """


def xfrm_policy(ns: Netns, source: str, dest: str, *, proto: str | int | None = ..., sport: int | None = ..., dport: int | None = ..., dir: str = ..., template: Any | dict | list[Any | dict] = ..., action: str = ..., priority: int = ..., mark: int | None = ..., mark_mask: int | None = ..., if_id: int = ..., replace: bool = ...) -> None:
    """Say what a namespace does with packets of some addresses: let them pass, drop them, or send them by IPsec.

    Args:
        ns: the namespace
        source: the packets' source addresses, a prefix
        dest: the packets' destination addresses, a prefix of the same family
        proto: their protocol above IP; any if it is left out; None if left out
        sport: their source port, of tcp, udp, sctp or dccp; None if left out
        dport: their destination port; None if left out
        dir: "out", "in" or "fwd"; "out" if left out
        template: the states that the packets need, outermost last, at most 6; none if it is left out; [] if left out
        action: "allow" or "block"; "allow" if left out
        priority: its rank: of several that fit a packet the lowest decides; 0 if left out
        mark: only for packets of this mark; None if left out
        mark_mask: the bits of the mark that count; all if it is left out; None if left out
        if_id: the interface of type xfrm that it belongs to; 0 for none; 0 if left out
        replace: whether a policy that is there is changed; False if left out
    """


def xfrm_policy_del(ns: Netns, source: str, dest: str, *, proto: str | int | None = ..., sport: int | None = ..., dport: int | None = ..., dir: str = ..., mark: int | None = ..., mark_mask: int | None = ..., if_id: int = ...) -> None:
    """Remove a policy of IPsec.

    Args:
        ns: the namespace
        source: the packets' source addresses, a prefix
        dest: the packets' destination addresses, a prefix of the same family
        proto: their protocol above IP; any if it is left out; None if left out
        sport: their source port, of tcp, udp, sctp or dccp; None if left out
        dport: their destination port; None if left out
        dir: "out", "in" or "fwd"; "out" if left out
        mark: only for packets of this mark; None if left out
        mark_mask: the bits of the mark that count; all if it is left out; None if left out
        if_id: the interface of type xfrm that it belongs to; 0 for none; 0 if left out
    """


def xfrm_state(ns: Netns, source: str, dest: str, spi: int, *, proto: str = ..., mode: str = ..., auth: str | tuple[str, str | bytes | None, int] | None = ..., enc: str | tuple[str, str | bytes | None] | None = ..., aead: str | tuple[str, str | bytes | None, int] | None = ..., comp: str | None = ..., reqid: int = ..., replay_window: int = ..., flags: str | list[str] = ..., mark: int | None = ..., mark_mask: int | None = ..., if_id: int = ..., sel: Any | dict | None = ..., encap: tuple[int, int] | None = ..., limit: Any | dict | None = ...) -> None:
    """Make a state of IPsec: what the packets of one direction are encrypted and signed with.

    Args:
        ns: the namespace
        source: the address that the packets come from
        dest: the address that they go to
        spi: the security parameter index, which names the state in each packet
        proto: "esp", "ah" or "comp"; "esp" if left out
        mode: "transport", "tunnel" or "beet"; "transport" if left out
        auth: the algorithm of the signature; None if left out
        enc: the algorithm of the encryption; None if left out
        aead: the algorithm that does both; None if left out
        comp: the algorithm of the compression; None if left out
        reqid: a number that the template of a policy must have, too; 0 without; 0 if left out
        replay_window: how many packets may come out of order; 0 lets every packet be played again; 0 if left out
        flags: "esn" for 64-bit sequence numbers, "noecn", "decap-dscp", "nopmtudisc" …; [] if left out
        mark: only for packets of this mark; None if left out
        mark_mask: the bits of the mark that count; all if it is left out; None if left out
        if_id: the interface of type xfrm that it belongs to; 0 for none; 0 if left out
        sel: the packets that it takes: a struct of source, dest, proto, sport, dport; all if it is left out; None if left out
        encap: the UDP ports that its packets travel with, RFC 3948, the sender's and the receiver's; None if left out
        limit: after what it dies: a struct of packets, bytes, time; None if left out
    """


def xfrm_state_del(ns: Netns, dest: str, spi: int, *, proto: str = ..., mark: int | None = ..., mark_mask: int | None = ...) -> None:
    """Remove a state of IPsec.

    Args:
        ns: the namespace
        dest: the address that its packets go to
        spi: its security parameter index
        proto: "esp", "ah" or "comp"; "esp" if left out
        mark: only for packets of this mark; None if left out
        mark_mask: the bits of the mark that count; all if it is left out; None if left out
    """


def xfrm_states(ns: Netns) -> list[XfrmStateEntry]:
    """List the states of IPsec in a namespace, with what they counted.

    Args:
        ns: the namespace
    """
