package runtime

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestShapesAreThoseOfTC compares with the tables that tc comes with.
func TestShapesAreThoseOfTC(t *testing.T) {
	for name := range netemShapes {
		var files []string
		for _, folder := range []string{"/usr/lib", "/usr/lib64", "/usr/lib/*"} { // as distributions have it
			found, err := filepath.Glob(folder + "/tc/" + name + ".dist")
			must(t, err)
			files = append(files, found...)
		}
		if len(files) == 0 {
			t.Fatalf("tc's table %s is on no way that is known: the package iproute2 has it", name)
		}
		text, err := os.ReadFile(files[0])
		must(t, err)
		_, numbers, _ := strings.Cut(string(text), "\n")
		want, got := strings.Fields(numbers), shapeTable(name)
		if len(got) != 2*len(want) {
			t.Fatalf("%s: got %d steps, want %d", name, len(got)/2, len(want))
		}
		for i, w := range want {
			n, err := strconv.Atoi(w)
			must(t, err)
			if g := int(int16(binary.NativeEndian.Uint16(got[2*i:]))); g < n-1 || g > n+1 {
				t.Fatalf("%s: step %d is %d, want %d", name, i, g, n)
			}
		}
	}
}
