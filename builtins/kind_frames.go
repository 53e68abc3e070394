package builtins

import (
	"fmt"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
	"wirelark/runtime/talk"
)

// framesOf is the program's end of a link.
type framesOf struct {
	link *runtime.Link
	at   *talk.Frames
}

var framesKind = &decl.Kind[*framesOf]{
	Name:    "frames",
	Summary: "The script's end of a tun or tap, of the builtin of that name.",
	Handle:  true,
	Label:   func(f *framesOf) string { return f.link.Name() + " in " + f.link.Namespace().Name },
	Key:     func(f *framesOf) string { return fmt.Sprintf("%p", f) },
	Fields: []decl.Field[*framesOf]{
		decl.F("link", "link", "the tun or tap", value(func(f *framesOf) starlark.Value { return linkKind.Wrap(f.link) })),
		decl.M("frames", "send", "None", "have the node's kernel take in a frame, or packet", beginMethod, framesSend),
		decl.M("frames", "recv", "bytes | None", "wait for a frame, or packet, that the node's kernel sends. It fails if none comes in time", beginMethod, framesRecv),
		decl.M("frames", "close", "None", "close it; a second time does nothing", beginMethod, func(_ *params, f *framesOf) body {
			return func(*call) (starlark.Value, error) { return none(f.at.Close()) }
		}),
	},
}

func framesSend(p *params, f *framesOf) body {
	data := decl.Arg(p, "data", stdinType, "what to send")
	return func(c *call) (starlark.Value, error) {
		if err := c.Session.Ready(c.Context); err != nil {
			return nil, err
		}
		return none(f.at.Send(*data))
	}
}

func framesRecv(p *params, f *framesOf) body {
	return receives(p, func(c *call, timeout time.Duration) (starlark.Value, error) {
		data, err := f.at.Receive(c.Context, timeout)
		return starlark.Bytes(data), err
	})
}
