package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"wirelark/builtins/decl"
)

// readLimits reads what --limit says: "memory=2G,pids=500,files=256,time=1m".
func (o *runOptions) readLimits(timeoutGiven bool) error {
	if o.limit == "" {
		return nil
	}
	seen := map[string]bool{}
	for word := range strings.SplitSeq(o.limit, ",") {
		name, value, ok := strings.Cut(word, "=")
		if !ok {
			return fmt.Errorf("%s: write memory=2G, pids=500, files=256 or time=1m", word)
		}
		if seen[name] {
			return fmt.Errorf("%s is given twice", name)
		}
		seen[name] = true
		if err := o.readLimit(name, value); err != nil {
			return fmt.Errorf("%s: %w", word, err)
		}
	}
	if seen["time"] && timeoutGiven {
		return fmt.Errorf("time and --timeout say the same: give one of them")
	}
	return nil
}

// Bounds of limits: with less, a lab cannot even start.
const (
	leastMemory    = 64 << 20
	leastProcesses = 64
	leastFiles     = 64
)

func (o *runOptions) readLimit(name, value string) (err error) {
	switch name {
	case "memory":
		o.limits.Memory, err = readSize(value)
		if err == nil && o.limits.Memory < leastMemory {
			err = fmt.Errorf("is too little: at least 64M")
		}
	case "pids":
		o.limits.Processes, err = readCount(value, leastProcesses)
	case "files":
		o.limits.Files, err = readCount(value, leastFiles)
	case "time":
		o.timeout, err = time.ParseDuration(value)
		if err != nil || o.timeout <= 0 {
			err = fmt.Errorf("is no time: write 90s or 5m")
		}
	default:
		err = fmt.Errorf("there is no such limit")
		if near := decl.Nearest(name, []string{"memory", "pids", "files", "time"}); near != "" {
			err = fmt.Errorf("there is no such limit (did you mean %s?)", near)
		}
	}
	return err
}

func readCount(value string, least int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > 1<<22 {
		return 0, fmt.Errorf("want a number from %d to %d", least, 1<<22)
	}
	return n, nil
}

// readSize reads a number of bytes: "2G", "512M", "1048576".
func readSize(value string) (uint64, error) {
	digits, unit := strings.TrimRight(value, "KMGkmgiB"), uint64(1)
	switch strings.ToUpper(strings.TrimSuffix(strings.TrimSuffix(value[len(digits):], "B"), "i")) {
	case "":
	case "K":
		unit = 1 << 10
	case "M":
		unit = 1 << 20
	case "G":
		unit = 1 << 30
	default:
		return 0, fmt.Errorf("is no size: write 512M or 2G")
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("is no size: write 512M or 2G")
	}
	return n * unit, nil
}
