package runtime

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A Namespace is a network namespace that a session made: a thread that lives
// in it, a netlink socket, a name. Its view of files and processes is made
// when a command first runs in it (view.go).
type Namespace struct {
	Name string

	session *Session
	thread  *thread
	conn    *rtnl.Conn
	debt    *debt
	shown   *debt // its name in /run/netns, nil before it is shown; the session's naming guards it

	mu        sync.Mutex
	lastIndex int32           // the highest interface index given out
	lastEcho  uint16          // the identifier of the latest ping
	ports     map[string]bool // names that links have, so that no default repeats one
	cables    map[int32]*Link // by the index of one end, a veth's other end
	nats      map[string]*NAT // by the table that each is in
	dad       map[int32]bool  // links that were told to look for duplicate addresses
	anycast   map[anycastJoin]*anycastSocket
	asked     asked                     // what the script wants of it (asked.go)
	pending   pending                   // what may not carry packets yet (ready.go)
	kept      []*keptSysctl             // for links that are not there yet (sysctlkept.go)
	tables    map[string]map[string]int // by file, the routing tables that it names (tablename.go)
	view      *view
	viewErr   error
	used      atomic.Bool // a command ran

	dead        atomic.Bool  // the script killed or deleted it
	readdressed atomic.Bool  // its addresses have changed since /etc/hosts was written
	reached     []netip.Addr // what that says of it; the session's hosts guards it
	bridged     bool         // the bridge-nf-call sysctls were set
	bare        bool
	gone        bool
	open        []io.Closer // sockets that the script has in it
}

// NamespaceOptions says how a namespace is to be made.
type NamespaceOptions struct {
	Forward bool              // pass packets on, IPv4 and IPv6
	Bare    bool              // leave the kernel's own defaults
	Sysctls map[string]string // written when it is made, those of a link when that is
}

// loopback is the index of lo in every namespace.
const loopback = 1

// nameRule is what names are made of. How long they may be is not a part of
// it: a counted repetition is compiled into as many steps, at each start.
var nameRule = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// maxNodeName is how long they may be: as long as a host name.
const maxNodeName = 63

// A born namespace has everything but a name.
type born struct {
	thread *thread
	conn   *rtnl.Conn
	bare   bool
	err    error
}

func (b born) close() error {
	b.conn.Close()
	return b.thread.close()
}

// NewNamespace makes a namespace whose loopback is up.
func (s *Session) NewNamespace(ctx context.Context, name string, opt NamespaceOptions) (*Namespace, error) {
	thing := "netns " + name
	if !nameRule.MatchString(name) || len(name) > maxNodeName {
		return nil, refuse("netns name "+quote(name), "is not allowed: use 1 to 63 letters, digits, '.', '_' and '-', the first a letter or digit")
	}
	s.mu.Lock()
	_, taken := s.byName[name]
	closed := s.closed
	if !taken && !closed {
		s.byName[name] = nil // reserved
	}
	s.mu.Unlock()
	if closed {
		return nil, refuse(thing, "cannot be made: the lab has ended")
	}
	if taken {
		return nil, &Error{Thing: thing, Err: unix.EEXIST, Hint: "names are unique in a script"}
	}
	var ns *Namespace
	st := s.journal.begin(ctx, "", "ip netns add "+name)
	err := s.journal.run(st, func() error {
		b := s.bear(opt.Bare)
		if b.err != nil {
			return &Error{Thing: thing, Err: b.err, Hint: limitHint(b.err)}
		}
		ns = &Namespace{Name: name, session: s, thread: b.thread, conn: b.conn, bare: opt.Bare, lastIndex: 1, ports: map[string]bool{}, cables: map[int32]*Link{}, dad: map[int32]bool{}}
		ns.debt = s.ledger.oweApart(thing, ns.close)
		s.journal.also(st, s.birthWords(ns))
		return nil
	})
	if err != nil {
		s.mu.Lock()
		delete(s.byName, name)
		s.mu.Unlock()
		return nil, err
	}
	s.mu.Lock()
	s.byName[name] = ns
	s.order = append(s.order, ns)
	s.unnamed = append(s.unnamed, ns)
	if len(s.order) == manyNodes {
		go makeRoomForFiles(int(ns.thread.ns)) // ends by itself
	}
	s.mu.Unlock()
	if err := ns.configure(ctx, opt); err != nil {
		s.forget(ns)
		return nil, err
	}
	return ns, nil
}

