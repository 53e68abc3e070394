package sandbox

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// visitEnv makes the test binary a client: USER/LAB/NODE and the command.
const visitEnv = "WIRELARK_TEST_VISIT"

// visitMain visits a lab by its name, whether or not it would be listed.
func visitMain(text string) int {
	words := strings.Fields(text)
	l := &Living{}
	var node string
	if _, err := fmt.Sscanf(strings.ReplaceAll(words[0], "/", " "), "%d %s %s", &l.User, &l.ID, &node); err != nil {
		fmt.Println(err)
		return 2
	}
	all, err := Labs()
	fmt.Println("listed:", err == nil && slices.ContainsFunc(all, func(o *Living) bool { return o.ID == l.ID }))
	code, err := l.Visit(&Visit{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Node: node, Argv: words[1:]})
	if err != nil {
		fmt.Println(err)
		return 255
	}
	return code
}

// serving starts a lab that can be visited, with the node n, and finds it.
func serving(t *testing.T, u person) (*started, *Living) {
	t.Helper()
	s := project(t, u)
	s.Args = []string{"serve"}
	front := front(t, u, s).start(t)
	front.out.waitFor(t, "READY")
	list, err := os.ReadFile("/proc/self/net/unix")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range doors(string(list)) {
		if c, g, err := l.connect(); err == nil {
			c.Close()
			if g.Script == s.Script {
				return front, l
			}
		}
	}
	t.Fatal("the lab has no door")
	return nil, nil
}

// visitAs is a client that somebody is.
func visitAs(t *testing.T, u person, where string) ended {
	t.Helper()
	c := front(t, u, &Spec{})
	c.Env = append(c.Env, visitEnv+"="+where)
	return c.start(t).end(t)
}

// TestDoorIsTheUsersOwn: others are told so, except root.
func TestDoorIsTheUsersOwn(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		c, l := serving(t, u)
		for _, other := range people(t) {
			want := ended{255, "listed: false\nthe lab says that it is another user's\n", ""}
			if other.uid == u.uid || other.uid == 0 {
				want = ended{3, "listed: true\nn\n", ""}
			}
			visitAs(t, other, fmt.Sprintf("%d/%s/n sh -c hostname;exit${IFS}3", l.User, l.ID)).is(t, want)
		}
		_ = c.Process.Signal(unix.SIGINT)
		c.end(t)
		if _, _, err := l.connect(); !errors.Is(err, ErrGone) {
			t.Errorf("got %v, want no door after the lab's end", err)
		}
	})
}

// TestNonsenseAtTheDoor is answered or dropped, and holds up nobody.
func TestNonsenseAtTheDoor(t *testing.T) {
	c, l := serving(t, people(t)[0])
	var waiting []conn
	for _, row := range []struct{ packet, want string }{
		{"", ""},
		{"{", ""},
		{"[1]", ""},
		{strings.Repeat("x", mostMessage+1), ""},
		{`{"Node": "n"}`, `"a program needs a terminal or three files"`},
		{`{"Prompt": true, "Terminal": true}`, `"no script waits at a prompt"`},
		{`{"Node": "gone", "Terminal": true}`, `"there is no node gone any more"`},
		{`{"Node": "n", "Terminal": true, "Kind": "a\u0000b"}`, `environment variable \"TERM\" is not allowed`},
		{`{"Node": "n", "Terminal": true, "Argv": ["a\u0000"]}`, `command \"a\\x00\" has an argument with a zero byte`},
		{`{"Node": "n", "Terminal": true, "Argv": [""]}`, `"program  in n `},
		{`{"Node": "n", "Terminal": true, "Rows": 65535}`, `"Started":true`},
	} {
		v, _, err := l.connect()
		if err != nil {
			t.Fatal(err)
		}
		waiting = append(waiting, v)
		if row.packet == "" {
			continue // connects and says nothing
		}
		if _, err := v.Write([]byte(row.packet)); err != nil {
			t.Fatal(err)
		}
		_ = v.SetReadDeadline(time.Now().Add(patience))
		buf := make([]byte, mostMessage)
		n, err := v.Read(buf)
		if got := string(buf[:n]); row.want == "" && n != 0 || !strings.Contains(got, row.want) {
			t.Errorf("%.80q: got %q, %v, want %q", row.packet, got, err, row.want)
		}
	}
	for _, v := range waiting {
		v.Close()
	}
	visitAs(t, people(t)[0], fmt.Sprintf("%d/%s/n hostname", l.User, l.ID)).is(t, ended{0, "listed: true\nn\n", ""})
	_ = c.Process.Signal(unix.SIGINT)
	c.end(t).is(t, ended{130, "READY\n", "told: interrupted\n"})
}

