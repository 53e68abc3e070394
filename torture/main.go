// Torture kills labs at random instants and looks for what is left.
//
//	go run ./torture [-n KILLS] [-seed N] [-o FILE]
//
// For every kind of user that it can be, it starts a lab of 20 nodes full of
// children that do not want to die, and kills the front, init, the engine,
// their parent or the whole process group at an instant between the start and
// the end. After each kill there must be no process, no namespace, no mount,
// no file and no socket, and the host must be as it was. It prints one table
// and one closing line, and exits with 1 if anything was left.
package main

import (
	"embed"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	_ "wirelark/runtime" // pins the main goroutine to the first thread
)

//go:embed lab.star
var labFile embed.FS

func main() {
	if os.Args[0] == parentName {
		fmt.Fprintln(os.Stderr, "torture:", parentMain())
		os.Exit(1)
	}
	os.Exit(run())
}

func run() int {
	kills := flag.Int("n", 60, "kills for each kind of user")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the instants, targets and signals")
	binary := flag.String("wirelark", "", "the program; left out, it is built")
	flag.Parse()
	fmt.Printf("torture: seed %d\n", *seed)
	c := &campaign{rnd: rand.New(rand.NewPCG(*seed, 1)), began: time.Now(), cells: map[cell]*tally{}}
	if err := c.prepare(*binary); err != nil {
		fmt.Fprintln(os.Stderr, "torture:", err)
		return 1
	}
	defer os.RemoveAll(c.dir)
	people, missing := everybody()
	for _, m := range missing {
		fmt.Println("NOT TESTED:", m)
	}
	for _, p := range people {
		if err := c.torture(p, *kills); err != nil {
			fmt.Fprintf(os.Stderr, "torture: %s: %s\n", p.name, err)
			return 1
		}
	}
	c.table(os.Stdout)
	left := c.inTheEnd()
	fmt.Printf("torture: %d kills as %d kinds of user, %d leaks; kill to clean: %s; seed %d; %s\n",
		c.kills, len(people), c.leaks, spread(c.times), *seed, time.Since(c.began).Round(time.Second))
	if c.leaks > 0 || left {
		return 1
	}
	return 0
}

// A campaign is what is kept over all kills.
type campaign struct {
	rnd    *rand.Rand
	began  time.Time
	dir    string // everybody may enter it
	binary string
	before *look

	kills, leaks int
	times        []time.Duration
	cells        map[cell]*tally
}

// A cell of the table: who was killed, and of which kind of user.
type cell struct{ user, target string }

// prepare builds the program into a folder that everybody may enter.
func (c *campaign) prepare(binary string) (err error) {
	if c.dir, err = os.MkdirTemp("/tmp", "wirelark-torture-"); err != nil {
		return err
	}
	for _, d := range []string{"", "bin", "users", "tmp", "project"} {
		if err := os.MkdirAll(filepath.Join(c.dir, d), 0o755); err != nil {
			return err
		}
		if err := os.Chmod(filepath.Join(c.dir, d), 0o755); err != nil {
			return err
		}
	}
	for _, d := range []string{"tmp", "project"} {
		if err := os.Chmod(filepath.Join(c.dir, d), 0o777|os.ModeSticky); err != nil {
			return err
		}
	}
	script, err := labFile.ReadFile("lab.star")
	if err == nil {
		err = os.WriteFile(filepath.Join(c.dir, "project", "lab.star"), script, 0o644)
	}
	if err != nil {
		return err
	}
	if c.binary = binary; binary == "" {
		c.binary = filepath.Join(c.dir, "bin", "wirelark")
		build := exec.Command("go", "build", "-o", c.binary, "./cmd/wirelark")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("build wirelark: %w", err)
		}
	}
	c.before, err = c.look("")
	return err
}
