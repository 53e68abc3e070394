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

    altnames: list[str]
    """its alternative names."""

    promisc: bool
    """whether it takes frames that are not for it."""

    addrs: list[Address]
    """its addresses, in the order in which the kernel lists them."""

    counters: Counters
    """its packets and bytes since it was made."""

    master: Link | None
    """the bridge that it is a port of."""

    port: Port | None
    """what it is like as a port of a bridge."""

    ports: list[Port]
    """the ports of a bridge, by index; empty for other links."""

    vlans: list[VlanEntry]
    """the VLANs that a bridge or its port is in, by number; empty for other links."""

    stp: BridgeState | None
    """a bridge's spanning tree and timers."""


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

    valid: int | None
    """for how many seconds more it stays; None for ever."""

    preferred: int | None
    """for how many seconds more new connections use it; None for ever."""


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
    """since a frame came from the address, or went to it."""

    updated: Duration | None
    """since it was made or changed."""


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


def addr(link: Link, *prefixes: str, peer: str | None = ..., scope: str = ..., label: str = ..., dad: bool = ...) -> None:
    """Give a link addresses, IPv4 or IPv6, in order.

    Args:
        link: the link
        prefixes: addresses with their prefix lengths: "10.0.0.1/24", "2001:db8::1/64"
        peer: the address at the other end of a point-to-point link; None if left out
        scope: where the address is valid; "global" if left out
        label: a label for an IPv4 address; it begins with the link's name; "" if left out
        dad: whether IPv6 first looks for duplicates, as a bare kernel does; False if left out
    """


def addr_del(link: Link, *prefixes: str, peer: str | None = ...) -> None:
    """Take addresses away from a link.

    Args:
        link: the link
        prefixes: the addresses, as they were added
        peer: the peer that they were added with; None if left out
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


def duration(value: str | int | float | str | int | float | Duration) -> Duration:
    """Make a value of a span of time that can be calculated with and compared.

    Args:
        value: "5ms", "1.5s", "2m", or a number of seconds; it may be negative
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


def freeze(ns: Netns) -> None:
    """Stop all processes of a node.

    Args:
        ns: the node
    """


def heal(link: Link | None = ...) -> None:
    """End what cut and partition did.

    Args:
        link: the cable that cut was given, by either end; left out, all cables and partitions; None if left out
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


def ip(address: str | Ip) -> Ip:
    """Make a value of an address that can be calculated with.

    Args:
        address: an address with or without a prefix length: "10.0.0.0/24", "2001:db8::1"
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


def link_set(link: Link, *, mtu: int | None = ..., mac: str | None = ..., txqlen: int | None = ..., alias: str | None = ..., name: str | None = ..., arp: bool | None = ..., multicast: bool | None = ..., promisc: bool | None = ..., master: Link | None = ..., nomaster: bool = ..., up: bool | None = ..., isolated: bool | None = ..., hairpin: bool | None = ..., learning: bool | None = ..., flood: bool | None = ..., guard: bool | None = ..., locked: bool | None = ..., cost: int | None = ..., neigh_suppress: bool | None = ..., mcast_flood: bool | None = ..., bcast_flood: bool | None = ..., fastleave: bool | None = ..., proxy_arp: bool | None = ..., vlan_tunnel: bool | None = ..., mab: bool | None = ..., state: str | None = ..., priority: int | None = ..., netns: Netns | None = ...) -> None:
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
        master: the bridge to become a port of, in the same namespace; None if left out
        nomaster: whether it shall leave its bridge; False if left out
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


math: Any
"""Functions of numbers."""


def mdb(bridge: Link, group: str, *, port: Link, vlan: int | None = ..., source: str | None = ..., state: str = ...) -> None:
    """Let a port of a bridge have the frames of a multicast group.

    Args:
        bridge: the bridge
        group: the group: a multicast address, or a multicast MAC
        port: the port, or the bridge itself
        vlan: the VLAN, of a bridge that filters; None if left out
        source: the source that frames must be from; None if left out
        state: whether it stays or is forgotten after a time; "permanent" if left out
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


def netns(name: str, *, forward: bool = ..., sysctls: dict = ..., files: dict = ..., bare: bool = ...) -> Netns:
    """Make a network namespace: a node of the lab.

    Args:
        name: what scripts, messages and `ip netns` call it; unique in the script, at most 63 letters, digits, '.', '_' and '-'
        forward: whether it passes packets on, as a router does, IPv4 and IPv6; False if left out
        sysctls: sysctls to set when it is made, before it has any link; {} if left out
        files: files to write in it, as file_in does: the content by the path; {} if left out
        bare: whether it keeps the kernel's own defaults, and loopback down; False if left out
    """


def netns_del(ns: Netns) -> None:
    """Delete a network namespace, and all that is in it.

    Args:
        ns: the namespace
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


def port(port: int, proto: str = ...) -> Readiness:
    """For spawn_in: ready when the program has a socket on a port.

    Args:
        port: the port's number
        proto: "tcp" or "udp"; "tcp" if left out
    """


print: Any
"""Write values to the standard output, which belongs to the script, and end the line."""


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


def route(ns: Netns, dst: str, *, via: str | list[str | tuple[str, int]] | None = ..., dev: Link | str | None = ..., metric: int = ..., table: str | int = ..., kind: str = ..., source: str | None = ..., scope: str | None = ..., onlink: bool = ..., proto: str = ..., mtu: int | None = ..., replace: bool = ...) -> None:
    """Add a route to a namespace.

    Args:
        ns: the namespace
        dst: the destination: a prefix, an address, or "default" (of the family of via, else IPv4)
        via: the next hop, or a list of them, each with its weight, 1 to 256, if wanted; None if left out
        dev: the link it leads over; needed for a link-local next hop, and for none; None if left out
        metric: of two routes to one destination the lower wins; 0 leaves it to the kernel (IPv6: 1024); 0 if left out
        table: the routing table: "main", "local", "default" or a number; "main" if left out
        kind: what becomes of packets; all but unicast and local answer or drop them; "unicast" if left out
        source: the source address of packets that have none yet; an address of the namespace; None if left out
        scope: how far the destination is; left out, as the next hop says; None if left out
        onlink: whether the next hop is taken to be on the link without proof; False if left out
        proto: who made it, as routing daemons note it: "static", "boot", "ra", "bgp" …; "static" if left out
        mtu: the path MTU for this destination, in bytes; None if left out
        replace: whether it takes the place of a route that is there; False if left out
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
        table: the routing table: "main", "local", "default", a number, or "all"; "main" if left out
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
        table: the routing table: "main", "local", "default" or a number; None if left out
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
        table: the routing table: "main", "local", "default" or a number; None if left out
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
