package suite

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
)

// A Choice says which tests to run, and in which order.
type Choice struct {
	Run, Skip *regexp.Regexp // of names, nil for all and none
	Tags      TagExpr        // nil for all
	Shard     Shard
	Shuffle   bool
	Seed      uint64 // of the order
}

// Choose gives the tests that are to be run, in order.
func (c *Choice) Choose(tests []*Test) []*Test {
	var list []*Test
	for _, t := range tests {
		id := t.ID()
		if c.Run != nil && !c.Run.MatchString(id) || c.Skip != nil && c.Skip.MatchString(id) || c.Tags != nil && !c.Tags(t.Tags) {
			continue
		}
		list = append(list, t)
	}
	list = c.Shard.of(list)
	if c.Shuffle {
		r := rand.New(rand.NewPCG(c.Seed, 0))
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	return list
}

// A Shard is one of several parts of a suite; zero for the whole.
type Shard struct{ Index, Count int } // Index from 0

// of are the shard's tests: every n-th, so that those of a slow file are spread.
func (s Shard) of(tests []*Test) []*Test {
	if s.Count == 0 {
		return tests
	}
	var list []*Test
	for i, t := range tests {
		if i%s.Count == s.Index {
			list = append(list, t)
		}
	}
	return list
}

// ParseShard reads "2/5", the second of five.
func ParseShard(s string) (Shard, error) {
	a, b, ok := strings.Cut(s, "/")
	i, err1 := strconv.Atoi(a)
	n, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil || n < 1 || i < 1 || i > n {
		return Shard{}, fmt.Errorf("%q is no shard: write 1/4 for the first of four", s)
	}
	return Shard{i - 1, n}, nil
}

// shardVariables are the environment's words for shards: the number of one,
// what is counted from, and how many there are.
var shardVariables = []struct {
	index, count string
	first        int
	who          string
}{
	{"TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", 0, "Bazel"},
	{"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", -1, "Slurm"}, // from SLURM_ARRAY_TASK_MIN
	{"JOB_COMPLETION_INDEX", "WIRELARK_SHARDS", 0, "Kubernetes"},   // the number of jobs is not in the environment
	{"CI_NODE_INDEX", "CI_NODE_TOTAL", 1, "GitLab"},
	{"WIRELARK_SHARD", "WIRELARK_SHARDS", 1, ""},
}

// ShardFrom is the shard that the environment says, and whose variables do.
func ShardFrom(env func(string) string) (Shard, string, error) {
	for _, v := range shardVariables {
		if env(v.index) == "" || env(v.count) == "" {
			continue
		}
		first := v.first
		if first < 0 {
			n, err := strconv.Atoi(env("SLURM_ARRAY_TASK_MIN"))
			if err != nil {
				return Shard{}, "", fmt.Errorf("SLURM_ARRAY_TASK_MIN=%s: is no number", env("SLURM_ARRAY_TASK_MIN"))
			}
			first = n
		}
		i, err1 := strconv.Atoi(env(v.index))
		n, err2 := strconv.Atoi(env(v.count))
		if err1 != nil || err2 != nil || i < first || i-first >= n {
			return Shard{}, "", fmt.Errorf("%s=%s and %s=%s are no shard", v.index, env(v.index), v.count, env(v.count))
		}
		return Shard{i - first, n}, v.index + " and " + v.count, nil
	}
	return Shard{}, "", nil
}
