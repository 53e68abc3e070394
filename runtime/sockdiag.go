package runtime

import (
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// Sockets as the kernel lists them by sock_diag: what is there, without a
// packet sent to find out.

const (
	sizeofDiagReq = 56 // struct inet_diag_req_v2
	sizeofDiagMsg = 72 // struct inet_diag_msg

	stateListen = 1 << 10 // TCP_LISTEN
	stateClose  = 1 << 7  // TCP_CLOSE, which is how a UDP socket without a peer counts
)

// diagRequest asks for the sockets of a family and protocol in some states, and
// for what TCP knows of them.
func diagRequest(family, proto byte, states uint32) *rtnl.Batch {
	req := make([]byte, sizeofDiagReq)
	req[0], req[1], req[2] = family, proto, 1<<(diagInfo-1)|1<<(diagCong-1)
	binary.NativeEndian.PutUint32(req[4:], states)
	var m rtnl.Batch
	m.Begin(unix.SOCK_DIAG_BY_FAMILY, 0)
	m.Raw(req)
	return &m
}

// waiting lists the ports on which sockets wait for strangers, by inode.
func (ns *Namespace) waiting(proto string) (map[uint32]int, error) {
	number, states := byte(unix.IPPROTO_TCP), uint32(stateListen)
	if proto == "udp" {
		number, states = unix.IPPROTO_UDP, stateClose
	}
	found := map[uint32]int{}
	err := ns.over(rtnl.OpenDiag, "sockets", func(conn *rtnl.Conn) error {
		for _, family := range []byte{unix.AF_INET, unix.AF_INET6} {
			err := conn.Get(diagRequest(family, number, states), true, func() {}, func(_ uint16, p []byte) {
				if len(p) >= sizeofDiagMsg {
					found[binary.NativeEndian.Uint32(p[68:])] = int(binary.BigEndian.Uint16(p[4:]))
				}
			})
			if err != nil && !(family == unix.AF_INET6 && isErrno(err, unix.ENOENT)) { // a kernel without IPv6
				return err
			}
		}
		return nil
	})
	return found, err
}

// onPort are those of the sockets that wait on a port.
func onPort(sockets map[uint32]int, port int) map[uint32]int {
	found := map[uint32]int{}
	for inode, p := range sockets {
		if p == port {
			found[inode] = p
		}
	}
	return found
}

// held are the ports of those of the sockets that a process has open.
func held(pid int, sockets map[uint32]int) (ports []int) {
	dir, err := os.Open(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		link, err := os.Readlink(dir.Name() + "/" + name)
		number, isSocket := strings.CutPrefix(link, "socket:[")
		if err != nil || !isSocket {
			continue
		}
		n, err := strconv.ParseUint(strings.TrimSuffix(number, "]"), 10, 32)
		if port, ok := sockets[uint32(n)]; err == nil && ok {
			ports = append(ports, port)
		}
	}
	return ports
}

// holder says in words which process of the node has one of the sockets open.
func (ns *Namespace) holder(sockets map[uint32]int) string {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() || len(held(pid, sockets)) == 0 {
			continue
		}
		comm, _ := os.ReadFile("/proc/" + e.Name() + "/comm")
		return fmt.Sprintf("%s, pid %d", strings.TrimSpace(string(comm)), innerPID(pid))
	}
	return "no process of " + ns.Name
}
