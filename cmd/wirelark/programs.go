package main

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"wirelark/cmd/wirelark/report"
	"wirelark/runtime"
)

// A report that is read a year later is worth little without the versions of
// the programs that ran. To ask each program would be to run it: it is looked
// up in the database of the machine's packages.

// programVersions are the versions of the programs that tests ran, as far as
// they are of packages. Names of no program, as a shell's own words, are left
// out.
func programVersions(root string, ran []string) []report.Program {
	wanted := map[string]string{} // by path
	var names []string
	for _, name := range ran {
		if _, known := wanted[name]; !known {
			wanted[name] = ""
			names = append(names, name)
		}
	}
	byPath := map[string][]string{} // names
	for _, name := range names {
		for _, path := range installed(root, name) {
			byPath[path] = append(byPath[path], name)
		}
	}
	if len(byPath) == 0 {
		return nil
	}
	dpkg(root, byPath, wanted)
	apk(root, byPath, wanted)
	var list []report.Program
	for _, name := range names {
		if wanted[name] != "" {
			list = append(list, report.Program{Name: name, Version: wanted[name]})
		}
	}
	return list
}

// installed are the paths under which a package may list a program: a merged
// /usr has each under two, and it may be a link.
func installed(root, name string) []string {
	candidates := []string{name}
	if !strings.Contains(name, "/") {
		candidates = nil
		for _, dir := range filepath.SplitList(runtime.DefaultPath) {
			candidates = append(candidates, filepath.Join(dir, name))
		}
	}
	for _, path := range candidates {
		if st, err := os.Stat(filepath.Join(root, path)); err != nil || !st.Mode().IsRegular() {
			continue
		}
		paths := []string{path}
		if real, err := filepath.EvalSymlinks(filepath.Join(root, path)); err == nil {
			paths = append(paths, filepath.Join("/", strings.TrimPrefix(real, filepath.Clean(root))))
		}
		for _, p := range paths {
			if short, ok := strings.CutPrefix(p, "/usr"); ok {
				paths = append(paths, short)
			}
		}
		return paths
	}
	return nil
}

// dpkg looks in Debian's database: a list of files for each package, and one
// of all packages with their versions.
func dpkg(root string, byPath map[string][]string, found map[string]string) {
	lists, _ := filepath.Glob(filepath.Join(root, "var/lib/dpkg/info/*.list"))
	owners := map[string][]string{} // names, by package
	for _, list := range lists {
		b, err := os.ReadFile(list)
		if err != nil {
			continue
		}
		for line := range bytes.Lines(b) {
			if names := byPath[string(bytes.TrimRight(line, "\n"))]; names != nil {
				owner, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(list), ".list"), ":")
				owners[owner] = append(owners[owner], names...)
			}
		}
	}
	paragraphs(filepath.Join(root, "var/lib/dpkg/status"), "Package: ", "Version: ", func(pkg, version string) {
		for _, name := range owners[pkg] {
			found[name] = pkg + " " + version
		}
	})
}

// apk looks in Alpine's: a paragraph for each package, in which F: names a
// folder and R: a file in it.
func apk(root string, byPath map[string][]string, found map[string]string) {
	pkg, version, dir := "", "", ""
	lines(filepath.Join(root, "lib/apk/db/installed"), func(line string) {
		key, value, _ := strings.Cut(line, ":")
		switch key {
		case "P":
			pkg = value
		case "V":
			version = value
		case "F":
			dir = value
		case "R":
			for _, name := range byPath["/"+dir+"/"+value] {
				found[name] = pkg + " " + version
			}
		}
	})
}

// paragraphs gives each paragraph's values of two fields.
func paragraphs(path, first, second string, each func(a, b string)) {
	a := ""
	lines(path, func(line string) {
		if v, ok := strings.CutPrefix(line, first); ok {
			a = v
		}
		if v, ok := strings.CutPrefix(line, second); ok {
			each(a, v)
		}
	})
}

// lines gives each line of a file; none, if it cannot be read.
func lines(path string, each func(string)) {
	f, err := os.Open(path)
	if err != nil {
		return
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		each(s.Text())
	}
}
