package rtnl

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// These tests only read, in the namespace that they are run in.

func TestClosedConnAnswersNothing(t *testing.T) {
	c, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	var b Batch
	b.Begin(unix.RTM_GETLINK, 0)
	b.Ifinfo(unix.AF_UNSPEC, 1, 0, 0)
	seen := 0
	if err := c.Get(&b, false, func() {}, func(typ uint16, p []byte) { seen++ }); err != nil || seen != 1 {
		t.Errorf("got %d answers, %v, want the loopback", seen, err)
	}
	for range 2 {
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if err := c.Do(&b); !errors.Is(err, ErrClosed) {
		t.Errorf("do: got %v, want %v", err, ErrClosed)
	}
	if err := c.Get(&b, false, func() {}, func(uint16, []byte) {}); !errors.Is(err, ErrClosed) {
		t.Errorf("get: got %v, want %v", err, ErrClosed)
	}
	if err := c.Listen(1, func(uint16, []byte) {}); !errors.Is(err, ErrClosed) {
		t.Errorf("listen: got %v, want %v", err, ErrClosed)
	}
}

func TestLinkNameOfAnIndex(t *testing.T) {
	c, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	if name, err := c.LinkName(1); name != "lo" || err != nil {
		t.Errorf("got %q, %v, want lo", name, err)
	}
	if name, err := c.LinkName(1 << 30); name != "" || !errors.Is(err, unix.ENODEV) {
		t.Errorf("got %q, %v, want %v", name, err, unix.ENODEV)
	}
	c.Close()
	if _, err := c.LinkName(1); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want %v", err, ErrClosed)
	}
}

func TestDoTellsEveryMessageThatFailed(t *testing.T) {
	c, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var b Batch
	for i := range 200 {
		index := int32(1)
		if i%2 == 1 {
			index = 1 << 30 // is nowhere
		}
		b.Begin(unix.RTM_GETLINK, 0)
		b.Ifinfo(unix.AF_UNSPEC, index, 0, 0)
	}
	err = c.Do(&b)
	var e *Error
	if !errors.As(err, &e) || e.Index != 1 || len(e.Failed) != 100 || e.Failed[0] != 1 || e.Failed[99] != 199 || !errors.Is(err, unix.ENODEV) {
		t.Errorf("got %v, want that each second one does not exist", err)
	}
	var none Batch
	if err := c.Do(&none); err != nil {
		t.Errorf("got %v for no message", err)
	}
}

func TestOpenKeepsOneDescriptor(t *testing.T) {
	before, _ := filepath.Glob("/proc/self/fd/*")
	for range 50 {
		c, err := Open(unix.RTNLGRP_LINK)
		if err != nil {
			t.Fatal(err)
		}
		c.Close()
		if _, err := Open(-1); err == nil {
			t.Error("got no error for a group that does not exist")
		}
	}
	after, _ := filepath.Glob("/proc/self/fd/*")
	if len(after) > len(before) {
		t.Errorf("got %d descriptors, want %d", len(after), len(before))
	}
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Fatal(err)
	}
}
