// Bench runs wirelark and its baselines in turn, within one run, and prints
// ratios: absolute times say little on a machine that does other things too.
//
//	go run ./bench [-n RUNS] [-quick] [-o FILE] [NAME…]
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// insideName is the name under which the program runs in namespaces of its
// own, so that what the baselines make never meets the machine's.
const insideName = "wirelark-bench"

func main() { os.Exit(run()) }

func run() int {
	if len(os.Args) > 2 && os.Args[0] == insideName && baselines[os.Args[1]] != nil {
		return baseline(os.Args[1], os.Args[2])
	}
	runs := flag.Int("n", 7, "runs of each side")
	quick := flag.Bool("quick", false, "small sizes only")
	out := flag.String("o", "", "file that takes the table too, as Markdown")
	flag.Parse()
	if os.Geteuid() != 0 {
		fmt.Fprintln(os.Stderr, "bench: the baselines need root; wirelark is then measured as root and as an ordinary user")
		return 3
	}
	if os.Args[0] != insideName {
		return enter()
	}
	if err := syscall.Mount("tmpfs", "/run", "tmpfs", 0, "mode=755"); err != nil {
		fmt.Fprintln(os.Stderr, "bench: mount /run:", err)
		return 1
	}
	b, err := newBench(*runs, *quick)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	defer os.RemoveAll(b.dir)
	if err := b.measure(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	table := b.table()
	io.WriteString(os.Stdout, "\n"+table)
	if *out != "" {
		if err := os.WriteFile(*out, []byte(table), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			return 1
		}
	}
	return 0
}

// enter starts the program again in new network and mount namespaces.
func enter() int {
	cmd := &exec.Cmd{Path: "/proc/self/exe", Args: append([]string{insideName}, os.Args[1:]...), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Run(); err != nil {
		if !strings.HasPrefix(err.Error(), "exit status") {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		return 1
	}
	return 0
}
