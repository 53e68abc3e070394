package main

import (
	"fmt"
	"path/filepath"
)

// contests are all of them, in the order of docs/performance.md.
func (b *bench) contests() []contest {
	wl := func(user bool, words ...string) side {
		return side{name: "wirelark", user: user, argv: append([]string{filepath.Join(b.dir, "wirelark"), "run", "-q"}, words...)}
	}
	sh := func(name, script string, n int, more ...string) side {
		return side{name: name, argv: append([]string{"bash", filepath.Join(b.dir, script), fmt.Sprint(n)}, more...)}
	}
	// spawned is the time of starting one of 100 programs.
	spawned := func(with, without side) side {
		with.less, with.per = &without, 100
		return with
	}
	self := func(name, mode string, n int) side {
		return side{name: name, argv: []string{insideName, mode, fmt.Sprint(n)}}
	}
	// per is the time of one of n operations: the time of a run with n of
	// them, less that of a run with none.
	per := func(n int, with func(n int) side) side {
		s, none := with(n), with(0)
		s.less, s.per = &none, n
		return s
	}
	var list []contest
	for _, user := range []bool{true, false} {
		who := map[bool]string{true: "rootless", false: "root"}[user]
		list = append(list, contest{
			name: "hello, whole process, " + who, us: wl(user, "hello.star"), them: sh("shell with ip, as root", "hello_ip.sh", 0), goal: "at least 1",
		})
		for _, n := range []int{10, 30, 100, 300, 1000} {
			list = append(list, contest{
				name: fmt.Sprintf("star of %d hosts, `true` in each, %s", n, who), us: wl(user, "star.star", fmt.Sprint("n=", n)),
				them: sh("ip -batch, ip netns exec", "star_batch.sh", n), goal: "at least 4", large: n > 100,
			})
		}
	}
	list = append(list,
		contest{
			name: "star of 100 hosts, one `ip` a command, root", us: wl(false, "star.star", "n=100"), them: sh("shell with ip", "star_ip.sh", 100), goal: "more than with -batch",
		},
		contest{
			name: "star of 100 hosts built, root", us: wl(false, "star.star", "n=100", "run=False"), them: self("netlink library, plain way", "plain", 100), goal: "at least 1",
		},
		contest{
			name: "one command in a node, `true`", us: per(500, func(n int) side { return wl(false, "exec.star", fmt.Sprint("n=", n)) }),
			them: per(500, func(n int) side { return sh("ip netns exec", "exec_ip.sh", n) }), goal: "at least 2.5",
		},
		contest{
			name: "the same against fork and exec itself", us: per(500, func(n int) side { return wl(false, "exec.star", fmt.Sprint("n=", n)) }),
			them: per(500, func(n int) side { return self("fork and exec", "exec", n) }), goal: "exec itself + 0.1 ms",
		},
		contest{
			name: "a node with a view: processes, mounts, host name, files", us: per(200, func(n int) side { return wl(false, "view.star", fmt.Sprint("n=", n)) }),
			them: per(200, func(n int) side { return sh("ip netns add", "netns_add.sh", n) }), goal: "at most 1.1 ms over a bare one and an exec",
		},
		contest{
			name: "100 programs started in 100 nodes at once", us: spawned(wl(false, "spawn.star", "spawn=True"), wl(false, "spawn.star", "spawn=False")),
			them: spawned(sh("ip netns exec, in the background", "spawn_ip.sh", 100, "spawn"), sh("", "spawn_ip.sh", 100)), goal: "at least 2",
		},
		contest{
			name: "one ping over a cable", us: per(2000, func(n int) side { return wl(false, "ping.star", fmt.Sprint("n=", n)) }),
			them: per(500, func(n int) side {
				s := wl(false, "ping_program.star", fmt.Sprint("n=", n))
				s.name = "`ping -c1` in a node"
				return s
			}), goal: "at least 20",
		},
	)
	for _, what := range []string{"links", "addrs", "routes"} {
		list = append(list, contest{
			name: fmt.Sprintf("`%s` of a node with 20 cables", what),
			us:   per(3000, func(n int) side { return wl(false, "dumps.star", fmt.Sprint("n=", n), "what="+what) }),
			them: per(3000, func(n int) side { return self("raw netlink dump", "dump-"+what, n) }), goal: "at least 0.77",
		})
	}
	for _, x := range []struct {
		what string
		n    int
	}{{"links", 400}, {"rules", 2000}} {
		list = append(list, contest{
			name: fmt.Sprintf("one of %d %s made in a node", x.n, x.what),
			us:   per(x.n, func(n int) side { return wl(false, "make.star", fmt.Sprint("n=", n), "what="+x.what) }),
			them: per(x.n, func(n int) side { return self("the same messages, raw", "make-"+x.what, n) }), goal: "at least 0.77",
		})
	}
	ports := func(n, less int, name string) side {
		with, without := wl(false, "make.star", fmt.Sprint("n=", n), "what=ports"), wl(false, "make.star", fmt.Sprint("n=", less), "what=ports")
		with.name, with.less, with.per = name, &without, n-less
		return with
	}
	list = append(list, contest{
		name: "one of the ports 251 to 500 of a bridge", us: ports(500, 250, ""), them: ports(250, 0, "one of the first 250"), goal: "some 1: as dear as any other",
	})
	return append(list, b.testContests()...)
}
