package talk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// An HTTPResult is what a server answered.
type HTTPResult struct {
	Code    int
	Headers map[string]string // names in the usual spelling
	Body    []byte
	Elapsed time.Duration
}

// bodyLimit is how much of an answer is read.
const bodyLimit = 64 << 20

// GetHTTP asks for a page. connect is where to, whatever the URL's host is.
func GetHTTP(script context.Context, ns Namespace, where string, headers map[string]string, source, connect netip.AddrPort, timeout time.Duration) (*HTTPResult, error) {
	ctx, cancel := context.WithTimeout(script, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil {
		return nil, err
	}
	for k, v := range headers {
		if strings.EqualFold(k, "host") {
			req.Host = v
		}
		req.Header.Set(k, v)
	}
	start := time.Now()
	// Before the request, which is one: a connection that does not come about
	// says why.
	c, err := DialTCP(script, ns, source, connect, timeout, Options{})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	client := http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
			return c.conn, nil
		}},
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, httpError(script, err, "the server did not answer in time")
	}
	defer resp.Body.Close()
	r := &HTTPResult{Code: resp.StatusCode, Headers: map[string]string{}}
	for k := range resp.Header {
		r.Headers[k] = resp.Header.Get(k)
	}
	if r.Body, err = io.ReadAll(io.LimitReader(resp.Body, bodyLimit+1)); err != nil {
		return nil, httpError(script, err, "the answer did not end in time")
	}
	if len(r.Body) > bodyLimit {
		return nil, &Error{"", fmt.Sprintf("the answer is longer than %d bytes", bodyLimit), nil}
	}
	r.Elapsed = time.Since(start)
	return r, nil
}

// httpError says why there is no answer: the script's end, the time, or what
// came instead.
func httpError(script context.Context, err error, late string) error {
	var outer *url.Error
	switch {
	case script.Err() != nil:
		return context.Cause(script)
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{"timed out", late, err}
	case errors.Is(err, io.EOF):
		return &Error{"closed", "the server closed the connection without an answer", err}
	case errors.As(err, &outer):
		err = outer.Err
	}
	return explain(err)
}
