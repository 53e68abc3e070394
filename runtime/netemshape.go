package runtime

import (
	"encoding/binary"
	"math"
)

// netemShape is TCA_NETEM_DELAY_DIST: by which of many steps, each as likely as
// the others, netem draws a delay. The kernel tells nobody.
const netemShape = 2

// netemShapes are the distributions of delays that tc has tables of, as the
// place of a step from 0 to 1 excluded, in units of the jitter off the delay.
// The tables are the same to the last digit but one.
var netemShapes = map[string]func(step float64) float64{
	"normal":       normalStep,
	"pareto":       paretoStep,
	"paretonormal": func(step float64) float64 { return normalStep(step)/4 + paretoStep(step)*3/4 },
}

const (
	shapeSteps = 4096
	shapeUnit  = 8192 // NETEM_DIST_SCALE
)

// normalStep is of half a quarter of a step further on, as tc's table is.
func normalStep(step float64) float64 {
	return math.Sqrt2 * math.Erfinv(2*(step+1.0/(8*shapeSteps))-1)
}

// paretoStep is of the shape 3, cut off where the kernel's numbers end.
func paretoStep(step float64) float64 {
	return min((math.Pow(1-step, -1.0/3)-1.5)*4/3, float64(math.MaxInt16)/shapeUnit)
}

// shapeTable is a distribution as the kernel takes it.
func shapeTable(name string) []byte {
	var table []byte
	for i := range shapeSteps {
		v := math.Round(netemShapes[name](float64(i)/shapeSteps) * shapeUnit)
		table = binary.NativeEndian.AppendUint16(table, uint16(int16(max(v, math.MinInt16))))
	}
	return table
}