// configure applies what the script asked of a new namespace.
func (ns *Namespace) configure(ctx context.Context, opt NamespaceOptions) error {
	if opt.Forward {
		for _, key := range []string{"net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"} {
			if err := ns.SetSysctl(ctx, key, "1"); err != nil {
				return err
			}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(opt.Sysctls)) {
		if ns.keepSysctl(k, opt.Sysctls[k]) {
			continue
		}
		if err := ns.SetSysctl(ctx, k, opt.Sysctls[k]); err != nil {
			return err
		}
	}
	return nil
}

// bear makes a namespace, or takes the one made ahead, and starts making the
// next: on a second core that costs the script nothing.
func (s *Session) bear(bare bool) born {
	if bare {
		return s.makeBorn(true)
	}
	s.mu.Lock()
	spare := s.spare
	next := make(chan born, 1)
	if s.closed {
		s.mu.Unlock()
		return born{err: errThreadGone}
	}
	s.spare = next
	s.mu.Unlock()
	var b born
	if spare != nil {
		b = <-spare
	}
	if spare == nil || b.err != nil { // what failed ahead may work now
		b = s.makeBorn(false)
	}
	// Ends when the namespace is made; Close or the next call takes it.
	go func() { next <- s.makeBorn(false) }()
	return b
}

func (s *Session) makeBorn(bare bool) (b born) {
	b.bare = bare
	b.thread, b.err = newThread(func() (err error) {
		if b.conn, err = rtnl.Open(); err != nil {
			return err
		}
		defer func(c *rtnl.Conn) {
			if err != nil {
				c.Close()
			}
		}(b.conn)
		if bare {
			return nil
		}
		if err := s.applyBirth(); err != nil {
			return err
		}
		var up rtnl.Batch
		up.Begin(unix.RTM_NEWLINK, 0)
		up.Ifinfo(unix.AF_UNSPEC, loopback, unix.IFF_UP, unix.IFF_UP)
		return b.conn.Do(&up)
	})
	return b
}

// birthWords are the commands that make a bare namespace what a node is.
func (s *Session) birthWords(ns *Namespace) string {
	if ns.bare {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w := "ip -n " + ns.Name + " link set lo up; ip netns exec " + ns.Name + " sysctl -qw"
	for _, list := range [][]setting{s.inherits, birth} {
		for _, b := range list {
			w += " " + sysctlKey(b.path) + "=" + b.value
		}
	}
	return w
}

// forget unmakes a namespace before the session ends.
func (s *Session) forget(ns *Namespace) error {
	s.mu.Lock()
	delete(s.byName, ns.Name)
	is := func(o *Namespace) bool { return o == ns }
	s.order = slices.DeleteFunc(s.order, is)
	s.unnamed = slices.DeleteFunc(s.unnamed, is)
	s.unready = slices.DeleteFunc(s.unready, is)
	s.mu.Unlock()
	s.naming.Lock()
	shown := ns.shown
	s.naming.Unlock()
	var err error
	if shown != nil {
		err = shown.pay(context.Background())
	}
	return errors.Join(err, ns.debt.pay(context.Background()))
}

// close ends the namespace's processes and drops every hold on it.
func (ns *Namespace) close(ctx context.Context) error {
	ns.mu.Lock()
	ns.gone = true
	v := ns.view
	ns.view = nil
	ns.mu.Unlock()
	if v != nil {
		v.kill()
	}
	ns.conn.Close()
	return ns.thread.close()
}

// tableError says which of the namespace's tables could not be read.
func (ns *Namespace) tableError(table string, err error) error {
	if errors.Is(err, rtnl.ErrClosed) || errors.Is(err, errThreadGone) {
		return &Error{Thing: "netns " + ns.Name, Err: err}
	}
	return &Error{Thing: table + " of " + ns.Name, Err: err}
}

// over runs do with another socket of the namespace, and says which table is
// meant if that fails without words of its own.
func (ns *Namespace) over(open func() (*rtnl.Conn, error), table string, do func(*rtnl.Conn) error) error {
	var conn *rtnl.Conn
	err := ns.thread.do(func() (err error) { conn, err = open(); return err })
	if err == nil {
		defer conn.Close()
		err = do(conn)
	}
	var told *Error
	if err == nil || IsLacking(err) || errors.As(err, &told) {
		return err
	}
	return ns.tableError(table, err)
}

// limitHint says which limit a refused namespace may have met.
func limitHint(err error) string {
	switch {
	case isErrno(err, unix.ENOSPC):
		return "the limit is in /proc/sys/user/max_net_namespaces, or that of another kind of namespace beside it"
	case isErrno(err, unix.EMFILE):
		return "each namespace needs two open files; raise the limit with ulimit -n"
	case isErrno(err, unix.EAGAIN):
		return "the lab's own limit is raised by --limit pids=, the user's by ulimit -u"
	}
	return ""
}
