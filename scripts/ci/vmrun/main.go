// Vmrun runs a program of this machine under another kernel, for tests that
// are no scripts:
//
//	vmrun -kernel 6.12 [-show PATH]… [-write DIR]… -- PROGRAM [ARG…]
//
// Its exit code is the program's; 125 if the machine failed.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"wirelark/runtime/vm"
)

func main() {
	if code, entered := vm.Enter(); entered {
		os.Exit(code)
	}
	os.Exit(run())
}

func run() int {
	var show, write []string
	kernel := flag.String("kernel", "", "its version, or a folder")
	flag.Func("show", "a path under /tmp that it must see", func(s string) error { show = append(show, s); return nil })
	flag.Func("write", "a folder that it may write", func(s string) error { write = append(write, s); return nil })
	memory := flag.String("memory", "1G", "of the machine")
	flag.Parse()
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, "vmrun:", err)
		var f *vm.Fault
		if errors.As(err, &f) {
			for _, line := range f.Console {
				fmt.Fprintln(os.Stderr, " ", line)
			}
		}
		return 125
	}
	if flag.NArg() == 0 {
		return fail(errors.New("which program?"))
	}
	k, err := vm.Find(*kernel)
	if err != nil {
		return fail(err)
	}
	path, err := filepath.Abs(flag.Arg(0))
	if err != nil {
		return fail(err)
	}
	dir, err := os.Getwd()
	if err != nil {
		return fail(err)
	}
	m := &vm.Machine{Kernel: k, Program: path, Args: flag.Args(), Env: os.Environ(), Dir: dir, Writable: write, Shown: append(show, path, dir), Memory: *memory, Stdout: os.Stdout, Stderr: os.Stderr}
	code, err := m.Run()
	if err != nil {
		return fail(err)
	}
	return code
}
