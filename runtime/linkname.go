package runtime

// linkNamer returns a function that names links for a listing, by index: as a
// script knows them, "" for one that is gone meanwhile. It asks for those only
// that occur, each once; a dump of the links costs more than most listings.
func (ns *Namespace) linkNamer() func(index int32) string {
	known := map[int32]string{0: ""}
	return func(index int32) string {
		name, ok := known[index]
		if !ok {
			name, _ = ns.conn.LinkName(index)
			if len(name) == maxName { // as long as the short form of a longer one
				if st, err := ns.linkBrief(index); err == nil {
					name = st.LongName()
				}
			}
			known[index] = name
		}
		return name
	}
}

// LinkName is what the link of an index is called, "" if there is none.
func (ns *Namespace) LinkName(index int) string { return ns.linkNamer()(int32(index)) }
