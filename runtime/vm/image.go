package vm

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
)

// Unpacked is the kernel inside a bzImage, an ELF file that QEMU boots without
// the emulated processor having to unpack it, which takes it seconds.
// The layout is in Documentation/arch/x86/boot.rst.
func unpacked(image []byte, run func(stdin []byte, argv ...string) ([]byte, error)) ([]byte, error) {
	if len(image) < 0x260 || !bytes.Equal(image[0x202:0x206], []byte("HdrS")) {
		return nil, errors.New("is no kernel for x86")
	}
	sectors := int(image[0x1f1])
	if sectors == 0 {
		sectors = 4
	}
	from := uint64(sectors+1)*512 + uint64(binary.LittleEndian.Uint32(image[0x248:]))
	size := uint64(binary.LittleEndian.Uint32(image[0x24c:]))
	if from+size > uint64(len(image)) || size < 16 {
		return nil, errors.New("is cut off")
	}
	p := image[from : from+size]
	var out []byte
	var err error
	switch {
	case bytes.HasPrefix(p, []byte{0xfd, '7', 'z', 'X', 'Z', 0}):
		out, err = run(p, "xz", "-dcq", "--single-stream")
	case bytes.HasPrefix(p, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		out, err = run(p, "zstd", "-dcq")
	case bytes.HasPrefix(p, []byte{0x02, 0x21, 0x4c, 0x18}):
		out, err = run(p[:len(p)-4], "lz4", "-dcq") // its size stands behind it
	case bytes.HasPrefix(p, []byte{0x1f, 0x8b}):
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(p)); err == nil {
			z.Multistream(false)
			out, err = io.ReadAll(z)
		}
	default:
		err = errors.New("is packed in a way that is not known")
	}
	// Tools complain of what stands behind the packed data; it is the ELF file
	// that counts.
	if bytes.HasPrefix(out, []byte("\x7fELF")) {
		return out, nil
	}
	if err == nil {
		err = errors.New("holds no ELF file")
	}
	return nil, err
}
