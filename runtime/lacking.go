package runtime

import "slices"

// lacks is the Unable for a feature that the kernel has just said it has not.
func lacks(name string) error {
	u := &Unable{What: name, Why: "this kernel lacks it"}
	if i := slices.IndexFunc(features, func(f feature) bool { return f.name == name }); i >= 0 {
		u.Remedy = "as root: modprobe " + features[i].module + ", if the kernel was built with it"
	}
	return u
}
