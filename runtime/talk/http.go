package talk

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
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

// GetHTTP asks for a page. connect, if it is valid, is where to connect instead
// of the URL's host.
func GetHTTP(ctx context.Context, ns Namespace, url string, headers map[string]string, source, connect netip.AddrPort, timeout time.Duration) (*HTTPResult, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	for k, v := range headers {
		if strings.EqualFold(k, "host") {
			req.Host = v
		}
		req.Header.Set(k, v)
	}
	var dialled error
	client := http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true, DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			peer := connect
			if !peer.IsValid() {
				var err error
				if peer, err = netip.ParseAddrPort(address); err != nil {
					return nil, err
				}
			}
			var c *TCP
			if c, dialled = DialTCP(ctx, ns, source, peer, timeout, Options{}); dialled != nil {
				return nil, dialled
			}
			return c.conn, nil
		}},
	}
	start := time.Now()
	resp, err := client.Do(req)
	switch {
	case dialled != nil:
		return nil, dialled
	case errors.Is(err, context.DeadlineExceeded):
		return nil, &Error{"timed out", "the server did not answer in time", err}
	case err != nil:
		return nil, explain(errors.Unwrap(err))
	}
	defer resp.Body.Close()
	r := &HTTPResult{Code: resp.StatusCode, Headers: map[string]string{}}
	for k := range resp.Header {
		r.Headers[k] = resp.Header.Get(k)
	}
	r.Body, err = io.ReadAll(io.LimitReader(resp.Body, bodyLimit))
	if errors.Is(err, context.DeadlineExceeded) {
		err = &Error{"timed out", "the answer did not end in time", err}
	}
	r.Elapsed = time.Since(start)
	return r, explain(err)
}