// TestTooManyVisitors are sent away, since each takes of what the script may
// need.
func TestTooManyVisitors(t *testing.T) {
	_, l := serving(t, people(t)[0])
	var all []conn
	defer func() {
		for _, c := range all {
			c.Close()
		}
	}()
	for range mostClients {
		c, _, err := l.connect()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	v := &Visit{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Node: "n", Argv: []string{"true"}}
	if _, err := l.Visit(v); err == nil || err.Error() != "the lab has too many visitors" {
		t.Errorf("got %v, want that there are too many", err)
	}
	all[0].Close()
	for limit := time.Now().Add(patience); ; {
		code, err := l.Visit(v)
		if err == nil && code == 0 {
			break
		}
		if time.Now().After(limit) {
			t.Fatalf("got %d, %v, want room for one more", code, err)
		}
	}
}

// TestHandNeverWaits: an engine that is stopped reads nothing, and what the
// front has to say of a limit still finds room.
func TestHandNeverWaits(t *testing.T) {
	ours, theirs, err := socketpair()
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	defer ours.Close()
	n := 0
	for ; err == nil; n++ {
		err = hand(ours, theirs)
	}
	if !errors.Is(err, errNoAnswer) || n < 10 {
		t.Errorf("got %v after %d, want that it does not answer", err, n)
	}
	_ = ours.SetWriteDeadline(time.Now().Add(patience))
	if err := send(ours, toCancel, []byte("reason")); err != nil {
		t.Error(err)
	}
}

// TestDoorsAreThoseThatListen, under a name that labs have.
func TestDoorsAreThoseThatListen(t *testing.T) {
	got := doors(`Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0005 01 30471 @wirelark/0/bcdf
0000000000000000: 00000003 00000000 00000000 0005 03    31 @wirelark/0/bcdf
0000000000000000: 00000002 00000000 00010000 0005 01  3047 @wirelark/1000/xzzk
0000000000000000: 00000002 00000000 00010000 0005 01  3047 @wirelark/1000/BCDF
0000000000000000: 00000002 00000000 00010000 0005 01  3047 @wirelark/1000/../x
0000000000000000: 00000002 00000000 00010000 0001 01  3047 /run/@wirelark/0/bcdg
0000000000000000: 00000002 00000000 00010000 0001 01  3047 @other
0000000000000000: 00000002 00000000 00010000 0005 01  3047 @wirelark/99999999999999999999/bcdf
`)
	if len(got) != 2 || got[0].ID != "bcdf" || got[0].User != 0 || got[0].State != Silent || got[1].ID != "xzzk" || got[1].User != 1000 {
		t.Errorf("got %+v, want two", got)
	}
}

// TestLabsAreNotBelieved: names are free to all, and so is what is said.
func TestLabsAreNotBelieved(t *testing.T) {
	uid := os.Geteuid()
	for _, row := range []struct {
		user int
		say  []string
		want string
	}{
		{uid + 1, nil, "another user has taken the lab's name"},
		{uid, []string{`{"Error": "\u001b[2Jx"}`}, "the lab says that ?[2Jx"},
		{uid, []string{`{`}, "the lab is gone"},
		{uid, []string{`{}`}, "the lab is gone"},
		{uid, []string{`{}`, `{}`}, "the lab's answer makes no sense"},
		{uid, []string{`{}`, `{"Error": "\u001b[2J"}`}, "?[2J"},
		{uid, []string{`{}`, `{"Started": true}`}, "the lab is gone"},
		{uid, []string{`{}`, `{"Started": true}`, `{"Ended": true, "Code": 1000}`}, ""},
	} {
		l := &Living{User: row.user, ID: "bcdfghjk"}
		door, err := net.ListenUnix("unixpacket", &net.UnixAddr{Net: "unixpacket", Name: doorName(l.User, l.ID)})
		if err != nil {
			t.Fatal(err)
		}
		go func() { // ends with the test's connection
			c, err := door.AcceptUnix()
			if err != nil {
				return
			}
			defer c.Close()
			for i, text := range row.say {
				if _, err := c.Write([]byte(text)); err != nil {
					return
				}
				if i == 0 && len(row.say) > 1 {
					var r request
					files, _ := hear(conn{c}, &r)
					closeAll(files)
				}
			}
		}()
		null, err := os.Open("/dev/null")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if _, err := l.Visit(&Visit{Stdin: null, Stdout: os.Stdout, Stderr: os.Stderr, Node: "n", Argv: []string{"x"}}); err != nil {
			got = err.Error()
		}
		if got != row.want {
			t.Errorf("%q: got %q, want %q", row.say, got, row.want)
		}
		null.Close()
		door.Close()
	}
}

// TestRequestThatIsTooLong is not sent.
func TestRequestThatIsTooLong(t *testing.T) {
	_, l := serving(t, people(t)[0])
	_, err := l.Visit(&Visit{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Node: "n", Argv: []string{strings.Repeat("x", mostMessage)}})
	if err == nil || err.Error() != "ask for a program: it is too long" {
		t.Errorf("got %v, want that it is too long", err)
	}
}
