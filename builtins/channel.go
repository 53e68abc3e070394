package builtins

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var channel = &builtin{
	Name:    "channel",
	Group:   "order",
	Summary: "Make a channel, through which functions that run in parallel exchange values.",
	Detail:  "What is sent is frozen. Each value is received once, in the order of sending. A send waits until there is room, a receive until there is a value.",
	Example: `c = channel()
def ask():
    c.send("ready")
    return "asked"
check(parallel([ask, lambda: c.recv()]) == ["asked", "ready"])`,
	Returns: "channel",
	Params: func(p *params) body {
		size := decl.Or(p, "size", decl.Int(0, 1<<20), 0, "how many values it holds that nobody has received; with 0, send waits for the receiver")
		return func(*call) (starlark.Value, error) {
			return channelKind.Wrap(&pipe{values: make(chan starlark.Value, *size), closed: make(chan struct{})}), nil
		}
	},
}

// A pipe is a channel of a script.
type pipe struct {
	values chan starlark.Value
	once   sync.Once
	closed chan struct{}
}

var channelKind = &decl.Kind[*pipe]{
	Name:    "channel",
	Summary: "A channel, that channel(…) made.",
	Handle:  true,
	Label:   func(ch *pipe) string { return fmt.Sprintf("%d held", len(ch.values)) },
	Fields: []decl.Field[*pipe]{
		decl.M("channel", "send", "None", "put a value in. It fails if there is no room in time, or the channel is closed", beginMethod, channelSend),
		decl.M("channel", "recv", "value", "take the next value out. It fails if there is none in time; of a closed channel, it gives those that are left and then fails", beginMethod, channelRecv),
		decl.M("channel", "close", "None", "let nobody send any more; a second time does nothing", beginMethod, func(_ *params, ch *pipe) body {
			return func(*call) (starlark.Value, error) {
				ch.once.Do(func() { close(ch.closed) })
				return starlark.None, nil
			}
		}),
	},
}

func channelSend(p *params, ch *pipe) body {
	v := decl.Arg(p, "value", decl.Value, "the value")
	p.KeywordsOnly()
	timeout := decl.Or(p, "timeout", decl.Duration, 30*time.Second, "how long to wait for room")
	return func(c *call) (starlark.Value, error) {
		(*v).Freeze()
		timer := time.NewTimer(*timeout)
		defer timer.Stop()
		select {
		case <-ch.closed:
			return nil, decl.Misusef("the channel is closed")
		default:
		}
		select {
		case ch.values <- *v:
			return starlark.None, nil
		case <-ch.closed:
			return nil, decl.Misusef("the channel is closed")
		case <-timer.C:
			return nil, fmt.Errorf("nobody took the value within %s", decl.ShortDuration(*timeout))
		case <-c.Context.Done():
			return nil, context.Cause(c.Context)
		}
	}
}

func channelRecv(p *params, ch *pipe) body {
	p.KeywordsOnly()
	timeout := decl.Or(p, "timeout", decl.Duration, 30*time.Second, "how long to wait for a value")
	return func(c *call) (starlark.Value, error) {
		timer := time.NewTimer(*timeout)
		defer timer.Stop()
		select {
		case v := <-ch.values:
			return v, nil
		default:
		}
		select {
		case v := <-ch.values:
			return v, nil
		case <-ch.closed:
			select {
			case v := <-ch.values: // sent just before
				return v, nil
			default:
			}
			return nil, decl.Misusef("the channel is closed, and nothing is left in it")
		case <-timer.C:
			return nil, fmt.Errorf("nobody sent a value within %s", decl.ShortDuration(*timeout))
		case <-c.Context.Done():
			return nil, context.Cause(c.Context)
		}
	}
}
