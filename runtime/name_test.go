package runtime

import "testing"

func TestKernelNameKeepsShortNamesAndHashesLongOnes(t *testing.T) {
	if got := kernelName("eth0"); got != "eth0" {
		t.Errorf("got %q, want eth0", got)
	}
	long := "uplink-to-the-datacentre"
	got := kernelName(long)
	if len(got) > maxName || got == long || got != kernelName(long) {
		t.Errorf("got %q, want a stable name of at most %d bytes", got, maxName)
	}
}
