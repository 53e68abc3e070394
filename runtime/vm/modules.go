package vm

import (
	"bufio"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A moduleIndex knows the modules of a kernel, as depmod wrote down.
type moduleIndex struct {
	dir     string              // lib/modules/VERSION
	needs   map[string][]string // by file, relative to dir: the files it needs
	file    map[string]string   // by name
	builtin map[string]bool
	soft    map[string][]string // by name: those to load before, by name or alias
	alias   [][2]string         // pattern and name
}

// moduleName is a module's name, of a file or of a spelling with '-'.
func moduleName(file string) string {
	name, _, _ := strings.Cut(filepath.Base(file), ".ko")
	return strings.ReplaceAll(name, "-", "_")
}

// openModules reads what depmod wrote.
func openModules(dir string) (*moduleIndex, error) {
	m := &moduleIndex{dir: dir, needs: map[string][]string{}, file: map[string]string{}, builtin: map[string]bool{}, soft: map[string][]string{}}
	err := eachLine(filepath.Join(dir, "modules.dep"), func(line string) {
		if file, needs, ok := strings.Cut(line, ":"); ok {
			m.needs[file] = strings.Fields(needs)
			m.file[moduleName(file)] = file
		}
	})
	if err != nil {
		return nil, fmt.Errorf("%s has no modules.dep: run depmod -b on it", dir)
	}
	// What follows need not be there.
	_ = eachLine(filepath.Join(dir, "modules.builtin"), func(line string) { m.builtin[moduleName(line)] = true })
	_ = eachLine(filepath.Join(dir, "modules.alias"), func(line string) {
		if w := strings.Fields(line); len(w) == 3 && w[0] == "alias" {
			m.alias = append(m.alias, [2]string{strings.ReplaceAll(w[1], "-", "_"), strings.ReplaceAll(w[2], "-", "_")})
		}
	})
	_ = eachLine(filepath.Join(dir, "modules.softdep"), func(line string) {
		w := strings.Fields(line)
		if len(w) < 3 || w[0] != "softdep" {
			return
		}
		before := false
		for _, x := range w[2:] {
			if strings.HasSuffix(x, ":") {
				before = x == "pre:"
			} else if before {
				m.soft[moduleName(w[1])] = append(m.soft[moduleName(w[1])], x)
			}
		}
	})
	return m, nil
}

func eachLine(file string, each func(string)) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		each(s.Text())
	}
	return s.Err()
}

// find is the files that a name or an alias stands for; none if that is built
// into the kernel or there is none.
func (m *moduleIndex) find(name string) []string {
	plain := strings.ReplaceAll(name, "-", "_")
	if f := m.file[plain]; f != "" {
		return []string{f}
	}
	var files []string
	for _, a := range m.alias {
		if ok, _ := path.Match(a[0], plain); ok && m.file[a[1]] != "" {
			files = append(files, m.file[a[1]])
		}
	}
	return files
}

// order is the files of modules and of all that they need, each after what it
// needs. What is built in is left out; what there is not is an error.
func (m *moduleIndex) order(names ...string) ([]string, error) {
	var list []string
	seen := map[string]bool{}
	var add func(file string)
	add = func(file string) {
		if seen[file] {
			return
		}
		seen[file] = true
		for _, s := range m.soft[moduleName(file)] {
			for _, f := range m.find(s) {
				add(f)
			}
		}
		for _, f := range m.needs[file] {
			add(f)
		}
		list = append(list, file)
	}
	for _, name := range names {
		files := m.find(name)
		if len(files) == 0 && !m.builtin[strings.ReplaceAll(name, "-", "_")] {
			return nil, fmt.Errorf("module %s is not in %s", name, m.dir)
		}
		for _, f := range files {
			add(f)
		}
	}
	return list, nil
}
